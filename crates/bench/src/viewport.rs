//! Clients that watch a part of a large network: what an update costs that concerns few of them, what it costs to
//! connect, and what compression costs and saves.

use std::time::Duration;

use anyhow::ensure;
use events::Location;

use crate::client::Crowd;
use crate::dialect::Dialect;
use crate::gateway::location;
use crate::server::{Kind, Pace, Server};
use crate::table::{Table, median};

/// Stations of a large network.
pub const STATIONS: usize = 100_000;
const CLIENTS: usize = 10_000;
/// Clients that connect together.
const GROUP: usize = 100;
const WARMING: Duration = Duration::from_secs(1);
/// Updates a second.
const RATE: f64 = 1_000.0;
/// Half the sides of a box with about 100 of the 100,000 stations, which stand on 8 by 9 degrees.
const HALF: (f64, f64) = (0.5 * 8.0 / 31.623, 0.5 * 9.0 / 31.623);
/// Connections of each kind whose cost is measured.
const CONNECTS: usize = 2_000;

/// The path of a box around a station.
pub fn around(id: i64) -> String {
    let Location { latitude, longitude } = location(id);
    boxed(latitude, longitude)
}

fn boxed(latitude: f64, longitude: f64) -> String {
    let (high, wide) = HALF;
    format!(
        "/ws/stations/?bbox={},{},{},{}",
        longitude - wide,
        latitude - high,
        longitude + wide,
        latitude + high
    )
}

/// What a server used while clients read, per second: CPU and deliveries.
struct Use {
    cpu: f64,
    deliveries: f64,
}

fn used(server: &Server, crowd: &mut Crowd, time: Duration) -> anyhow::Result<Use> {
    crowd.read_for(WARMING, false)?;
    let before = server.cpu()?;
    let seen = crowd.read_for(time, false)?;
    let cpu = server.cpu()?.saturating_sub(before).as_secs_f64() / time.as_secs_f64();
    Ok(Use { cpu, deliveries: seen.messages as f64 / time.as_secs_f64() })
}

/// The gateway under the stream, with clients on these paths.
fn watched(time: Duration, clients: usize, path: impl Fn(usize) -> String) -> anyhow::Result<Use> {
    let pace = Pace { rate: RATE, burst: 1, first: 1, changing: 100_000 };
    let server = Kind::Swapwire.start(pace, STATIONS, clients)?;
    let mut crowd = Crowd::gather(server.address(), clients, GROUP, path, Dialect::Snapshot)?;
    used(&server, &mut crowd, time)
}

/// Many boxes in a large network.
///
/// # Errors
/// When a server can't be started or a client is lost.
pub fn viewport(rounds: usize, time: Duration) -> anyhow::Result<Table> {
    let mut table = Table::new(
        format!(
            "Viewport: {STATIONS} stations, {CLIENTS} clients each with a box of about 100 of them, {RATE} updates/s, \
             medians of {rounds} runs"
        ),
        &["", "µs", "of the floor"],
    );
    let (mut floors, mut costs, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let alone = watched(time, 0, |_| String::new())?;
        let boxes = watched(time, CLIENTS, |index| around(1 + 10 * index as i64))?;
        // Nothing stands so far north: the messages concern nobody.
        let empty = watched(time, CLIENTS, |index| boxed(60.0 + index as f64 / 1_000.0, 10.0))?;
        ensure!(boxes.deliveries > 0.0, "nothing was delivered");
        costs.push((boxes.cpu - alone.cpu) / boxes.deliveries * 1e6);
        idle.push((empty.cpu - alone.cpu) / RATE * 1e6);
        // The floor writes to everybody: as many deliveries a second, on as many connections.
        let rate = boxes.deliveries / CLIENTS as f64;
        let pace = Pace { rate, burst: 1, first: 1, changing: 1 };
        let server = Kind::Floor.start(pace, STATIONS, CLIENTS)?;
        let path = |_| Kind::Floor.path().into();
        let mut crowd = Crowd::gather(server.address(), CLIENTS, GROUP, path, Kind::Floor.dialect())?;
        let floor = used(&server, &mut crowd, time)?;
        floors.push(floor.cpu / floor.deliveries * 1e6);
        eprintln!(
            "viewport, round {round}: {:.0} deliveries/s at {:.2} µs, the stream alone {:.1} % CPU, floor {:.2} µs",
            boxes.deliveries,
            costs.last().unwrap_or(&0.0),
            alone.cpu * 100.0,
            floors.last().unwrap_or(&0.0)
        );
    }
    let (floor, cost) = (median(floors), median(costs));
    table.row(["a delivery of the floor at this rate".into(), format!("{floor:.2}"), "1.00".into()]);
    let ours = "a delivery, less the stream without clients".to_owned();
    table.row([ours, format!("{cost:.2}"), format!("{:.2}", cost / floor)]);
    let nobody = "a message that concerns none of the boxes, less the stream without clients".to_owned();
    table.row([nobody, format!("{:.2}", median(idle)), "–".into()]);
    Ok(table)
}

/// The cost of a connection from handshake to close.
///
/// # Errors
/// When the gateway can't be started or a client is lost.
pub fn connect(rounds: usize) -> anyhow::Result<Table> {
    let mut table = Table::new(
        format!(
            "A connection with its greeting, {STATIONS} stations, medians of {rounds} runs of {CONNECTS} connections"
        ),
        &["greeting", "µs of the server's CPU", "of one station's"],
    );
    let pace = Pace { rate: 0.0, burst: 1, first: 1, changing: 1 };
    let server = Kind::Swapwire.start(pace, STATIONS, CONNECTS)?;
    let (mut ones, mut boxes) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ones.push(connected(&server, |index| format!("/ws/stations/{}/", index + 1))?);
        boxes.push(connected(&server, |index| around(1 + 10 * index as i64))?);
    }
    let (one, boxed) = (median(ones), median(boxes));
    table.row(["one station".into(), format!("{one:.1}"), "1.00".into()]);
    table.row(["a box of about 100".into(), format!("{boxed:.1}"), format!("{:.2}", boxed / one)]);
    Ok(table)
}

fn connected(server: &Server, path: impl Fn(usize) -> String) -> anyhow::Result<f64> {
    let before = server.cpu()?;
    for group in 0..CONNECTS / GROUP {
        drop(Crowd::gather(
            server.address(),
            GROUP,
            GROUP,
            |index| path(group * GROUP + index),
            Dialect::Snapshot,
        )?);
    }
    Ok(server.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / CONNECTS as f64)
}

/// Compressed beside plain.
///
/// # Errors
/// When the gateway can't be started or a client is lost.
pub fn compressed(rounds: usize, time: Duration) -> anyhow::Result<Table> {
    const WATCHING: usize = 1_000;
    const KNOWN: usize = 1_000;
    let mut table = Table::new(
        format!("Compression: {WATCHING} clients, 50 messages/s, {KNOWN} stations, medians of {rounds} runs"),
        &["", "µs per delivery", "bytes of the snapshot"],
    );
    let greeting = 1 + KNOWN.div_ceil(events::STATIONS_PER_CHUNK);
    let mut figures =
        [Dialect::Frames(greeting), Dialect::Compressed(greeting)].map(|kind| (kind, Vec::new(), 0));
    for _ in 0..rounds {
        for (dialect, costs, bytes) in &mut figures {
            let pace = Pace { rate: 50.0, burst: 1, first: 1, changing: 10 };
            let server = Kind::Swapwire.start(pace, KNOWN, WATCHING)?;
            let path = |_| Kind::Swapwire.path().into();
            let mut crowd = Crowd::gather(server.address(), WATCHING, GROUP, path, *dialect)?;
            *bytes = crowd.greeting_bytes();
            let used = used(&server, &mut crowd, time)?;
            costs.push(used.cpu / used.deliveries * 1e6);
        }
    }
    let [(_, plain, plain_bytes), (_, compressed, compressed_bytes)] = figures;
    let (plain, compressed) = (median(plain), median(compressed));
    table.row(["plain".into(), format!("{plain:.2}"), plain_bytes.to_string()]);
    table.row(["permessage-deflate".into(), format!("{compressed:.2}"), compressed_bytes.to_string()]);
    let share = compressed_bytes as f64 / plain_bytes as f64;
    table.row(["of plain".into(), format!("{:.2}", compressed / plain), format!("{share:.2}")]);
    Ok(table)
}
