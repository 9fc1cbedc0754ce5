//! A worker's clients with real sockets and a log without a broker.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use events::{
    Action, Decoded, Event, EventId, InventoryUpdate, Revision, SnapshotChunk, SnapshotId, StationId,
    StationMessage,
};
use service::Authenticator;
use service::auth::AuthSettings;
use uuid::Uuid;

use super::client::{Arrival, Client, Connector};
use super::encoding::Format;
use super::retries::Retries;
use super::sockets::Sockets;
use super::state::State;
use super::timers::TICKS_PER_ROUND;
use crate::context::Gateway;
use crate::hub::tests::state;
use crate::hub::{Hub, HubEvent, Inbox};
use crate::protocol::Channel;
use crate::settings::GatewaySettings;
use crate::wire::websocket::PING;

const STATIONS: i64 = 1_000;
const ALL: Channel = Channel::AllStations;

/// What all clients of a gateway share, as it is without settings.
pub(super) fn gateway() -> Gateway {
    let auth: AuthSettings = serde_json::from_value(serde_json::json!({"secret": "x".repeat(32)})).unwrap();
    Gateway::new(Arc::new(Authenticator::new(&auth).unwrap()), GatewaySettings::default())
}

/// The feed hears of these many stations, numbered from 1, at revision 1.
pub(super) fn take_snapshot(hub: &mut Hub, stations: i64) {
    let chunk = SnapshotChunk {
        snapshot_id: SnapshotId(Uuid::new_v4()),
        revision: Revision(1),
        chunk: 0,
        chunks: 1,
        ahead: false,
        stations: (1..=stations).map(|id| state(id, 1)).collect(),
    };
    hub.take(0, Decoded::Snapshot(EventId::random(), chunk), &Bytes::new(), None);
}

/// The feed hears that a station has changed; its revision is the one behind the offset.
pub(super) fn take_change(hub: &mut Hub, offset: u64, station: i64) {
    let revision = i64::try_from(offset).unwrap() + 1;
    let update = InventoryUpdate { station: state(station, revision), action: Action::Book };
    let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
    hub.take(offset, Decoded::Update(event.id, Box::new(update)), &event.body, None);
}

/// A thread's part of a gateway that knows a thousand stations, and the feed's side of it.
struct Thread {
    hub: Hub,
    inbox: Inbox,
    state: State,
    next: u64,
}

impl Thread {
    fn new() -> Self {
        let gateway = gateway();
        let (hub, mut inboxes) = Hub::new(1, 1_000);
        let registry = Sockets::new().unwrap().registry().unwrap();
        let state = State::new(gateway, String::new(), Retries::new(0, 1), registry);
        let mut thread = Self { hub, inbox: inboxes.remove(0), state, next: 1 };
        take_snapshot(&mut thread.hub, STATIONS);
        thread.pass_on();
        thread.state.log.set_live();
        thread
    }

    /// Hands what the feed has taken to the clients, one message at a time.
    fn pass_on(&mut self) {
        while let Ok(HubEvent::Passed(passed)) = self.inbox.try_recv() {
            self.state.pass_on(&[passed]);
        }
    }

    /// Applies what the feed has taken as an overloaded thread does.
    fn only_apply(&mut self) {
        self.state.everybody_falls_behind();
        while let Ok(HubEvent::Passed(passed)) = self.inbox.try_recv() {
            self.state.apply(&passed);
        }
    }

    fn change_everything(&mut self) {
        for id in 1..=STATIONS {
            take_change(&mut self.hub, self.next, id);
            self.next += 1;
        }
    }

    /// The clock has come to the next look at every client.
    fn round(&mut self, now: Instant) {
        (0..TICKS_PER_ROUND).for_each(|_| self.state.tick(now, false));
    }

    fn add(&mut self, channel: Channel, socket: TcpStream) -> usize {
        let admitted = self.state.gateway.limits.admit(None, None).unwrap();
        let connector = Connector::Socket(socket, Bytes::new());
        let format = Format::WebSocket;
        let arrival = Arrival { channel, caller: None, since: None, admitted, format, connector };
        self.state.add(arrival, Instant::now()).unwrap()
    }

    /// Gives every client that can be served its turns, until none can.
    fn serve(&mut self) {
        while let Some(key) = self.state.ready.pop_front() {
            self.state.clients[key].is_queued = false;
            self.state.serve(key);
        }
    }

    /// Reads all that the client can get, as fast as it comes.
    fn drain(&mut self, key: usize, reader: &mut TcpStream) -> Vec<u8> {
        let (mut bytes, mut buffer) = (Vec::new(), vec![0; 65_536]);
        loop {
            self.state.queue(key);
            self.serve();
            match reader.read(&mut buffer) {
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if self.state.clients[key].is_current() {
                        return bytes;
                    }
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// A connection whose client has a small buffer, and the server's end of it.
fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(&listener.local_addr().unwrap().into()).unwrap();
    let client = TcpStream::from(socket);
    client.set_nonblocking(true).unwrap();
    let (server, _) = listener.accept().unwrap();
    server.set_nonblocking(true).unwrap();
    socket2::SockRef::from(&server).set_tcp_notsent_lowat(16_384).unwrap();
    (client, server)
}

/// The stated bound: what a client may have waiting once it has its greeting, in bytes. It is the rest of one
/// frame.
const MOST_WAITING: usize = 1_024;

fn shows_the_present(sent: &[u8], offset: u64) {
    let sent = String::from_utf8_lossy(sent);
    for id in 1..=STATIONS {
        let last = i64::try_from(offset).unwrap() - STATIONS + id + 1;
        let (shown, now) = (format!("\"station_id\":{id},"), format!("\"revision\":{last},"));
        assert!(sent.contains(&shown) && sent.contains(&now), "station {id}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_has_the_rest_of_one_frame_waiting_whatever_changes() {
    let mut thread = Thread::new();
    let (mut reader, server) = pair();
    let key = thread.add(ALL, server);
    thread.drain(key, &mut reader);
    let mut most = 0;
    // A hundred changes of each of a thousand stations.
    for _ in 0..100 {
        thread.change_everything();
        thread.pass_on();
        most = most.max(thread.state.clients[key].bytes_waiting());
    }
    assert!(!thread.state.clients[key].is_current(), "its socket is full");
    assert!(most < MOST_WAITING, "{most} bytes wait");
    // It reads again: within one round of its stations it has the present state.
    let sent = thread.drain(key, &mut reader);
    shows_the_present(&sent, thread.next - 1);
    let rounds = sent.len() / 300 / usize::try_from(STATIONS).unwrap();
    assert!(rounds <= 2, "the latest states, not all {} changes: {} bytes", thread.next, sent.len());
    assert!(thread.state.counts.conflated > 90_000, "{:?}", thread.state.counts);
}

#[tokio::test]
async fn an_overloaded_thread_sends_the_latest_states_and_holds_nothing_for_anybody() {
    let mut thread = Thread::new();
    let (mut reader, server) = pair();
    let key = thread.add(ALL, server);
    thread.drain(key, &mut reader);
    for _ in 0..10 {
        thread.change_everything();
    }
    thread.only_apply();
    assert_eq!(thread.state.clients[key].bytes_waiting(), 0);
    let sent = thread.drain(key, &mut reader);
    shows_the_present(&sent, thread.next - 1);
    assert_eq!(thread.state.counts.conflated, 9_000);
    // Afterwards messages go straight to the socket again.
    thread.change_everything();
    thread.pass_on();
    shows_the_present(&thread.drain(key, &mut reader), thread.next - 1);
}

#[tokio::test]
async fn a_client_that_takes_its_greeting_slowly_is_pinged_between_two_frames() {
    let mut thread = Thread::new();
    let (mut reader, server) = pair();
    let key = thread.add(ALL, server);
    thread.serve();
    assert!(!thread.state.clients[key].is_current());
    let heartbeat = thread.state.gateway.settings.heartbeat();
    thread.state.look_at_everybody(Instant::now() + heartbeat);
    let sent = thread.drain(key, &mut reader);
    let snapshot = |from: usize| {
        let start = b"\"type\":\"inventory_snapshot\"";
        sent[from..].windows(start.len()).position(|bytes| bytes == start).map(|at| from + at)
    };
    let first = snapshot(0).unwrap();
    let second = snapshot(first + 1).unwrap();
    let pings: Vec<usize> = (0..sent.len() - 1).filter(|at| &sent[*at..*at + 2] == PING).collect();
    assert!(pings.iter().any(|ping| (first..second).contains(ping)), "{first} {second} {pings:?}");
}

#[tokio::test]
async fn a_pause_of_the_thread_is_not_its_clients_silence() {
    let mut thread = Thread::new();
    let (mut reader, server) = pair();
    let key = thread.add(Channel::Station(StationId(1)), server);
    thread.serve();
    thread.drain(key, &mut reader);
    let silence = thread.state.gateway.settings.silence();
    let mut now = Instant::now() + silence * 3;
    thread.round(now);
    assert!(!thread.state.clients[key].is_closing(), "nobody asked it");
    for _ in 0..=silence.as_secs() {
        now += Duration::from_secs(1);
        thread.round(now);
    }
    assert!(thread.state.clients.get(key).is_none_or(Client::is_closing), "it was asked and said nothing");
}

#[tokio::test]
async fn a_client_that_does_not_take_its_greeting_is_sent_away() {
    let mut thread = Thread::new();
    let (_reader, server) = pair();
    let key = thread.add(ALL, server);
    thread.serve();
    let timeout = thread.state.gateway.settings.greeting_timeout();
    thread.state.look_at_everybody(Instant::now() + timeout - Duration::from_secs(30));
    assert!(!thread.state.clients[key].is_closing());
    thread.state.look_at_everybody(Instant::now() + timeout);
    assert!(thread.state.clients[key].is_closing());
    thread.state.look_at_everybody(Instant::now() + Duration::from_secs(2));
    assert!(thread.state.clients.is_empty(), "nobody waits for it for long");
}
