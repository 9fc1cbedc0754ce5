//! Worker threads that get a turn only when a test gives them one: what a slow thread then holds, sends and counts.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use socket2::SockRef;
use tokio_util::sync::CancellationToken;

use super::client::{Arrival, Connector};
use super::encoding::Format;
use super::retries::Retries;
use super::tests::{gateway, take_change, take_snapshot};
use super::worker::{Turns, WorkerSetup};
use crate::hub::{Hub, WorkerState};
use crate::protocol::Channel;

const STATIONS: u64 = 100;
const CHANGES: u64 = 10_000;
/// Room for everything that is sent in one turn: how the kernel hands it over is not what this is about.
const ROOM: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// A feed and these many threads, which know all stations.
fn threads(count: u32) -> (Hub, Vec<(Turns, Arc<WorkerState>)>) {
    let (mut hub, inboxes) = Hub::new(usize::try_from(count).unwrap(), 1_000);
    take_snapshot(&mut hub, i64::try_from(STATIONS).unwrap());
    hub.set_live();
    let threads = (0..count).zip(inboxes).map(|(index, inbox)| {
        let state = Arc::new(WorkerState::default());
        let setup = WorkerSetup {
            index,
            gateway: gateway(),
            inbox,
            retries: Retries::new(index, count),
            state: Arc::clone(&state),
            draining: CancellationToken::new(),
            failed: CancellationToken::new(),
        };
        let mut turns = Turns::new(setup).unwrap();
        turns.turn(false);
        (turns, state)
    });
    let threads = threads.collect();
    (hub, threads)
}

/// The station that changes at an offset.
fn station(offset: u64) -> u64 {
    (offset - 1) % STATIONS + 1
}

/// The revisions of these stations when everything up to an offset is known.
fn revisions(stations: impl Iterator<Item = u64>, offset: u64) -> BTreeMap<u64, u64> {
    stations.map(|id| (id, (1..=offset).rev().find(|at| station(*at) == id).map_or(1, |at| at + 1))).collect()
}

/// A client that takes everything at once.
struct Screen {
    key: usize,
    stations: Vec<u64>,
    socket: TcpStream,
    shown: BTreeMap<u64, u64>,
    updates: u64,
}

impl Screen {
    /// Connects one that shows these stations, and takes its greeting.
    fn open(turns: &mut Turns, channel: Channel, stations: impl Iterator<Item = u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(ROOM).unwrap();
        socket.connect(&listener.local_addr().unwrap().into()).unwrap();
        let socket = TcpStream::from(socket);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let (server, _) = listener.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        SockRef::from(&server).set_send_buffer_size(ROOM).unwrap();
        let admitted = turns.worker.gateway.limits.admit(None, None).unwrap();
        let (connector, format) = (Connector::Socket(server, Bytes::new()), Format::WebSocket);
        let arrival = Arrival { channel, caller: None, since: None, admitted, format, connector };
        let key = turns.worker.add(arrival).unwrap();
        turns.turn(false);
        let stations: Vec<u64> = stations.collect();
        let mut screen = Self { key, stations, socket, shown: BTreeMap::new(), updates: 0 };
        assert_eq!(screen.message()["type"], "connection_established");
        screen.shows(0);
        screen
    }

    fn message(&mut self) -> Value {
        let mut head = [0; 2];
        self.socket.read_exact(&mut head).unwrap();
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.socket.read_exact(&mut length).unwrap();
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.socket.read_exact(&mut length).unwrap();
                usize::try_from(u64::from_be_bytes(length)).unwrap()
            }
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.socket.read_exact(&mut payload).unwrap();
        serde_json::from_slice(&payload).unwrap()
    }

    fn show(&mut self, state: &Value) {
        let (id, revision) = (state["station_id"].as_u64().unwrap(), state["revision"].as_u64().unwrap());
        let before = self.shown.insert(id, revision);
        assert!(before.is_none_or(|before| before < revision), "state never goes back");
    }

    /// Reads until it shows what is known at an offset. That is all that was sent: messages come in their order.
    fn shows(&mut self, offset: u64) {
        let expected = revisions(self.stations.iter().copied(), offset);
        while self.shown != expected {
            let message = self.message();
            if message["type"] == "inventory_snapshot" {
                message["stations"].as_array().unwrap().iter().for_each(|state| self.show(state));
            } else {
                assert_eq!(message["type"], "inventory_update");
                self.show(&message);
                self.updates += 1;
            }
        }
    }
}

/// A thread has a turn whenever the feed has taken so many messages. Returns how many updates two screens of all
/// stations and one of a single station got, and how many were counted as conflated.
fn slowed(changes_per_turn: u64) -> (u64, u64) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let (mut hub, mut threads) = threads(1);
    let (turns, _) = &mut threads[0];
    let mut screens = [
        Screen::open(turns, Channel::AllStations, 1..=STATIONS),
        Screen::open(turns, Channel::AllStations, 1..=STATIONS),
        Screen::open(turns, Channel::Station(events::StationId(7)), 7..=7),
    ];
    let bound = turns.worker.gateway.settings.backlog.messages;
    let mut have_turn = |published: u64| {
        metrics::with_local_recorder(&recorder, || turns.turn(true));
        let waiting = turns.inbox.len();
        assert!(waiting <= bound, "{waiting} messages wait behind a turn");
        // Whatever was applied in this turn is on every screen with it.
        let applied = published - u64::try_from(waiting).unwrap();
        for screen in &mut screens {
            let held = turns.worker.state.borrow().clients[screen.key].bytes_waiting();
            assert_eq!(held, 0, "nothing is held for a client");
            screen.shows(applied);
        }
        waiting
    };
    for offset in 1..=CHANGES {
        take_change(&mut hub, offset, i64::try_from(station(offset)).unwrap());
        if offset % changes_per_turn == 0 {
            have_turn(offset);
        }
    }
    let began = Instant::now();
    // A thread that was busy gathers messages for some milliseconds.
    while have_turn(CHANGES) > 0 {
        assert!(began.elapsed() < PATIENCE, "the rest is never sent");
    }
    let text = recorder.handle().render();
    let conflated = text.lines().find_map(|line| line.strip_prefix("swapwire_gateway_conflated_total "));
    (screens.iter().map(|screen| screen.updates).sum(), conflated.map_or(0, |count| count.parse().unwrap()))
}

#[tokio::test]
async fn a_slow_thread_holds_a_bounded_amount_sends_the_latest_states_and_counts_what_it_merged() {
    let everything = 2 * CHANGES + CHANGES / STATIONS;
    // Somewhat too slow: now and then it has to catch up.
    let (updates, conflated) = slowed(300);
    assert_eq!(updates + conflated, everything);
    assert!(conflated > 0);
    // Much too slow: in each turn the latest state of each station.
    for (per_turn, turns) in [(1_000, 10), (5_000, 2)] {
        let (updates, conflated) = slowed(per_turn);
        assert_eq!(updates, turns * (2 * STATIONS + 1), "{per_turn} changes per turn");
        assert_eq!(conflated, everything - updates, "{per_turn} changes per turn");
    }
    // Fast enough: everything.
    assert_eq!(slowed(100), (everything, 0));
}

#[tokio::test]
async fn a_thread_without_turns_falls_behind_alone_and_catches_up_with_one() {
    let (mut hub, mut threads) = threads(2);
    for offset in 1..=CHANGES {
        take_change(&mut hub, offset, i64::try_from(station(offset)).unwrap());
        if offset % 100 == 0 {
            threads[0].0.turn(false);
        }
    }
    let offsets = |threads: &[(Turns, Arc<WorkerState>)]| {
        threads.iter().map(|(_, state)| state.offset.load(Ordering::Acquire)).collect::<Vec<_>>()
    };
    let behind = offsets(&threads);
    assert!(behind[0] + 256 >= CHANGES, "{behind:?}");
    assert_eq!(behind[1], 0);
    threads[1].0.turn(false);
    let began = Instant::now();
    while offsets(&threads) != [CHANGES; 2] {
        threads.iter_mut().for_each(|(turns, _)| turns.turn(false));
        assert!(began.elapsed() < PATIENCE, "{:?}", offsets(&threads));
    }
}
