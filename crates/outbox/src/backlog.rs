//! How much waits in an outbox. Counting millions of facts takes longer than publishing thousands of them, so only the
//! first ones are counted.

use tokio_postgres::{Client, Error};

/// Facts that are counted one by one. When there are more, the distance of their ids is taken, which is at most a few
/// rolled back transactions too high.
const COUNTED: i64 = 10_000;

/// What waits to be published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backlog {
    /// How many facts.
    pub(crate) facts: f64,
    /// Seconds since the oldest of them happened.
    pub(crate) oldest_s: f64,
}

impl Backlog {
    /// Measures the facts of a lane above the id `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn measure(client: &Client, table: &str, lane: &str, after: i64) -> Result<Self, Error> {
        let statement = format!(
            "SELECT CASE WHEN count(*) < $2 THEN count(*) \
                    ELSE (SELECT max(id) FROM {table} WHERE {lane}) - min(first.id) + 1 END::float8, \
                    coalesce(extract(epoch FROM clock_timestamp() - min(first.occurred_at)), 0)::float8 \
             FROM (SELECT id, occurred_at FROM {table} WHERE id > $1 AND {lane} ORDER BY id LIMIT $2) first"
        );
        let row = client.query_one(&statement, &[&after, &COUNTED]).await?;
        Ok(Self { facts: row.get(0), oldest_s: row.get(1) })
    }
}
