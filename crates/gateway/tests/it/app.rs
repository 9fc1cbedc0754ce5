//! The gateway under test: built as `main` builds it, on a free port, with a virtual host of its own. What it
//! reads is published by the test, as the relays would.

use std::sync::Arc;

use broker::Publisher;
use chrono::Utc;
use events::{
    Action, BatteryChange, BatteryId, BroadcastStatus, Event, EventId, InventoryUpdate, Level, Notice,
    NotificationId, Revision, Rider, RiderMessage, STATIONS_PER_CHUNK, SnapshotChunk, SnapshotId, StationId,
    StationMessage, StationState, UserId,
};
use gateway::{App, Settings};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use testbed::{Api, Broker, Role, Screen, Upgrade, environment, eventually, until};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Gateway {
    pub(crate) broker: Arc<Broker>,
    publisher: Mutex<Publisher>,
    pub(crate) base: String,
    pub(crate) api: Api,
    shutdown: CancellationToken,
    running: JoinHandle<()>,
}

impl Gateway {
    /// A gateway on an empty stream: not live yet.
    pub(crate) async fn start() -> Self {
        Self::start_on(Broker::create().await).await
    }

    pub(crate) async fn start_on(broker: Broker) -> Self {
        Self::start_with(Arc::new(broker), json!({})).await
    }

    /// One with settings of its own.
    pub(crate) async fn start_with(broker: Arc<Broker>, gateway: Value) -> Self {
        let url = broker.url(Role::Gateway).expose_secret().to_owned();
        Self::start_behind(broker, url, gateway).await
    }

    /// One that reaches its broker at another address.
    pub(crate) async fn start_behind(broker: Arc<Broker>, url: String, gateway: Value) -> Self {
        let mut settings = json!({
            "http": {"listen": "127.0.0.1:0", "workers": 2},
            "broker": {"url": url},
            "auth": {"secret": environment::auth().secret.expose_secret()},
            "gateway": {
                "unknown_station_wait_ms": 300,
                "allowed_origins": ["https://wall.example"],
                // Every change is expected, also on a machine that does much else.
                "backlog": {"messages": 1_000_000, "age_ms": 600_000},
            },
        });
        for (name, value) in gateway.as_object().unwrap() {
            settings["gateway"][name] = value.clone();
        }
        let settings: Settings = serde_json::from_value(settings).expect("settings");
        let app = App::build(settings, service::telemetry::detached()).expect("the gateway");
        let base = format!("http://{}", app.address());
        let shutdown = CancellationToken::new();
        let ending = shutdown.clone();
        let running = tokio::spawn(async move { app.run(ending).await.expect("the server") });
        let publisher = Mutex::new(broker.publisher().await);
        Self { api: Api::new(&base), broker, publisher, base, shutdown, running }
    }

    /// A second gateway on the same stream.
    pub(crate) async fn sibling(&self) -> Self {
        let sibling = Self::start_with(Arc::clone(&self.broker), json!({})).await;
        sibling.until_live().await;
        sibling
    }

    /// A live gateway with settings of its own that shows these many stations.
    pub(crate) async fn with_settings(count: i64, settings: Value) -> Self {
        let gateway = Self::start_with(Arc::new(Broker::create().await), settings).await;
        gateway.publish(&snapshot(100, (1..=count).map(|id| station(id, 100, 5)).collect())).await;
        gateway.until_live().await;
        gateway
    }

    /// Tells it to end, as SIGTERM does.
    pub(crate) fn end(&self) {
        self.shutdown.cancel();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) {
        eventually("the end", &mut self.running).await.expect("no panic");
    }

    /// A live gateway that shows these many stations, numbered from 1, at revision 100.
    pub(crate) async fn with_stations(count: i64) -> Self {
        Self::with_settings(count, json!({})).await
    }

    pub(crate) async fn until_live(&self) {
        until("the gateway is ready", async || self.api.get("/health/ready").await.status.is_success()).await;
    }

    /// What `/health/ready` says: the status, and how the feed is.
    pub(crate) async fn health(&self) -> (u16, String) {
        let answer = self.api.get("/health/ready").await;
        let feed = answer.body["dependencies"]["feed"].as_str().unwrap_or_default().to_owned();
        (answer.status.as_u16(), feed)
    }

    pub(crate) async fn publish(&self, events: &[Event]) {
        self.publisher.lock().await.publish(events).await.expect("publishing");
    }

    pub(crate) async fn screen(&self, path: &str) -> Screen {
        Screen::open(&self.base, path).await
    }

    /// Waits until each worker thread has applied this station's revision to its log. New connections go to the two
    /// threads in turns.
    pub(crate) async fn has_applied(&self, station: i64, revision: i64) {
        for _worker in 0..2 {
            let mut witness = self.screen(&format!("/ws/stations/{station}/")).await;
            let is_it = |state: &Value| state["revision"] == revision;
            witness.until(|message| is_it(message) || is_it(&message["stations"][0])).await;
        }
    }

    pub(crate) fn upgrade(&self, path: &str) -> Upgrade {
        Upgrade::new(&self.base, path)
    }
}

/// The cursor of a message.
pub(crate) fn cursor(message: &Value) -> String {
    message["cursor"].as_str().unwrap().to_owned()
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(crate) fn station(id: i64, revision: i64, available: i64) -> StationState {
    StationState {
        station_id: StationId(id),
        station_name: format!("Station {id}"),
        latitude: 52.5,
        longitude: 13.4,
        status: BroadcastStatus::Online,
        available_batteries: available,
        booked_batteries: 0,
        unavailable_batteries: 0,
        total_batteries: available,
        revision: Revision(revision),
        timestamp: Utc::now(),
    }
}

/// A station that has moved.
pub(crate) fn located(id: i64, revision: i64, latitude: f64, longitude: f64) -> StationState {
    StationState { latitude, longitude, ..station(id, revision, 5) }
}

pub(crate) fn update(state: StationState) -> Event {
    let message = StationMessage::InventoryUpdate(InventoryUpdate { station: state, action: Action::Book });
    Event::station(EventId::random(), &message)
}

pub(crate) fn booked(id: i64, revision: i64) -> Event {
    let message = StationMessage::BatteryBooked(BatteryChange {
        station_id: StationId(id),
        station_name: format!("Station {id}"),
        battery_id: Some(BatteryId(1)),
        battery_ids: Vec::new(),
        available_batteries: 1,
        booked_batteries: 1,
        total_batteries: 2,
        revision: Revision(revision),
        timestamp: Utc::now(),
    });
    Event::station(EventId::random(), &message)
}

pub(crate) fn notice(user: i64, notification: i64) -> Event {
    let message = RiderMessage::Notification(Notice {
        title: "Word".into(),
        message: format!("number {notification}"),
        level: Level::Info,
    });
    let rider = Rider { notification_id: NotificationId(notification), timestamp: Utc::now(), message };
    Event::rider(EventId::random(), UserId(user), rider)
}

pub(crate) fn snapshot(revision: i64, stations: Vec<StationState>) -> Vec<Event> {
    let snapshot_id = SnapshotId(EventId::random().0);
    let parts: Vec<_> = stations.chunks(STATIONS_PER_CHUNK).collect();
    let chunks = u32::try_from(parts.len()).unwrap();
    (0..)
        .zip(parts)
        .map(|(chunk, stations)| {
            let stations = stations.to_vec();
            let revision = Revision(revision);
            let chunk = SnapshotChunk { snapshot_id, revision, chunk, chunks, ahead: false, stations };
            Event::snapshot(Utc::now(), &chunk)
        })
        .collect()
}
