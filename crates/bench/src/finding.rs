//! Finding a station among 100,000, through nginx: what a rider's map asks for.

use std::time::Instant;

use anyhow::ensure;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Client;
use testbed::Database;
use testbed::environment::variable;

use crate::table::{Table, percentile, whole};

/// Stations in the network.
const STATIONS: i64 = 100_000;
/// Batteries at each.
const BATTERIES: i64 = 4;
/// The operator of the bench's stations.
const OWNER: i64 = 900_000_002;
/// Requests before any counts: connections are made, statements are prepared, pages are read from disk.
const WARMING: usize = 50;

/// A question, made anew for each request: a place between the Baltic and the Alps.
type Question = fn(f64, f64) -> String;

const QUESTIONS: [(&str, Question); 5] = [
    ("near, 5 km", |latitude, longitude| format!("near={latitude},{longitude}&radius_km=5")),
    ("near, 50 km, available", |latitude, longitude| {
        format!("near={latitude},{longitude}&radius_km=50&available=true")
    }),
    ("near, 2,000 km, available", |latitude, longitude| {
        format!("near={latitude},{longitude}&radius_km=2000&available=true")
    }),
    ("a box of half a degree", |latitude, longitude| {
        format!("bbox={longitude},{latitude},{},{}", longitude + 0.5, latitude + 0.5)
    }),
    ("by id, available", |latitude, _| format!("available=true&after={}", whole(latitude * 1_000.0))),
];

/// Measures on the instance of the environment.
///
/// # Errors
/// When a part of it is away or an answer is no 200.
pub fn measure(requests: usize) -> anyhow::Result<Table> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::of_instance().await;
        prepare(&database).await;
        let table = ask(requests).await;
        remove(&database).await;
        table
    })
}

async fn ask(requests: usize) -> anyhow::Result<Table> {
    let title = format!(
        "Finding a station among {STATIONS}, 100 in an answer, through nginx: {requests} requests of each kind, \
         one after the other"
    );
    let mut table = Table::new(title, &["question", "p50 ms", "p99 ms"]);
    let (client, base) = (Client::new(), variable("SWAPWIRE_TEST_BASE_URL"));
    let mut random = StdRng::seed_from_u64(1);
    for (name, question) in QUESTIONS {
        let mut waits = Vec::new();
        for request in 0..requests + WARMING {
            let query = question(random.random_range(47.0..55.0), random.random_range(6.0..15.0));
            let asked = Instant::now();
            let answer = client.get(format!("{base}/stations/?{query}")).send().await?;
            let status = answer.status();
            ensure!(status == 200, "{query}: {status} {}", answer.text().await?);
            answer.bytes().await?;
            if request >= WARMING {
                waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
        }
        waits.sort_by(f64::total_cmp);
        let figure = |percent| format!("{:.1}", percentile(&waits, percent));
        table.row([name.to_owned(), figure(50.0), figure(99.0)]);
    }
    Ok(table)
}

/// A large network. No triggers: nobody has to hear of it.
async fn prepare(database: &Database) {
    let sql = format!(
        "BEGIN; SET LOCAL session_replication_role = replica; \
         WITH network AS (INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
         SELECT {OWNER}, 'Bench ' || n, 47 + 8 * random(), 6 + 9 * random() FROM generate_series(1, {STATIONS}) n \
         RETURNING id) \
         INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id, state, state_of_charge_percent) \
         SELECT {OWNER}, 'Bench ' || id || '-' || n, 'PowerCell M', id, \
         CASE WHEN random() < 0.7 THEN 'available' ELSE 'charging' END, 100 * random() \
         FROM network, generate_series(1, {BATTERIES}) n; COMMIT"
    );
    database.run(&sql).await;
    database.run("VACUUM ANALYZE inventory.stations").await;
    database.run("VACUUM ANALYZE inventory.batteries").await;
}

async fn remove(database: &Database) {
    let sql = format!(
        "BEGIN; SET LOCAL session_replication_role = replica; \
         DELETE FROM inventory.batteries WHERE owner_id = {OWNER}; \
         DELETE FROM inventory.stations WHERE owner_id = {OWNER}; COMMIT"
    );
    database.run(&sql).await;
    database.run("VACUUM ANALYZE inventory.stations").await;
}
