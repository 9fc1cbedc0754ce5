//! The work that is measured, each on fresh servers in turns, and the tables that come of it.

use std::fmt::Write;
use std::time::Duration;

use anyhow::ensure;

use crate::client::Crowd;
use crate::dialect::Dialect;
use crate::peers;
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
    /// Whether those of `PEERS=all` take part.
    peers: bool,
}

/// What has been measured of a server on a work.
struct Figures {
    kind: Kind,
    /// Microseconds per delivery, deliveries per second: one of each round.
    costs: Vec<f64>,
    rates: Vec<f64>,
    /// Why a peer is left out.
    skipped: Option<String>,
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
    FanOut {
        name,
        clients,
        pace: Pace { rate, burst, changing: 10 },
        stations: STATIONS,
        kinds,
        peers: false,
    }
}

const FAN_OUTS: &[FanOut] = &[
    FanOut { peers: true, ..fan_out("paced: 1,000 clients, 50 messages/s", 1_000, 50.0, 1, ALL) },
    FanOut {
        peers: true,
        ..fan_out("saturated: 1,000 clients, 1,000 messages/s asked", 1_000, 1_000.0, 1, ALL)
    },
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

/// Runs everything whose name contains `only`, the fan-outs on the servers whose name contains `server`.
///
/// # Errors
/// When a server can't be started or a client is lost.
pub fn run(rounds: usize, seconds: u64, only: Option<&str>, server: Option<&str>) -> anyhow::Result<String> {
    leave_the_servers_core()?;
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
    let mut tables = String::new();
    let mut table = Table::new(
        format!("CPU of the server per delivery, medians of {rounds} runs of {seconds} s"),
        &["work", "server", "µs per delivery", "of the floor", "of Bun's publish()", "deliveries/s"],
    );
    for work in FAN_OUTS.iter().filter(|work| wanted(work.name)) {
        measure(work, server, rounds, Duration::from_secs(seconds), &mut table)?;
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

fn measure(
    work: &FanOut,
    server: Option<&str>,
    rounds: usize,
    time: Duration,
    table: &mut Table,
) -> anyhow::Result<()> {
    let others = if work.peers { peers::installed() } else { Vec::new() };
    let mut figures: Vec<Figures> = work
        .kinds
        .iter()
        .copied()
        .filter(|kind| !matches!(kind, Kind::Bun | Kind::BunSend) || bun().is_some())
        .chain(others.into_iter().map(Kind::Peer))
        .filter(|kind| server.is_none_or(|server| kind.name().contains(server)))
        .map(|kind| Figures { kind, costs: Vec::new(), rates: Vec::new(), skipped: None })
        .collect();
    for round in 1..=rounds {
        for Figures { kind, costs, rates, skipped } in figures.iter_mut().filter(|one| one.skipped.is_none())
        {
            match measure_once(work, *kind, time) {
                Ok((cost, rate)) => {
                    costs.push(cost);
                    rates.push(rate);
                    eprintln!("{}: {}, round {round}: {cost:.2} µs", work.name, kind.name());
                }
                // A peer that fails here is no reason to know nothing of the others.
                Err(error) if matches!(kind, Kind::Peer(_)) => {
                    eprintln!("{}: {}, round {round}, skipped: {error:#}", work.name, kind.name());
                    *skipped = Some(one_line(&format!("{error:#}")));
                }
                Err(error) => return Err(error),
            }
        }
    }
    let cost =
        |wanted: Kind| figures.iter().find(|one| one.kind == wanted).map(|one| median(one.costs.clone()));
    let (floor, bun) = (cost(Kind::Floor), cost(Kind::Bun));
    for Figures { kind, costs, rates, skipped } in &figures {
        if let Some(why) = skipped {
            let none = || "–".to_owned();
            table.row([
                work.name.into(),
                kind.name().into(),
                format!("skipped: {why}"),
                none(),
                none(),
                none(),
            ]);
            continue;
        }
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

/// Microseconds of the server's CPU per delivery, and deliveries per second. What was asked for and did not come
/// is not waited for.
fn measure_once(work: &FanOut, kind: Kind, time: Duration) -> anyhow::Result<(f64, f64)> {
    let mut server = kind.start(work.pace, work.stations, work.clients)?;
    // Of a large network a client follows one station: otherwise its greeting is all that is measured.
    let large = work.stations > STATIONS;
    let path = if large { "/ws/stations/1/" } else { kind.path() };
    let dialect = if large { Dialect::Frames(2) } else { kind.dialect(work.stations) };
    let mut crowd = Crowd::gather(server.address(), work.clients, GROUP, |_| path.into(), dialect)?;
    server.begin()?;
    crowd.read_for(WARMING, false)?;
    let before = server.cpu()?;
    let seen = crowd.read_for(time, false)?;
    let cpu = server.cpu()?.saturating_sub(before);
    ensure!(seen.messages > 0, "nothing was delivered");
    let messages = seen.messages as f64;
    Ok((cpu.as_secs_f64() * 1e6 / messages, messages / time.as_secs_f64()))
}

/// A reason that fits a table's cell.
fn one_line(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/");
    line.chars().take(160).collect()
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
            let server = kind.start(Pace { rate: 0.0, burst: 1, changing: 1 }, 10, CLIENTS)?;
            let before = server.resident()?;
            let (path, dialect) = (kind.path(), kind.dialect(10));
            let mut crowd = Crowd::gather(server.address(), CLIENTS, GROUP, |_| path.into(), dialect)?;
            crowd.read_for(WARMING, false)?;
            figures.push(server.resident()?.saturating_sub(before) as f64 / 1_000.0 / CLIENTS as f64);
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
        let kind = Kind::Swapwire;
        let server = kind.start(Pace { rate: 50.0, burst: 1, changing: 10 }, STATIONS, CLIENTS)?;
        let (path, dialect) = (kind.path(), kind.dialect(STATIONS));
        let crowd = Crowd::gather(server.address(), CLIENTS, CLIENTS, |_| path.into(), dialect)?;
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
