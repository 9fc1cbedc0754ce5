//! A worker with real sockets and a hub without a broker.

use events::{
    Action, Decoded, Event, EventId, InventoryUpdate, Revision, SnapshotChunk, SnapshotId, StationId,
    StationMessage,
};
use service::Authenticator;
use service::auth::AuthSettings;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::LocalSet;
use uuid::Uuid;

use super::*;
use crate::connection::wire::PING;
use crate::hub::tests::state;
use crate::hub::{Channel, Hub};
use crate::limits::Limits;
use crate::settings::GatewaySettings;

const STATIONS: i64 = 1_000;

fn gateway() -> Gateway {
    let settings = GatewaySettings::default();
    let auth: AuthSettings = serde_json::from_value(serde_json::json!({"secret": "x".repeat(32)})).unwrap();
    let hub = Hub::new(settings.replay.limits());
    let chunk = SnapshotChunk {
        snapshot_id: SnapshotId(Uuid::new_v4()),
        revision: Revision(1),
        chunk: 0,
        chunks: 1,
        stations: (1..=STATIONS).map(|id| state(id, 1)).collect(),
    };
    hub.apply(0, Decoded::Snapshot(EventId::random(), chunk), &bytes::Bytes::new());
    hub.set_live(true);
    Gateway {
        hub: Arc::new(hub),
        authenticator: Arc::new(Authenticator::new(&auth).unwrap()),
        limits: Arc::new(Limits::new(settings.connections)),
        settings: Arc::new(settings),
    }
}

/// A connection whose client has a small buffer, and the server's end of it.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let (client, server) = tokio::join!(socket.connect(listener.local_addr().unwrap()), listener.accept());
    let server = server.unwrap().0;
    // As a socket is behind its handshake: tokio has seen that it can be written.
    server.writable().await.unwrap();
    socket2::SockRef::from(&server).set_tcp_notsent_lowat(16_384).unwrap();
    (client.unwrap(), server)
}

fn change_everything(gateway: &Gateway, offset: &mut u64) {
    for id in 1..=STATIONS {
        *offset += 1;
        let revision = i64::try_from(*offset).unwrap() + 1;
        let update = InventoryUpdate { station: state(id, revision), action: Action::Book };
        let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
        gateway.hub.apply(*offset, Decoded::Update(event.id, Box::new(update)), &event.body);
    }
}

/// The stated bound: what a client may have waiting once it has its greeting, in bytes. It is the rest of one
/// frame.
const MOST_WAITING: usize = 1_024;

#[tokio::test]
async fn a_client_that_does_not_read_has_the_rest_of_one_frame_waiting_whatever_changes() {
    LocalSet::new()
        .run_until(async {
            let gateway = gateway();
            let worker = Worker::start(gateway.clone(), Retries::new(0, 1), CancellationToken::new());
            let (mut reader, server) = pair().await;
            let start = gateway.hub.start(Channel::Station(StationId(1)), None).unwrap();
            let client = worker.add(Channel::Station(StationId(1)), Output::Socket(server), &start);
            assert_eq!(client.pump(&worker).unwrap(), Pumped::Current);
            worker.follow(&client, Channel::AllStations);

            let mut offset = 0;
            let mut most = 0;
            // A hundred changes of each of a thousand stations.
            for _ in 0..100 {
                change_everything(&gateway, &mut offset);
                tokio::task::yield_now().await;
                while gateway.hub.position().unwrap().offset > client.passed() {
                    tokio::task::yield_now().await;
                }
                most = most.max(client.bytes_waiting());
            }
            assert!(!client.is_current(), "its socket is full");
            assert!(most > 0 && most < MOST_WAITING, "{most} bytes wait");

            // It reads again: within one round of its stations it has the present state.
            let reading = tokio::task::spawn_local(async move {
                let (mut bytes, mut buffer) = (Vec::new(), vec![0; 65_536]);
                while !bytes.ends_with(b"done") {
                    let count = reader.read(&mut buffer).await.unwrap();
                    bytes.extend_from_slice(&buffer[..count]);
                }
                bytes
            });
            let socket = match &client.output {
                Output::Socket(socket) => socket,
                Output::Body => unreachable!("it is a socket"),
            };
            loop {
                match client.pump(&worker).unwrap() {
                    Pumped::Current => break,
                    Pumped::Blocked => socket.writable().await.unwrap(),
                    Pumped::More => {}
                }
            }
            client.say(bytes::Bytes::from_static(b"done"));
            assert_eq!(client.pump(&worker).unwrap(), Pumped::Current);
            let sent = reading.await.unwrap();
            let sent = String::from_utf8_lossy(&sent);
            for id in 1..=STATIONS {
                let last = i64::try_from(offset).unwrap() - STATIONS + id + 1;
                let shown = format!("\"station_id\":{id},");
                let now = format!("\"revision\":{last},");
                assert!(sent.contains(&shown) && sent.contains(&now), "station {id}");
            }
            let rounds = sent.len() / 300 / usize::try_from(STATIONS).unwrap();
            assert!(rounds <= 2, "the latest states, not all {} changes: {} bytes", offset, sent.len());
        })
        .await;
}

#[tokio::test]
async fn a_client_that_takes_its_greeting_slowly_is_asked_for_a_sign_of_life_meanwhile() {
    LocalSet::new()
        .run_until(async {
            let gateway = gateway();
            let worker = Worker::start(gateway.clone(), Retries::new(0, 1), CancellationToken::new());
            let (mut reader, server) = pair().await;
            let start = gateway.hub.start(Channel::AllStations, None).unwrap();
            let client = worker.add(Channel::AllStations, Output::Socket(server), &start);
            assert_eq!(client.pump(&worker).unwrap(), Pumped::Blocked);
            let whole = client.bytes_waiting();
            client.keep(Instant::now() + gateway.settings.heartbeat(), &gateway.settings);
            assert_eq!(client.bytes_waiting(), whole + PING.len());
            let mut sent = Vec::new();
            while client.pump(&worker).unwrap() != Pumped::Current {
                let mut buffer = vec![0; 65_536];
                let count = reader.read(&mut buffer).await.unwrap();
                sent.extend_from_slice(&buffer[..count]);
            }
            let last = sent.windows(8).rposition(|bytes| bytes == b"\"type\":\"").unwrap();
            let ping = sent.windows(PING.len()).position(|bytes| bytes == PING);
            assert!(ping.is_some_and(|ping| ping < last), "{ping:?} {last}");
        })
        .await;
}
