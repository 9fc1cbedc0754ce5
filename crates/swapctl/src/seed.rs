//! `swapctl seed`: a small city in an empty database. Triggers publish it, as for every writer.

use anyhow::Context;
use diesel::sql_types::{BigInt, Integer};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use indicatif::{ProgressBar, ProgressStyle};

use crate::settings::Settings;

/// The operator who owns what is seeded.
pub const OPERATOR: i64 = 7;
/// Rows of one statement.
const STEP: i32 = 5_000;

/// How large the city is.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Stations to make.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    stations: i32,
    /// Batteries to spread over them.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(i32).range(0..=10_000_000))]
    batteries: i32,
}

#[derive(QueryableByName)]
struct Here {
    #[diesel(sql_type = BigInt)]
    stations: i64,
    #[diesel(sql_type = BigInt)]
    batteries: i64,
}

/// Batteries outlive their stations, and their serial numbers would be seeded twice.
const HERE: &str = "SELECT (SELECT count(*) FROM inventory.stations) AS stations,
                           (SELECT count(*) FROM inventory.batteries) AS batteries";

/// Names repeat with a number once there are more stations than quarters.
const STATIONS: &str = "
    INSERT INTO inventory.stations (owner_id, name, latitude, longitude)
    SELECT $1,
           q.names[1 + (n - 1) % 24] || CASE WHEN n > 24 THEN ' ' || (1 + (n - 1) / 24) ELSE '' END,
           52.52 + 0.07 * sqrt(n::float8 / $4) * sin(n * 2.39996),
           13.405 + 0.12 * sqrt(n::float8 / $4) * cos(n * 2.39996)
    FROM generate_series($2, $3) n,
         (SELECT ARRAY['Mitte', 'Kreuzberg', 'Wedding', 'Moabit', 'Neukölln', 'Friedrichshain', 'Pankow',
                       'Charlottenburg', 'Schöneberg', 'Tempelhof', 'Lichtenberg', 'Treptow', 'Spandau',
                       'Steglitz', 'Dahlem', 'Weißensee', 'Köpenick', 'Marzahn', 'Tegel', 'Britz', 'Westend',
                       'Gesundbrunnen', 'Rummelsburg', 'Alt-Stralau'] AS names) q";

/// Spread evenly by the golden ratio; nine of ten are full enough to be offered.
const BATTERIES: &str = "
    WITH city AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM inventory.stations)
    INSERT INTO inventory.batteries (owner_id, serial_number, model, state, station_id, state_of_charge_percent)
    SELECT $1, 'SW-' || lpad(n::text, 7, '0'), CASE n % 3 WHEN 0 THEN 'PowerCell L' ELSE 'PowerCell M' END,
           CASE WHEN n % 10 = 0 THEN 'charging' ELSE 'available' END, c.id,
           CASE WHEN n % 10 = 0 THEN 35 + n % 50 ELSE 90 + n % 11 END
    FROM generate_series($2, $3) n JOIN city c ON c.place = n % $4";

/// Fills an empty database.
///
/// # Errors
/// When the database fails; each statement is whole or not there.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let mut connection = settings.connect().await?;
    let Here { stations, batteries } = sql_query(HERE).get_result(&mut connection).await?;
    if stations + batteries > 0 {
        println!("{stations} stations and {batteries} batteries are here already: nothing to seed");
        return Ok(());
    }
    // All or nothing: half a city would not be seeded again.
    connection
        .transaction(async |connection| {
            insert(connection, "stations", STATIONS, arguments.stations, arguments.stations).await?;
            insert(connection, "batteries", BATTERIES, arguments.batteries, arguments.stations).await
        })
        .await?;
    println!(
        "seeded {} stations with {} batteries; operator {OPERATOR} owns them",
        arguments.stations, arguments.batteries
    );
    Ok(())
}

async fn insert(
    connection: &mut AsyncPgConnection,
    what: &'static str,
    statement: &str,
    rows: i32,
    stations: i32,
) -> anyhow::Result<()> {
    let bar = ProgressBar::new(rows.try_into().unwrap_or_default())
        .with_style(ProgressStyle::with_template("{msg:>10} {wide_bar} {pos}/{len}")?)
        .with_message(what);
    let mut first = 1;
    while first <= rows {
        let last = first.saturating_add(STEP - 1).min(rows);
        sql_query(statement)
            .bind::<BigInt, _>(OPERATOR)
            .bind::<Integer, _>(first)
            .bind::<Integer, _>(last)
            .bind::<Integer, _>(stations)
            .execute(connection)
            .await
            .with_context(|| format!("seeding {what}"))?;
        bar.set_position(last.try_into().unwrap_or_default());
        first = last + 1;
    }
    bar.finish_and_clear();
    Ok(())
}
