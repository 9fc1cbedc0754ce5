//! The work that is measured, each on fresh servers in turns, and the tables that come of it.

use std::fmt::Write;
use std::time::Duration;

use anyhow::ensure;

use crate::client::Crowd;
use crate::peers;
use crate::process::leave_the_servers_core;
use crate::server::{Kind, Pace, bun};
use crate::table::{Table, median, percentile};
use crate::{storm, viewport};

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
    /// Whether the stream without clients is measured too, and subtracted.
    less_the_stream: bool,
}

/// What has been measured of a server on a work.
struct Figures {
    kind: Kind,
    /// Microseconds per delivery, deliveries per second: one of each round.
    costs: Vec<f64>,
    rates: Vec<f64>,
    /// Microseconds per delivery beside what the stream costs without clients.
    beside_the_stream: Vec<f64>,
    /// Milliseconds from the stamp of a message to its arrival: p50 and p99 of each round.
    p50s: Vec<f64>,
    p99s: Vec<f64>,
    /// Why a peer is left out.
    skipped: Option<String>,
}

const ALL: &[Kind] =
    &[Kind::Floor, Kind::Bun, Kind::BunSend, Kind::ActixWs, Kind::ActixWsDirect, Kind::Swapwire];
const FLOOR_BUN_AND_OURS: &[Kind] = &[Kind::Floor, Kind::Bun, Kind::Swapwire];
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
        pace: Pace { rate, burst, first: 1, changing: 10 },
        stations: STATIONS,
        kinds,
        peers: false,
        less_the_stream: false,
    }
}

const FAN_OUTS: &[FanOut] = &[
    FanOut { peers: true, ..fan_out("paced: 1,000 clients, 50 messages/s", 1_000, 50.0, 1, ALL) },
    FanOut {
        peers: true,
        ..fan_out("saturated: 1,000 clients, 1,000 messages/s asked", 1_000, 1_000.0, 1, ALL)
    },
    fan_out(
        "burst: 1,000 clients, 10 stations change at once, 5 times/s",
        1_000,
        5.0,
        10,
        FLOOR_BUN_AND_OURS,
    ),
    FanOut {
        less_the_stream: true,
        ..fan_out("few clients: 100, 500 messages/s", 100, 500.0, 1, FLOOR_AND_OURS)
    },
    FanOut {
        less_the_stream: true,
        ..fan_out("many clients: 10,000, 5 messages/s", 10_000, 5.0, 1, FLOOR_AND_OURS)
    },
    FanOut {
        stations: 10,
        ..fan_out("few stations: 10, 1,000 clients, 50 messages/s", 1_000, 50.0, 1, OURS)
    },
    FanOut {
        stations: 100_000,
        pace: Pace { rate: 50.0, burst: 1, first: 1, changing: 1 },
        ..fan_out("many stations: 100,000, 1,000 clients on one of them, 50 messages/s", 1_000, 50.0, 1, OURS)
    },
    FanOut {
        stations: 100_000,
        ..fan_out("many stations, burst: 10 of 100,000 change at once, 5 times/s", 1_000, 5.0, 10, OURS)
    },
    FanOut {
        stations: 100_000,
        pace: Pace { rate: 1_000.0, burst: 1, first: 1, changing: 1 },
        ..fan_out("many stations, saturated: 1,000 clients on one of 100,000", 1_000, 1_000.0, 1, OURS)
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
        format!(
            "CPU of the server per delivery, medians of {rounds} runs of {seconds} s. The latency is from the stamp of a \
             message to its arrival; the servers stamp when they send, ours is stamped before it goes through RabbitMQ"
        ),
        &[
            "work",
            "server",
            "µs per delivery",
            "of the floor",
            "of Bun's publish()",
            "deliveries/s",
            "p50 ms",
            "p99 ms",
        ],
    );
    for work in FAN_OUTS.iter().filter(|work| wanted(work.name)) {
        measure(work, server, rounds, Duration::from_secs(seconds), &mut table)?;
    }
    write!(tables, "{table}")?;
    if wanted("idle memory") {
        write!(tables, "{}", storm::idle_memory(rounds.min(3), server)?)?;
    }
    if wanted("reconnect") {
        write!(tables, "{}", storm::storm(rounds)?)?;
    }
    let time = Duration::from_secs(seconds);
    if wanted("viewport") {
        write!(tables, "{}", viewport::viewport(rounds.min(3), time)?)?;
    }
    if wanted("connect with a box") {
        write!(tables, "{}", viewport::connect(rounds)?)?;
    }
    if wanted("compressed") {
        write!(tables, "{}", viewport::compressed(rounds, time)?)?;
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
        .map(Figures::new)
        .collect();
    for round in 1..=rounds {
        for figures in figures.iter_mut().filter(|one| one.skipped.is_none()) {
            let name = figures.kind.name();
            match measure_once(work, figures.kind, work.clients, time) {
                Ok(once) => {
                    eprintln!("{}: {name}, round {round}: {:.2} µs", work.name, once.cost());
                    figures.add(&once);
                    if work.less_the_stream && figures.kind == Kind::Swapwire {
                        let alone = measure_once(work, figures.kind, 0, time)?;
                        figures.beside_the_stream.push((once.cpu - alone.cpu) / once.deliveries * 1e6);
                    }
                }
                // A peer that fails here is no reason to know nothing of the others.
                Err(error) if matches!(figures.kind, Kind::Peer(_)) => {
                    eprintln!("{}: {name}, round {round}, skipped: {error:#}", work.name);
                    figures.skipped = Some(one_line(&format!("{error:#}")));
                }
                Err(error) => return Err(error),
            }
        }
    }
    let cost =
        |wanted: Kind| figures.iter().find(|one| one.kind == wanted).map(|one| median(one.costs.clone()));
    let (floor, bun) = (cost(Kind::Floor), cost(Kind::Bun));
    for one in &figures {
        let name = (work.name.to_owned(), one.kind.name().to_owned());
        let none = || "–".to_owned();
        if let Some(why) = &one.skipped {
            table.row([name.0, name.1, format!("skipped: {why}"), none(), none(), none(), none(), none()]);
            continue;
        }
        let ratio = |mine: f64, other: Option<f64>| {
            other.map_or("–".into(), |other| format!("{:.2}", mine / other))
        };
        let mine = median(one.costs.clone());
        let latency = |figures: &Vec<f64>| match figures.as_slice() {
            [] => none(),
            _ => format!("{:.1}", median(figures.clone())),
        };
        table.row([
            name.0.clone(),
            name.1.clone(),
            format!("{mine:.2}"),
            ratio(mine, floor),
            ratio(mine, bun),
            format!("{:.0}", median(one.rates.clone())),
            latency(&one.p50s),
            latency(&one.p99s),
        ]);
        if !one.beside_the_stream.is_empty() {
            let mine = median(one.beside_the_stream.clone());
            let server = format!("{}, less the stream without clients", name.1);
            let (cost, of_floor) = (format!("{mine:.2}"), ratio(mine, floor));
            table.row([name.0, server, cost, of_floor, ratio(mine, bun), none(), none(), none()]);
        }
    }
    Ok(())
}

/// One run of a server.
struct Once {
    /// CPU seconds, deliveries.
    cpu: f64,
    deliveries: f64,
    seconds: f64,
    latencies_us: Vec<f64>,
}

impl Once {
    /// Microseconds of CPU per delivery.
    fn cost(&self) -> f64 {
        self.cpu * 1e6 / self.deliveries
    }
}

impl Figures {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            costs: Vec::new(),
            rates: Vec::new(),
            beside_the_stream: Vec::new(),
            p50s: Vec::new(),
            p99s: Vec::new(),
            skipped: None,
        }
    }

    fn add(&mut self, once: &Once) {
        self.costs.push(once.cost());
        self.rates.push(once.deliveries / once.seconds);
        let mut latencies = once.latencies_us.clone();
        if !latencies.is_empty() {
            latencies.sort_by(f64::total_cmp);
            self.p50s.push(percentile(&latencies, 50.0) / 1e3);
            self.p99s.push(percentile(&latencies, 99.0) / 1e3);
        }
    }
}

/// Measures one server once. What was asked for and did not come is not waited for.
fn measure_once(work: &FanOut, kind: Kind, clients: usize, time: Duration) -> anyhow::Result<Once> {
    let mut server = kind.start(work.pace, work.stations, clients)?;
    // Of a large network a client follows one station: otherwise its greeting is all that is measured.
    let path = if work.stations > STATIONS { "/ws/stations/1/" } else { kind.path() };
    let mut crowd = Crowd::gather(server.address(), clients, GROUP, |_| path.into(), kind.dialect())?;
    server.begin()?;
    crowd.read_for(WARMING, false)?;
    let before = server.cpu()?;
    let seen = crowd.read_for(time, false)?;
    let cpu = server.cpu()?.saturating_sub(before).as_secs_f64();
    ensure!(seen.messages > 0 || clients == 0, "nothing was delivered");
    let (deliveries, seconds) = (seen.messages as f64, time.as_secs_f64());
    Ok(Once { cpu, deliveries, seconds, latencies_us: seen.latencies_us })
}

/// A reason that fits a table's cell.
fn one_line(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/");
    line.chars().take(160).collect()
}
