//! What a network costs that comes back at once, and the memory of those who are there and get nothing.

use std::fs;
use std::time::Duration;

use anyhow::Context;

use crate::client::Crowd;
use crate::server::{Kind, Pace, bun};
use crate::table::{Table, median, percentile};
use crate::viewport;

const CLIENTS: usize = 10_000;
/// Clients that connect together where that is not what is measured.
const GROUP: usize = 100;
const STATIONS: usize = 1_000;
/// Stations where their number does not matter.
const FEW: usize = 10;
const WARMING: Duration = Duration::from_secs(1);

/// Resident memory per idle connection.
///
/// # Errors
/// When a server can't be started or a client is lost.
pub fn idle_memory(rounds: usize, server: Option<&str>) -> anyhow::Result<Table> {
    let mut table = Table::new(
        format!("Resident memory per idle connection, {CLIENTS} connections, medians of {rounds} runs"),
        &["server", "KB per connection"],
    );
    for (kind, stations, note) in [
        (Kind::Bun, FEW, ""),
        (Kind::ActixWs, FEW, ""),
        (Kind::ActixWsDirect, FEW, ""),
        (Kind::Swapwire, FEW, ""),
        (Kind::Swapwire, viewport::STATIONS, ", one of 100,000 stations each"),
    ] {
        if kind == Kind::Bun && bun().is_none() || !server.is_none_or(|server| kind.name().contains(server)) {
            continue;
        }
        let mut figures = Vec::new();
        // It has two descriptors for each client, of the 20,000 that a process may have on a small machine.
        let clients = if kind == Kind::ActixWsDirect { CLIENTS / 2 } else { CLIENTS };
        for _ in 0..rounds {
            let server =
                kind.start(Pace { rate: 0.0, burst: 1, first: 1, changing: 1 }, stations, clients)?;
            let before = server.resident()?;
            let path = kind.path();
            let mut crowd = Crowd::gather(server.address(), clients, GROUP, |_| path.into(), kind.dialect())?;
            crowd.read_for(WARMING, false)?;
            figures.push(server.resident()?.saturating_sub(before) as f64 / 1_000.0 / clients as f64);
        }
        table.row([format!("{}{note}", kind.name()), format!("{:.1}", median(figures))]);
    }
    Ok(table)
}

/// Everybody comes back at once.
///
/// # Errors
/// When the gateway can't be started or a client is lost.
pub fn storm(rounds: usize) -> anyhow::Result<Table> {
    let mut table = Table::new(
        format!("{CLIENTS} clients reconnect at once and get their snapshots, plain frames"),
        &["each gets", "run", "p50 s", "p99 s", "served", "listen drops"],
    );
    let all = |_| Kind::Swapwire.path().to_owned();
    let boxed = |index| viewport::around(1 + 10 * index as i64);
    reconnect("all of 1,000 stations", STATIONS, all, rounds, &mut table)?;
    reconnect("a box of about 100 of 100,000 stations", viewport::STATIONS, boxed, rounds, &mut table)?;
    Ok(table)
}

fn reconnect(
    what: &str,
    stations: usize,
    path: impl Fn(usize) -> String,
    rounds: usize,
    table: &mut Table,
) -> anyhow::Result<()> {
    let kind = Kind::Swapwire;
    for round in 1..=rounds {
        let pace = Pace { rate: 50.0, burst: 1, first: 1, changing: 10 };
        let server = kind.start(pace, stations, CLIENTS)?;
        let drops = listen_drops()?;
        let crowd = Crowd::gather(server.address(), CLIENTS, CLIENTS, &path, kind.dialect())?;
        let mut waits: Vec<f64> = crowd.greetings().iter().map(Duration::as_secs_f64).collect();
        waits.sort_by(f64::total_cmp);
        table.row([
            what.to_owned(),
            round.to_string(),
            format!("{:.2}", percentile(&waits, 50.0)),
            format!("{:.2}", percentile(&waits, 99.0)),
            waits.len().to_string(),
            listen_drops()?.saturating_sub(drops).to_string(),
        ]);
    }
    Ok(())
}

/// Connections that the kernel has dropped because a listener's queue was full, since the machine started.
fn listen_drops() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/net/netstat")?;
    let mut lines = text.lines().filter(|line| line.starts_with("TcpExt:"));
    let (names, figures) = (lines.next().context("TcpExt")?, lines.next().context("TcpExt")?);
    let index = names.split(' ').position(|name| name == "ListenDrops").context("ListenDrops")?;
    Ok(figures.split(' ').nth(index).context("ListenDrops")?.parse()?)
}
