//! Bookings: how many a second through everything, beside the bare statement on the same Postgres; what CPU time they
//! take and what they write; how long they wait at half of that rate; what they ask of Postgres; how an outage of the
//! broker is made up for.

pub mod backlog;
mod costs;
mod ground;
mod growth;
mod http;
mod load;
mod outage;
mod pgbench;
mod requests;
mod services;
mod trips;

use std::fmt::{self, Display, Write};
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, ensure};
use testbed::environment::variable;
use tokio::runtime::Runtime;

use self::costs::Costs;
use self::ground::{At, Ground, STATIONS};
use self::growth::Growth;
use self::load::CLIENTS;
use self::outage::{BACKLOG, Drain};
use self::requests::{Requests, Riders};
use crate::table::{Table, median, percentile, whole};

/// How long the rates are guessed that say how many batteries and riders the measurements need.
const GUESSING: Duration = Duration::from_secs(2);
/// How much faster pgbench may be with the same statement than riders are through everything.
const STATEMENTS: f64 = 4.0;
/// More than any machine of ours books in a second: what the guess has riders and batteries for.
const UTMOST: f64 = 10_000.0;
/// A measurement may be so much faster than the guess.
const RESERVE: f64 = 2.0;

/// What is measured for how long.
pub struct Plan {
    /// Rounds of each measurement, taken in turns; the medians count.
    pub rounds: usize,
    /// Of each round.
    pub time: Duration,
    /// Whether every booking carries an `Idempotency-Key`.
    pub idempotency_keys: bool,
}

/// An instance under load.
struct Bench {
    runtime: Runtime,
    ground: Ground,
    riders: Riders,
    address: SocketAddr,
    time: Duration,
}

/// Bookings a second.
#[derive(Default)]
struct Rates {
    /// Through everything.
    whole: Vec<f64>,
    /// The statement of the booking service, by pgbench.
    statement: Vec<f64>,
    /// The least statement that books, by pgbench.
    bare: Vec<f64>,
}

impl Rates {
    fn medians(&self) -> [f64; 3] {
        [&self.whole, &self.statement, &self.bare].map(|rates| median(rates.clone()))
    }
}

impl Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = |rates: &[f64]| rates.last().copied().unwrap_or(f64::NAN);
        let (statement, bare) = (last(&self.statement), last(&self.bare));
        write!(f, "{:.0}/s of {statement:.0}/s of {bare:.0}/s", last(&self.whole))
    }
}

/// Measures on the instance of the environment.
///
/// # Errors
/// When a part of it is away, Postgres does not wait for its disk, or a booking is refused.
pub fn measure(plan: &Plan) -> anyhow::Result<String> {
    let mut bench = Bench::prepare(plan)?;
    bench.insist_on_durability()?;
    let guess = bench.whole(At::Many, UTMOST, GUESSING)? * RESERVE;
    let bare_guess = bench.bare(At::Many, UTMOST * 2.0, GUESSING)? * RESERVE;
    let (mut spread, mut hot) = (Rates::default(), Rates::default());
    for round in 1..=plan.rounds {
        for (rates, at) in [(&mut spread, At::Many), (&mut hot, At::One)] {
            rates.whole.push(bench.whole(at, guess, plan.time)?);
            rates.statement.push(bench.statement(at, guess * STATEMENTS, plan.time)?);
            rates.bare.push(bench.bare(at, bare_guess, plan.time)?);
        }
        eprintln!("bookings, round {round}: {spread}; at one station {hot}");
    }
    let rate = median(spread.whole.clone()) / 2.0;
    let mut tables = rates(plan, &spread, &hot).to_string();
    tables += &bench.costs(guess)?;
    write!(tables, "{}", bench.waits(rate, plan.rounds)?)?;
    write!(tables, "{}", bench.outages(rate)?)?;
    write!(tables, "{}", bench.trips(guess)?)?;
    bench.runtime.block_on(async {
        pgbench::remove_bare(&bench.ground.database).await;
        bench.ground.remove().await
    })?;
    Ok(tables)
}

impl Bench {
    fn prepare(plan: &Plan) -> anyhow::Result<Self> {
        let runtime = Runtime::new()?;
        let ground = runtime.block_on(Ground::prepare());
        let host = variable("SWAPWIRE_TEST_BASE_URL").trim_start_matches("http://").to_owned();
        let address = host.parse().context("SWAPWIRE_TEST_BASE_URL")?;
        let riders = Riders::new(host, plan.idempotency_keys)?;
        Ok(Self { runtime, ground, riders, address, time: plan.time })
    }

    fn insist_on_durability(&self) -> anyhow::Result<()> {
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let row = self.runtime.block_on(self.ground.database.row(&format!("SHOW {setting}")));
            let value: String = row.get(0);
            ensure!(value == "on", "{setting} is {value}: nobody runs a booking system like that");
        }
        Ok(())
    }

    /// Riders and batteries for so many bookings a second; the instance is as it was before every other round.
    fn set_out(&mut self, at: At, rate: f64, seconds: f64) -> anyhow::Result<Requests> {
        let stations = self.ground.stations(at);
        let bookings = whole(rate * seconds) + u64::from(CLIENTS);
        let (requests, riders) = self.riders.requests(bookings, stations)?;
        let batteries = batteries(bookings, stations.len());
        self.runtime.block_on(async {
            self.ground.restore(stations, batteries).await?;
            self.ground.riders(&riders).await;
            anyhow::Ok(())
        })?;
        Ok(requests)
    }

    fn whole(&mut self, at: At, guess: f64, time: Duration) -> anyhow::Result<f64> {
        let requests = self.set_out(at, guess, load::seconds_with_warming(time))?;
        load::closed(self.address, &requests, time)
    }

    /// With the services stopped: what they do costs this one nothing.
    fn statement(&mut self, at: At, guess: f64, time: Duration) -> anyhow::Result<f64> {
        self.set_out(at, guess, time.as_secs_f64())?;
        services::stop();
        let rate = pgbench::place_order(self.ground.stations(at), time);
        self.runtime.block_on(services::start());
        rate
    }

    fn bare(&self, at: At, guess: f64, time: Duration) -> anyhow::Result<f64> {
        let stations = self.ground.stations(at).len();
        let bookings = whole(guess * time.as_secs_f64());
        self.runtime.block_on(async {
            // The relays of the round before have nothing more to do.
            self.ground.drained().await?;
            pgbench::bare(&self.ground.database, stations, batteries(bookings, stations), time).await
        })
    }

    /// What a booking costs each program, and what it writes.
    fn costs(&mut self, guess: f64) -> anyhow::Result<String> {
        let requests = self.set_out(At::Many, guess, load::seconds_with_warming(self.time))?;
        let before = self.runtime.block_on(Growth::now(&self.ground.database))?;
        let costs = self.runtime.block_on(Costs::begin(&self.ground.database))?;
        load::closed(self.address, &requests, self.time)?;
        self.runtime.block_on(async {
            // What follows from a booking is part of it.
            self.ground.drained().await?;
            let costs = costs.end(&self.ground.database).await?;
            let written = Growth::now(&self.ground.database).await?.since(&before)?;
            Ok(format!("{costs}{written}"))
        })
    }

    fn waits(&mut self, rate: f64, rounds: usize) -> anyhow::Result<Table> {
        let (mut p50, mut p99, mut count) = (Vec::new(), Vec::new(), 0);
        for _ in 0..rounds {
            let requests = self.set_out(At::Many, rate, load::seconds_with_warming(self.time) + 1.0)?;
            let waits = load::open(self.address, &requests, rate, self.time, &AtomicBool::new(false))?;
            p50.push(percentile(&waits, 50.0));
            p99.push(percentile(&waits, 99.0));
            count += waits.len();
        }
        let mut table = Table::new(
            format!(
                "A booking at half of that rate, {rate:.0}/s, sent at fixed times and timed from when it was due: \
                 {count} bookings, medians of {rounds} rounds"
            ),
            &["p50 ms", "p99 ms"],
        );
        table.row([format!("{:.1}", median(p50)), format!("{:.1}", median(p99))]);
        Ok(table)
    }

    fn outages(&mut self, rate: f64) -> anyhow::Result<Table> {
        let mut table = Table::new(
            format!("The booking relay after an outage of the broker with {BACKLOG} events waiting"),
            &[
                "meanwhile",
                "s until empty",
                "events/s",
                "looks that found it grown",
                "bookings p50 ms",
                "p99 ms",
            ],
        );
        self.runtime.block_on(self.ground.restore(&[], 0))?;
        let alone = outage::alone(&self.runtime, &self.ground)?;
        table.row(row("nobody books", &alone, 0.0));
        let requests = self.set_out(At::Many, rate, outage::WATCHED.as_secs_f64() + 5.0)?;
        let booking = outage::while_booking(&self.runtime, &self.ground, self.address, &requests, rate)?;
        table.row(row(&format!("{rate:.0} bookings/s"), &booking, rate));
        Ok(table)
    }

    fn trips(&mut self, guess: f64) -> anyhow::Result<Table> {
        let requests = self.set_out(At::Many, guess, load::seconds_with_warming(GUESSING))?;
        trips::measure(&self.runtime, &mut self.ground, self.address, &requests, GUESSING)
    }
}

fn rates(plan: &Plan, spread: &Rates, hot: &Rates) -> Table {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let keys = if plan.idempotency_keys { ", each with an Idempotency-Key" } else { "" };
    let mut table = Table::new(
        format!(
            "Bookings a second by {CLIENTS} clients{keys}: medians of {} rounds of {} s, taken in turns. Clients, \
             nginx, services, Postgres and the broker share {cores} cores; fsync and synchronous_commit are on",
            plan.rounds,
            plan.time.as_secs()
        ),
        &[
            "riders at",
            "Swapwire through nginx",
            "pgbench, the same statement",
            "ratio",
            "pgbench, the bare statement",
            "ratio",
        ],
    );
    let (spread, hot) = (spread.medians(), hot.medians());
    let ratio = |part: f64, whole: f64| format!("{:.2}", part / whole);
    for (name, [whole, statement, bare]) in
        [(format!("{STATIONS} stations"), spread), ("one station".into(), hot)]
    {
        let rates = [whole, statement, bare].map(|rate| format!("{rate:.0}"));
        let [shown, of_statement, of_bare] = rates;
        table.row([name, shown, of_statement, ratio(whole, statement), of_bare, ratio(whole, bare)]);
    }
    let [whole, statement, bare] = [0, 1, 2].map(|column| ratio(hot[column], spread[column]));
    let dash = || String::from("–");
    table.row(["one of many".into(), whole, statement, dash(), bare, dash()]);
    table.row([
        "the original Django app, quoted: measured before, on two cores".into(),
        "19; of 64 riders who raced for a battery all 64 got it".into(),
        dash(),
        dash(),
        dash(),
        dash(),
    ]);
    table
}

fn row(name: &str, drain: &Drain, rate: f64) -> [String; 6] {
    let Drain { backlog, seconds, looks, grown, waits } = drain;
    let dash = || String::from("–");
    let told = |seconds: f64| f64::from(u32::try_from(*backlog).unwrap_or(0)) / seconds + rate;
    let wait = |percent| if waits.is_empty() { dash() } else { format!("{:.1}", percentile(waits, percent)) };
    [
        name.into(),
        seconds
            .map_or_else(|| format!("not within {:?}", outage::WATCHED), |seconds| format!("{seconds:.1}")),
        seconds.map_or_else(dash, |seconds| format!("{:.0}", told(seconds))),
        format!("{grown} of {looks}"),
        wait(50.0),
        wait(99.0),
    ]
}

/// Batteries for each of some stations, so that random choices leave none empty.
fn batteries(bookings: u64, stations: usize) -> u64 {
    let mean = bookings.div_ceil(u64::try_from(stations).unwrap_or(1).max(1));
    // The choices of a station are Poisson's: beyond six deviations is nobody.
    mean + 6 * mean.isqrt() + 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_has_more_batteries_than_chance_asks_for() {
        assert_eq!(batteries(10_000, 1), 10_000 + 600 + 10);
        assert_eq!(batteries(10_000, STATIONS), 10 + 18 + 10);
        assert_eq!((whole(0.9), whole(1_234.5)), (0, 1_234));
    }
}
