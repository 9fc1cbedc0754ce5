//! A backlog of millions of facts: whether the relay publishes the last of them as fast as the first.

use std::time::{Duration, Instant};

use ::broker::Publisher;
use anyhow::ensure;
use testbed::{Broker, Database, Program, Role};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::table::{Table, whole};

/// Facts at each end whose rate is measured.
const PART: i64 = 100_000;
/// Stations that they are about.
const STATIONS: usize = 1_000;
/// The longest that a part of the backlog is waited for.
const WATCHED: Duration = Duration::from_secs(1_800);

/// Inserts so many facts into the outbox of the inventory while the broker is away, starts the broker and measures
/// how fast the first and the last 100,000 are published.
///
/// # Errors
/// When a part of the instance is away, or the backlog does not go.
pub fn measure(facts: i64) -> anyhow::Result<Table> {
    ensure!(facts >= PART * 2, "a backlog has {} facts or more", PART * 2);
    Runtime::new()?.block_on(async {
        let database = Database::of_instance().await;
        let stations = database.stations(&[0; STATIONS]).await;
        testbed::until("the outboxes are empty", async || database.backlog().await == 0).await;
        Program::of_instance("rabbitmq").stop();
        let first = stations.first().copied().unwrap_or(1);
        database
            .run(&format!(
                "INSERT INTO inventory.outbox (kind, station_id) \
                 SELECT 'station_test', {first} + n % {STATIONS} FROM generate_series(1, {facts}) n"
            ))
            .await;
        database.run("CHECKPOINT").await;
        let last = database.number("SELECT max(id) FROM inventory.outbox").await;
        Program::of_instance("rabbitmq").start();
        while Publisher::connect(&Broker::of_instance().settings(Role::Inventory), "bench", None)
            .await
            .is_err()
        {
            sleep(Duration::from_millis(20)).await;
        }
        let begin = last - facts + 1;
        let mut told = Vec::new();
        for id in [begin, begin + PART, last - PART, last] {
            told.push(gone(&database, id).await?);
        }
        let mut table = Table::new(
            format!("The inventory's relay after an outage of the broker with {facts} facts waiting"),
            &["facts", "facts/s"],
        );
        if let [began, part, rest, ended] = told[..] {
            let rate = |facts: i64, from: Instant, to: Instant| {
                whole(facts as f64 / to.duration_since(from).as_secs_f64()).to_string()
            };
            table.row([format!("the first {PART}"), rate(PART, began, part)]);
            table.row([format!("the last {PART}"), rate(PART, rest, ended)]);
            table.row(["all".to_owned(), rate(facts, began, ended)]);
        }
        Ok(table)
    })
}

/// Waits until a fact has been published and deleted.
async fn gone(database: &Database, id: i64) -> anyhow::Result<Instant> {
    let began = Instant::now();
    while database.number(&format!("SELECT count(*) FROM inventory.outbox WHERE id = {id}")).await > 0 {
        ensure!(began.elapsed() < WATCHED, "fact {id} still waits");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(Instant::now())
}
