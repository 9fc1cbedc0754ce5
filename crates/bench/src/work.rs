//! The work that is measured, each on fresh servers in turns, and the tables that come of it.

use std::fmt::Write;
use std::time::Duration;

use crate::client::Crowd;
use crate::process::leave_the_servers_core;
use crate::server::{Kind, Pace, bun};
use crate::table::{Table, median, percentile};

/// Stations that the gateway knows where the work does not say otherwise.
const STATIONS: usize = 1_000;
/// Clients that connect together where that is not what is measured.
const GROUP: usize = 100;
/// Before a measurement begins.
const WARMING: Duration = Duration::from_secs(1);

/// Messages that everybody gets.
struct FanOut {
    name: &'static str,
    clients: usize,
    pace: Pace,
    stations: usize,
    kinds: &'static [Kind],
}

const ALL: &[Kind] = &[Kind::Floor, Kind::Bun, Kind::BunSend, Kind::Swapwire];
const FLOOR_AND_OURS: &[Kind] = &[Kind::Floor, Kind::Swapwire];
const OURS: &[Kind] = &[Kind::Swapwire];

const fn fan_out(
    name: &'static str,
    clients: usize,
    rate: f64,
    burst: usize,
    kinds: &'static [Kind],
) -> FanOut {
    FanOut { name, clients, pace: Pace { rate, burst, changing: 10 }, stations: STATIONS, kinds }
}

const FAN_OUTS: &[FanOut] = &[
    fan_out("paced: 1,000 clients, 50 messages/s", 1_000, 50.0, 1, ALL),
    fan_out("saturated: 1,000 clients, 1,000 messages/s asked", 1_000, 1_000.0, 1, ALL),
    fan_out("burst: 1,000 clients, 10 stations change at once, 5 times/s", 1_000, 5.0, 10, ALL),
    fan_out("few clients: 100, 500 messages/s", 100, 500.0, 1, FLOOR_AND_OURS),
    fan_out("many clients: 10,000, 5 messages/s", 10_000, 5.0, 1, FLOOR_AND_OURS),
    FanOut {
        stations: 10,
        ..fan_out("few stations: 10, 1,000 clients, 50 messages/s", 1_000, 50.0, 1, OURS)
    },
    FanOut {
        stations: 100_000,
        pace: Pace { rate: 50.0, burst: 1, changing: 1 },
        ..fan_out("many stations: 100,000, 1,000 clients on one of them, 50 messages/s", 1_000, 50.0, 1, OURS)
    },
];

/// Runs everything whose name contains `only`.
///
/// # Errors
/// When a server can't be started or a client is lost.
pub fn run(rounds: usize, seconds: u64, only: Option<&str>) -> anyhow::Result<String> {
    leave_the_servers_core()?;
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
    let mut tables = String::new();
    let mut table = Table::new(
        format!("CPU of the server per delivery, medians of {rounds} runs of {seconds} s"),
        &["work", "server", "µs per delivery", "of the floor", "of Bun's publish()", "deliveries/s"],
    );
    for work in FAN_OUTS.iter().filter(|work| wanted(work.name)) {
        measure(work, rounds, Duration::from_secs(seconds), &mut table)?;
    }
    write!(tables, "{table}")?;
    if wanted("idle memory") {
        write!(tables, "{}", idle_memory(rounds.min(3))?)?;
    }
    if wanted("reconnect") {
        write!(tables, "{}", storm(rounds.min(3))?)?;
    }
    Ok(tables)
}

fn measure(work: &FanOut, rounds: usize, time: Duration, table: &mut Table) -> anyhow::Result<()> {
    let kinds: Vec<Kind> = work
        .kinds
        .iter()
        .copied()
        .filter(|kind| !matches!(kind, Kind::Bun | Kind::BunSend) || bun().is_some())
        .collect();
    let mut figures: Vec<(Kind, Vec<f64>, Vec<f64>)> =
        kinds.iter().map(|kind| (*kind, Vec::new(), Vec::new())).collect();
    for round in 1..=rounds {
        for (kind, costs, rates) in &mut figures {
            let server = kind.start(work.pace, work.stations)?;
            // Of a large network a client follows one station: otherwise its greeting is all that is measured.
            let large = work.stations > STATIONS;
            let path = if large { "/ws/stations/1/" } else { "/ws/stations/" };
            let greeting = if large { 2 } else { kind.greeting(work.stations) };
            let process = server.process();
            let mut crowd = Crowd::gather(process.address, work.clients, GROUP, |_| path.into(), greeting)?;
            crowd.read_for(WARMING, false)?;
            let before = process.cpu()?;
            let seen = crowd.read_for(time, false)?;
            let cpu = process.cpu()? - before;
            let frames = seen.frames as f64;
            costs.push(cpu.as_secs_f64() * 1e6 / frames);
            rates.push(frames / time.as_secs_f64());
            eprintln!("{}: {}, round {round}: {:.2} µs", work.name, kind.name(), costs[round - 1]);
        }
    }
    let cost = |wanted: Kind| {
        figures.iter().find(|(kind, ..)| *kind == wanted).map(|(_, costs, _)| median(costs.clone()))
    };
    let (floor, bun) = (cost(Kind::Floor), cost(Kind::Bun));
    for (kind, costs, rates) in &figures {
        let mine = median(costs.clone());
        let ratio = |other: Option<f64>| other.map_or("–".into(), |other| format!("{:.2}", mine / other));
        table.row([
            work.name.into(),
            kind.name().into(),
            format!("{mine:.2}"),
            ratio(floor),
            ratio(bun),
            format!("{:.0}", median(rates.clone())),
        ]);
    }
    Ok(())
}

fn idle_memory(rounds: usize) -> anyhow::Result<Table> {
    const CLIENTS: usize = 10_000;
    let mut table = Table::new(
        format!("Resident memory per idle connection, {CLIENTS} connections, medians of {rounds} runs"),
        &["server", "KB per connection"],
    );
    for kind in [Kind::Bun, Kind::Swapwire] {
        if kind == Kind::Bun && bun().is_none() {
            continue;
        }
        let mut figures = Vec::new();
        for _ in 0..rounds {
            let server = kind.start(Pace { rate: 0.0, burst: 1, changing: 1 }, 10)?;
            let process = server.process();
            let before = process.resident()?;
            let mut crowd = Crowd::gather(
                process.address,
                CLIENTS,
                GROUP,
                |_| "/ws/stations/".into(),
                kind.greeting(10),
            )?;
            crowd.read_for(WARMING, false)?;
            figures.push(process.resident()?.saturating_sub(before) as f64 / 1_000.0 / CLIENTS as f64);
        }
        table.row([kind.name().into(), format!("{:.1}", median(figures))]);
    }
    Ok(table)
}

/// Everybody comes back at once.
fn storm(rounds: usize) -> anyhow::Result<Table> {
    const CLIENTS: usize = 10_000;
    let mut table = Table::new(
        format!(
            "{CLIENTS} clients reconnect at once, each gets a snapshot of {STATIONS} stations, {rounds} runs"
        ),
        &["", "p50 s", "p99 s", "served"],
    );
    for _ in 0..rounds {
        let server = Kind::Swapwire.start(Pace { rate: 50.0, burst: 1, changing: 10 }, STATIONS)?;
        let greeting = Kind::Swapwire.greeting(STATIONS);
        let crowd =
            Crowd::gather(server.process().address, CLIENTS, CLIENTS, |_| "/ws/stations/".into(), greeting)?;
        let mut waits: Vec<f64> = crowd.greetings().iter().map(Duration::as_secs_f64).collect();
        waits.sort_by(f64::total_cmp);
        table.row([
            "Swapwire".into(),
            format!("{:.2}", percentile(&waits, 50.0)),
            format!("{:.2}", percentile(&waits, 99.0)),
            waits.len().to_string(),
        ]);
    }
    Ok(table)
}
