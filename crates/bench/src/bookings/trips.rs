//! What the booking service asks of Postgres for a booking, counted by Postgres itself: pg_stat_statements is loaded
//! for this part alone, because it would cost the other measurements something.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use testbed::environment::variable;
use testbed::{Database, Program};
use tokio::runtime::Runtime;
use tokio::time::sleep;
use tokio_postgres::NoTls;

use super::ground::Ground;
use super::load::{self, CLIENTS};
use super::requests::Requests;
use super::services;
use crate::table::Table;

const STARTING: Duration = Duration::from_secs(60);
/// Statements that are rarer than one in so many bookings are left out.
const RAREST: f64 = 0.02;

/// What the service's role has executed. A statement is prepared once for each connection and then is one round
/// trip; pg_stat_statements counts executions.
const EXECUTED: &str = "SELECT left(regexp_replace(s.query, '\\s+', ' ', 'g'), 60), s.calls, s.mean_exec_time \
    FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid \
    WHERE r.rolname = 'swapwire_booking' AND s.toplevel ORDER BY s.calls DESC, 1";
const COMMITS: &str = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'swapwire'";

/// Counts during a closed loop of bookings and makes a table of it. Postgres is restarted before and afterwards.
///
/// # Errors
/// When Postgres does not come back, or a booking is refused.
pub fn measure(
    runtime: &Runtime,
    ground: &mut Ground,
    address: SocketAddr,
    requests: &Requests,
    time: Duration,
) -> anyhow::Result<Table> {
    let orders = "SELECT count(*) FROM booking.orders";
    runtime.block_on(restart(ground, "SET shared_preload_libraries = 'pg_stat_statements'"))?;
    let table = runtime.block_on(async {
        let database = &ground.database;
        database.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements").await;
        let before = (database.number(orders).await, database.number(COMMITS).await);
        database.row("SELECT pg_stat_statements_reset()").await;
        anyhow::Ok(before)
    });
    let (orders_before, commits_before) = table?;
    load::closed(address, requests, time)?;
    let table = runtime.block_on(async {
        ground.drained().await?;
        // Postgres' sessions report what they have done at most once a second.
        sleep(Duration::from_secs(2)).await;
        let database = &ground.database;
        let bookings = database.number(orders).await - orders_before;
        let commits = database.number(COMMITS).await - commits_before;
        let statements = database.psql.query(EXECUTED, &[]).await.context("pg_stat_statements")?;
        let each = |count: i64| figure(count, bookings);
        let mut table = Table::new(
            format!(
                "What the booking service executed for {bookings} bookings by {CLIENTS} clients, from \
                 pg_stat_statements: an execution is a round trip"
            ),
            &["statement", "per booking", "mean ms in Postgres"],
        );
        for row in statements {
            let (text, calls, mean): (String, i64, f64) = (row.get(0), row.get(1), row.get(2));
            if each(calls)? >= RAREST {
                let text = text.replace('|', "\\|");
                table.row([format!("`{text}`"), format!("{:.2}", each(calls)?), format!("{mean:.3}")]);
            }
        }
        let whole = "commits of the whole database, both relays included (pg_stat_database)";
        table.row([whole.into(), format!("{:.2}", each(commits)?), "–".into()]);
        database.run("DROP EXTENSION pg_stat_statements").await;
        anyhow::Ok(table)
    })?;
    runtime.block_on(restart(ground, "RESET shared_preload_libraries"))?;
    Ok(table)
}

fn figure(count: i64, bookings: i64) -> anyhow::Result<f64> {
    ensure!(bookings > 0, "no booking was made");
    Ok(f64::from(i32::try_from(count)?) / f64::from(i32::try_from(bookings)?))
}

/// Restarts Postgres with another setting and waits for the services, which need it.
async fn restart(ground: &mut Ground, setting: &str) -> anyhow::Result<()> {
    ground.database.run(&format!("ALTER SYSTEM {setting}")).await;
    let postgres = Program::of_instance("postgres");
    postgres.stop();
    postgres.start();
    let began = Instant::now();
    while tokio_postgres::connect(&variable("SWAPWIRE_TEST_SUPERUSER_URL"), NoTls).await.is_err() {
        ensure!(began.elapsed() < STARTING, "Postgres does not come back");
        sleep(Duration::from_millis(100)).await;
    }
    ground.database = Database::of_instance().await;
    services::ready().await;
    Ok(())
}
