//! What a booking costs Postgres alone: pgbench with the least statement that books, on tables of its own in the same
//! database, and with the one that the booking service sends.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use testbed::Database;
use testbed::environment::variable;
use url::Url;

use super::load::CLIENTS;

const SCHEMA: &str = "
    DROP SCHEMA IF EXISTS bench CASCADE;
    CREATE SCHEMA bench;
    CREATE TABLE bench.batteries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, station_id bigint NOT NULL,
        state text NOT NULL DEFAULT 'available', state_of_charge_percent double precision NOT NULL);
    CREATE INDEX ON bench.batteries (station_id, state, state_of_charge_percent DESC, id);
    CREATE TABLE bench.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL,
        station_id bigint NOT NULL, battery_id bigint NOT NULL, state_of_charge_percent double precision NOT NULL,
        booked_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL);
    CREATE TABLE bench.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL,
        order_id bigint NOT NULL, occurred_at timestamptz NOT NULL DEFAULT clock_timestamp())";

const STATEMENT: &str = "\
    WITH picked AS (SELECT id FROM bench.batteries WHERE station_id = :station AND state = 'available' \
    ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED), \
    taken AS (UPDATE bench.batteries b SET state = 'booked' FROM picked WHERE b.id = picked.id \
    RETURNING b.id, b.station_id, b.state_of_charge_percent), \
    placed AS (INSERT INTO bench.orders (user_id, station_id, battery_id, state_of_charge_percent, expires_at) \
    SELECT :rider, station_id, id, state_of_charge_percent, now() + interval '24 hours' FROM taken \
    RETURNING id, user_id) \
    INSERT INTO bench.outbox (user_id, order_id) SELECT user_id, id FROM placed RETURNING order_id;";

const PLACE_ORDER: &str = "SELECT * FROM booking.place_order(:rider, :station);";

/// Riders whom nobody else is.
const RIDERS: &str = "random(3000000000, 4000000000)";

/// Transactions per second of the bare statement, at random stations or all at the first of them, where each
/// of them has so many batteries at the beginning.
///
/// # Errors
/// When pgbench can't be run, or a transaction found no battery.
pub async fn bare(
    database: &Database,
    stations: usize,
    batteries: u64,
    time: Duration,
) -> anyhow::Result<f64> {
    database.run(SCHEMA).await;
    database
        .run(&format!(
            "INSERT INTO bench.batteries (station_id, state_of_charge_percent) \
             SELECT station, 100 - n % 100 FROM generate_series(1, {batteries}) n, generate_series(1, {stations}) station"
        ))
        .await;
    for statement in ["VACUUM (ANALYZE) bench.batteries", "CHECKPOINT"] {
        database.run(statement).await;
    }
    let output = pgbench(&format!("random(1, {stations})"), STATEMENT, time)?;
    let booked = database.number("SELECT count(*) FROM bench.orders").await;
    let transactions: i64 = figure(&output, "number of transactions actually processed: ")?;
    ensure!(booked == transactions, "pgbench made {booked} bookings in {transactions} transactions");
    figure(&output, "tps = ")
}

/// Transactions per second of `booking.place_order` with all that it sets off in Postgres, at random ones of these
/// stations. What it leaves in the outboxes is not published meanwhile.
///
/// # Errors
/// When pgbench can't be run, or a booking is refused.
pub fn place_order(stations: &[i64], time: Duration) -> anyhow::Result<f64> {
    let (first, last) = (stations.first().context("a station")?, stations.last().context("a station")?);
    ensure!(
        last - first + 1 == i64::try_from(stations.len())?,
        "the stations' ids have gaps: pgbench can't choose"
    );
    let output = pgbench(&format!("random({first}, {last})"), PLACE_ORDER, time)?;
    let failed: i64 = figure(&output, "number of failed transactions: ")?;
    ensure!(failed == 0, "{failed} bookings were refused");
    figure(&output, "tps = ")
}

/// Takes the tables away.
pub async fn remove_bare(database: &Database) {
    database.run("DROP SCHEMA IF EXISTS bench CASCADE").await;
}

fn pgbench(station: &str, statement: &str, time: Duration) -> anyhow::Result<String> {
    let script = PathBuf::from(variable("SWAPWIRE_INSTANCE")).join("run/bookings.pgbench");
    let text = format!("\\set station {station}\n\\set rider {RIDERS}\n{statement}\n");
    fs::write(&script, text).context("the script of pgbench")?;
    let url = Url::parse(&variable("SWAPWIRE_TEST_SUPERUSER_URL"))?;
    let program = env::var("SWAPWIRE_BENCH_PGBENCH").unwrap_or_else(|_| "pgbench".into());
    let output = Command::new(&program)
        .args(["-n", "-M", "prepared", "-c", &CLIENTS.to_string(), "-j", "1"])
        .args(["-T", &time.as_secs().max(1).to_string()])
        .arg("-f")
        .arg(&script)
        // Not as arguments: everybody on the machine sees those.
        .env("PGHOST", url.host_str().context("the database's host")?)
        .env("PGPORT", url.port().context("the database's port")?.to_string())
        .env("PGUSER", url.username())
        .env("PGPASSWORD", url.password().unwrap_or_default())
        .env("PGDATABASE", "swapwire")
        .output()
        .with_context(|| format!("starting {program}: is it in SWAPWIRE_BENCH_PGBENCH or PATH?"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The number that follows `name` in what pgbench says.
fn figure<T: std::str::FromStr>(output: &str, name: &str) -> anyhow::Result<T> {
    let line = output.lines().find_map(|line| line.strip_prefix(name));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok())
        .with_context(|| format!("pgbench does not say {name:?}: {output}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_what_pgbench_says() {
        let output =
            "number of transactions actually processed: 12\ntps = 8713.5 (without initial connection time)\n";
        assert_eq!(figure::<i64>(output, "number of transactions actually processed: ").unwrap(), 12);
        assert!((figure::<f64>(output, "tps = ").unwrap() - 8713.5).abs() < 1e-9);
        assert!(figure::<f64>(output, "latency").is_err());
    }
}
