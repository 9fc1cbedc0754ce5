//! Our gateway as a server to measure: the release build, one worker, its own virtual host, fed through the
//! broker as the relays would.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::Utc;
use events::{
    Action, BroadcastStatus, Event, EventId, InventoryUpdate, Location, Revision, STATIONS_PER_CHUNK,
    SnapshotChunk, SnapshotId, StationId, StationMessage, StationState,
};
use secrecy::ExposeSecret;
use testbed::environment::variable;
use testbed::{Broker, Role};

use crate::process::Process;
use crate::server::Pace;
use crate::stamp;

const STARTING: Duration = Duration::from_secs(60);

/// A gateway and who feeds it.
pub struct Gateway {
    /// The gateway's process.
    pub process: Process,
    stop: Arc<AtomicBool>,
    feeding: Option<JoinHandle<()>>,
}

impl Gateway {
    /// Starts a gateway that knows so many stations, and feeds it.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start(port: u16, pace: Pace, stations: usize) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let broker = runtime.block_on(Broker::create());
        runtime.block_on(async { broker.publisher().await.publish(&snapshot(stations)).await })?;
        let program = std::env::current_exe()?.with_file_name("swapwire-gateway");
        let setting = |name: &str, value: String| (format!("SWAP__{name}"), value);
        let environment = [
            setting("HTTP__LISTEN", format!("127.0.0.1:{port}")),
            setting("HTTP__WORKERS", "1".into()),
            setting("BROKER__URL", broker.url(Role::Gateway).expose_secret().to_owned()),
            setting("GATEWAY__CONNECTIONS__TOTAL", "0".into()),
            setting("GATEWAY__CONNECTIONS__PER_ADDRESS", "0".into()),
            setting("GATEWAY__CONNECTIONS__NEW_PER_S", "0".into()),
            setting("GATEWAY__CONNECTIONS__NEW_PER_ADDRESS_PER_S", "0".into()),
            // 10,000 clients at one thread who come at once, each with a box of its own, hold 280 MB until they have
            // read it. With the default of 256 MiB the slowest of them are sent away.
            setting("GATEWAY__SNAPSHOT_BYTES", (512_u32 << 20).to_string()),
            setting("TELEMETRY__FILTER", "warn".into()),
            ("SWAP_CONFIG".into(), format!("{}/etc/gateway.toml", variable("SWAPWIRE_INSTANCE"))),
        ];
        let process = Process::start(&program.to_string_lossy(), &[], &environment, port)?;
        wait_until_ready(&process)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let feeding = thread::spawn(move || runtime.block_on(feed(&broker, pace, &stopping)));
        Ok(Self { process, stop, feeding: Some(feeding) })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(feeding) = self.feeding.take() {
            let _ = feeding.join();
        }
    }
}

/// A message as a client gets it, for the other servers.
#[must_use]
pub fn sample() -> String {
    let body = String::from_utf8(update(2, 1).body.to_vec()).expect("JSON");
    format!("{{\"cursor\":\"1a{:024x}\",{}", 1, body.trim_start_matches('{'))
}

async fn feed(broker: &Broker, pace: Pace, stop: &AtomicBool) {
    let mut publisher = broker.publisher().await;
    let (started, mut told, mut revision) = (Instant::now(), 0.0, 10);
    while !stop.load(Ordering::Relaxed) {
        let due = (started.elapsed().as_secs_f64() * pace.rate).floor();
        told = f64::max(told, due - pace.rate);
        if told >= due {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        // What is due by now, confirmed together.
        let mut events = Vec::new();
        while told < due {
            told += 1.0;
            for _ in 0..pace.burst {
                revision += 1;
                events.push(update(revision, pace.first + revision % pace.changing));
            }
        }
        if publisher.publish(&events).await.is_err() {
            return;
        }
    }
}

fn wait_until_ready(process: &Process) -> anyhow::Result<()> {
    let deadline = Instant::now() + STARTING;
    while Instant::now() < deadline {
        let mut socket = TcpStream::connect(process.address)?;
        socket.write_all(b"GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).context("the readiness report")?;
        if answer.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("the gateway is not ready")
}

/// Where a station stands: spread over a country, the same in every run.
#[must_use]
pub fn location(id: i64) -> Location {
    // Steps of the golden ratio and of the square root of two fill a square evenly (a Kronecker sequence).
    let id = id as f64;
    let [x, y] = [id * 0.618_033_988_749_895, id * 0.414_213_562_373_095].map(f64::fract);
    Location { latitude: 47.0 + 8.0 * y, longitude: 6.0 + 9.0 * x }
}

fn state(revision: i64, id: i64) -> StationState {
    let Location { latitude, longitude } = location(id);
    // The time is part of a name: peers have room for it at the same place.
    let stamp = if revision > 1 { stamp::now() } else { "0".repeat(stamp::DIGITS) };
    StationState {
        station_id: StationId(id),
        station_name: format!("at {stamp}"),
        latitude,
        longitude,
        status: BroadcastStatus::Online,
        available_batteries: 12,
        booked_batteries: 3,
        unavailable_batteries: 1,
        total_batteries: 16,
        revision: Revision(revision),
        timestamp: Utc::now(),
    }
}

fn update(revision: i64, id: i64) -> Event {
    let update = InventoryUpdate { station: state(revision, id), action: Action::Book };
    Event::station(EventId::random(), &StationMessage::InventoryUpdate(update))
}

fn snapshot(stations: usize) -> Vec<Event> {
    let snapshot_id = SnapshotId(EventId::random().0);
    let ids: Vec<i64> = (1..=i64::try_from(stations).unwrap_or(0)).collect();
    let parts: Vec<&[i64]> = ids.chunks(STATIONS_PER_CHUNK).collect();
    let chunks = u32::try_from(parts.len().max(1)).unwrap_or(1);
    let chunk = |(chunk, ids): (u32, &[i64])| {
        let stations = ids.iter().map(|id| state(1, *id)).collect();
        Event::snapshot(
            Utc::now(),
            &SnapshotChunk { snapshot_id, revision: Revision(1), chunk, chunks, ahead: false, stations },
        )
    };
    (0..).zip(parts).map(chunk).collect()
}
