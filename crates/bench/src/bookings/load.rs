//! The load: clients that book one after the other as fast as they are answered, or at fixed times whatever the
//! answers take.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Barrier, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;

use super::http::Connection;
use super::requests::Requests;

/// Connections at once, each a thread.
pub const CLIENTS: u32 = 32;
/// Before a measurement begins: connections and pools fill.
const WARMING: Duration = Duration::from_millis(500);

/// Seconds for which requests are needed when a load of so many seconds is measured.
#[must_use]
pub fn seconds_with_warming(time: Duration) -> f64 {
    (time + WARMING).as_secs_f64()
}

/// Bookings per second that are answered to clients who never pause.
///
/// # Errors
/// When a booking is refused or the riders run out.
pub fn closed(address: SocketAddr, requests: &Requests, time: Duration) -> anyhow::Result<f64> {
    let answered = AtomicU32::new(0);
    together(address, |connection, started| {
        let from = started + WARMING;
        let (until, mut request) = (from + time, Vec::new());
        loop {
            requests.next(&mut request)?;
            connection.book(&request)?;
            let now = Instant::now();
            if now > until {
                return Ok(());
            }
            if now >= from {
                answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    })?;
    Ok(f64::from(answered.into_inner()) / time.as_secs_f64())
}

/// Bookings at so many a second until the time is over or `stop` is set; how long after its due time each was
/// answered, in milliseconds and sorted. A booking that finds every client busy has waited, too.
///
/// # Errors
/// When a booking is refused or the riders run out.
pub fn open(
    address: SocketAddr,
    requests: &Requests,
    rate: f64,
    time: Duration,
    stop: &AtomicBool,
) -> anyhow::Result<Vec<f64>> {
    let due = AtomicU32::new(0);
    let latencies = std::sync::Mutex::new(Vec::new());
    together(address, |connection, started| {
        let (mut mine, mut request) = (Vec::new(), Vec::new());
        loop {
            let after = Duration::from_secs_f64(f64::from(due.fetch_add(1, Ordering::Relaxed)) / rate);
            if after > WARMING + time || stop.load(Ordering::Relaxed) {
                break;
            }
            requests.next(&mut request)?;
            thread::sleep((started + after).saturating_duration_since(Instant::now()));
            connection.book(&request)?;
            if after >= WARMING {
                mine.push((started + after).elapsed().as_secs_f64() * 1e3);
            }
        }
        latencies.lock().unwrap_or_else(PoisonError::into_inner).append(&mut mine);
        Ok(())
    })?;
    let mut latencies = latencies.into_inner().unwrap_or_else(PoisonError::into_inner);
    latencies.sort_by(f64::total_cmp);
    Ok(latencies)
}

/// Runs the same on every client, from the same moment on.
fn together(
    address: SocketAddr,
    work: impl Fn(&mut Connection, Instant) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        connections.push(Connection::open(address)?);
    }
    let gate = Barrier::new(connections.len());
    let (gate, work) = (&gate, &work);
    thread::scope(|scope| {
        let clients: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                scope.spawn(move || {
                    gate.wait();
                    work(&mut connection, Instant::now())
                })
            })
            .collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().unwrap_or_else(|_| Err(anyhow!("a client has panicked"))))
    })
}
