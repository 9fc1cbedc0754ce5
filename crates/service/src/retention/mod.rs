//! Removes rows that are older than the network keeps them, a small batch in each transaction. Where there is an archive,
//! a batch is written to it first. Every instance does this; the database's locks keep them from each other's rows.

mod archive;
pub mod metrics;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use chrono::TimeDelta;
use database::{Database, DatabaseError, atomically};
use diesel::sql_types::{BigInt, Interval, Jsonb};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use archive::Archive;
use metrics::{REMOVED_ROWS, RETENTION_FAILURES};

/// Rows in one transaction: few enough that it takes milliseconds.
const AT_ONCE: i64 = 500;
/// How often old rows are looked for.
const EVERY: Duration = Duration::from_secs(60);
/// Between two full batches: a large backlog is worked off beside the bookings, not before them.
const PAUSE: Duration = Duration::from_millis(100);
/// A hundred years. What is kept longer is kept for ever.
const MOST_DAYS: u32 = 36_500;

/// For how long the rows of a table are kept.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The table, as the metrics and the archive name it.
    pub table: &'static str,
    /// `SELECT removed FROM function($1, $2) AS removed`: the function takes how long rows are kept, and how many it
    /// removes at most.
    pub statement: &'static str,
    /// Days; 0 is for ever.
    pub days: u32,
}

impl Rule {
    fn keep(&self) -> TimeDelta {
        TimeDelta::days(self.days.into())
    }
}

/// Removes what is old.
#[derive(Debug)]
pub struct Retention {
    rules: Vec<Rule>,
    archive: Option<Arc<Archive>>,
    /// What the last round failed with: an outage is one line of the log.
    failing: Option<String>,
}

#[derive(QueryableByName)]
struct Removed {
    #[diesel(sql_type = Jsonb)]
    removed: Value,
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the archive: {0}")]
    Archive(#[from] std::io::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Retention {
    /// One that applies these rules in their order.
    ///
    /// # Errors
    /// When the archive is no folder or a rule keeps for longer than can be counted.
    pub fn new(archive: Option<PathBuf>, rules: impl IntoIterator<Item = Rule>) -> anyhow::Result<Self> {
        let rules: Vec<Rule> = rules.into_iter().filter(|rule| rule.days > 0).collect();
        for Rule { table, days, .. } in &rules {
            ensure!(
                *days <= MOST_DAYS,
                "retention: {table} can be kept for {MOST_DAYS} days at most, or for ever with 0"
            );
        }
        let archive = archive.map(Archive::open).transpose()?.map(Arc::new);
        Ok(Self { rules, archive, failing: None })
    }

    /// Removes until `shutdown`. Ends at once if everything is kept.
    pub async fn run(mut self, database: Database, shutdown: CancellationToken) {
        while !self.rules.is_empty() && !shutdown.is_cancelled() {
            let pause = if self.round(&database).await { PAUSE } else { EVERY };
            shutdown.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    }

    /// One batch of each rule; whether one of them was full.
    async fn round(&mut self, database: &Database) -> bool {
        let (mut is_full, mut failure) = (false, None);
        for rule in &self.rules {
            match remove(*rule, self.archive.clone(), database).await {
                Ok(removed) => {
                    REMOVED_ROWS.of([rule.table]).increment(u64::try_from(removed).unwrap_or_default());
                    is_full |= i64::try_from(removed).is_ok_and(|removed| removed >= AT_ONCE);
                }
                Err(error) => {
                    RETENTION_FAILURES.of([rule.table]).increment(1);
                    failure = Some(format!("{}: {error}", rule.table));
                }
            }
        }
        if failure.is_some() && failure != self.failing {
            tracing::warn!(error = failure, "retention: failed; trying again every minute until it does not");
        }
        self.failing = failure;
        is_full
    }
}

/// One batch. It is in the archive, on disk, before it leaves the database: a crash between the two leaves its rows in
/// both, and the archive has them twice after the next round.
async fn remove(rule: Rule, archive: Option<Arc<Archive>>, database: &Database) -> Result<usize, Error> {
    database
        .work(async |connection| {
            atomically(connection, async |connection| {
                let rows: Vec<Removed> = sql_query(rule.statement)
                    .bind::<Interval, _>(rule.keep())
                    .bind::<BigInt, _>(AT_ONCE)
                    .load(connection)
                    .await?;
                let (count, rows) = (rows.len(), rows.into_iter().map(|row| row.removed).collect());
                if let Some(archive) = archive {
                    tokio::task::spawn_blocking(move || archive.append(rule.table, rows))
                        .await
                        .map_err(std::io::Error::other)??;
                }
                Ok(count)
            })
            .await
        })
        .await
}
