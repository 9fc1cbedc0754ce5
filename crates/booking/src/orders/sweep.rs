//! What happens to orders by time alone: expiry, reminders, and forgetting old idempotency keys. Every instance
//! sweeps. The database's locks make sure that each order ends once and each rider is notified once; its clock alone
//! decides what is due. Between two sweeps the process waits on its monotonic clock: a jump of the wall clock neither
//! hurries nor stops it.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use database::{Database, DatabaseError, only_row};
use diesel_async::AsyncPgConnection;
use outbox::Wake;
use tokio_util::sync::CancellationToken;

use crate::metrics::{ORDERS_EXPIRED, ORDERS_REMINDED, SWEEP_FAILURES};
use crate::schema::{expire_orders, forget_idempotency_keys, remind_riders};
use crate::settings::OrderSettings;
use meters::Meter;
use meters::recorded::Counter;

/// Orders in one transaction: few enough to hold their riders' locks for milliseconds only.
const AT_ONCE: i64 = 200;
/// How often old keys are looked for. It is not urgent.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Ends what is over.
pub(crate) struct Sweeper {
    database: Database,
    wake: Wake,
    every: Duration,
    keep: TimeDelta,
    forgot: Option<Instant>,
    /// What the last sweep failed with: an outage is one line of the log.
    failing: Option<String>,
}

impl Sweeper {
    /// A sweep that has not run yet.
    pub(crate) fn new(database: Database, wake: Wake, settings: OrderSettings) -> Self {
        let every = Duration::from_millis(settings.sweep_ms);
        Self { database, wake, every, keep: settings.idempotency_keep(), forgot: None, failing: None }
    }

    /// Sweeps until `shutdown`.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.sweep().await {
                // More may be due than one transaction takes.
                Ok(AT_ONCE..) => continue,
                Ok(_) => self.failing = None,
                Err(error) => self.report(&error),
            }
            shutdown.run_until_cancelled(tokio::time::sleep(self.every)).await;
        }
    }

    /// One sweep; the most that one of its kinds found.
    async fn sweep(&mut self) -> Result<i64, DatabaseError> {
        let (expired, reminded) = self.database.work(end_and_remind).await?;
        if expired + reminded > 0 {
            self.wake.committed();
            count(&ORDERS_EXPIRED, expired);
            count(&ORDERS_REMINDED, reminded);
        }
        let mut forgotten = 0;
        if self.forgot.is_none_or(|at| at.elapsed() >= FORGET_EVERY) {
            let forget = diesel::select(forget_idempotency_keys(self.keep, AT_ONCE));
            forgotten =
                self.database.work(async |c| Ok::<i64, DatabaseError>(only_row(forget, c).await?)).await?;
            // After a full batch there may be more.
            self.forgot = (forgotten < AT_ONCE).then(Instant::now);
        }
        Ok(expired.max(reminded).max(forgotten))
    }

    fn report(&mut self, error: &DatabaseError) {
        SWEEP_FAILURES.get().increment(1);
        let text = error.to_string();
        if self.failing.as_ref() != Some(&text) {
            tracing::warn!(error = text, "sweep: failed; trying again until it does not");
            self.failing = Some(text);
        }
    }
}

/// How many orders expired, and how many riders were reminded.
async fn end_and_remind(connection: &mut AsyncPgConnection) -> Result<(i64, i64), DatabaseError> {
    let expired = only_row(diesel::select(expire_orders(AT_ONCE)), connection).await?;
    let reminded = only_row(diesel::select(remind_riders(AT_ONCE)), connection).await?;
    Ok((expired, reminded))
}

fn count(meter: &Meter<Counter, 0>, number: i64) {
    meter.get().increment(u64::try_from(number).unwrap_or_default());
}
