//! The service under test: built as `main` builds it, on a free port, with a database and a virtual host of
//! its own.

use broker::BrokerSettings;
use inventory::{BatterySettings, ReadyFacts, Settings, StationFacts};
use outbox::{Drained, Relay, RelaySettings};
use secrecy::SecretString;
use serde_json::{Value, json};
use testbed::{Api, Broker, Database, Role, environment};
use tokio_util::sync::CancellationToken;

/// A running service. Its relay polls rarely, so that a test that drains by hand is alone with the facts.
pub(crate) struct Service {
    pub(crate) database: Database,
    pub(crate) api: Api,
    shutdown: CancellationToken,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with_limits(json!({})).await
    }

    /// One that counts its callers by other limits.
    pub(crate) async fn with_limits(limits: Value) -> Self {
        Self::with(json!({"limits": limits})).await
    }

    /// One with other settings.
    pub(crate) async fn with(changes: Value) -> Self {
        let database = Database::create().await;
        // No broker: what these tests are about must not need one.
        let broker = SecretString::from("amqp://127.0.0.1:1/none");
        let api_settings = settings(&database.inventory_url(), &broker, &changes);
        let app = inventory::build(api_settings, service::telemetry::detached()).expect("the service");
        let api = Api::new(format!("http://{}", app.address()));
        let shutdown = CancellationToken::new();
        tokio::spawn(app.run(shutdown.clone()));
        Self { database, api, shutdown }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(crate) fn settings(database: &SecretString, broker: &SecretString, changes: &Value) -> Settings {
    use secrecy::ExposeSecret;
    let mut settings = json!({
        "http": {"listen": "127.0.0.1:0", "workers": 1},
        "database": {"url": database.expose_secret(), "max_connections": 8},
        "broker": {"url": broker.expose_secret()},
        "auth": {"secret": environment::auth().secret.expose_secret()},
    });
    for (name, value) in changes.as_object().expect("sections") {
        settings[name] = value.clone();
    }
    serde_json::from_value(settings).expect("settings")
}

/// The inventory's relay, drained by hand.
pub(crate) struct HandRelay {
    relay: Relay<StationFacts>,
    ready: Relay<ReadyFacts>,
}

impl HandRelay {
    pub(crate) fn new(database: &Database, broker: &Broker) -> Self {
        Self::with_settings(database, broker, RelaySettings::default())
    }

    pub(crate) fn with_settings(database: &Database, broker: &Broker, settings: RelaySettings) -> Self {
        let broker = broker.settings(Role::Inventory);
        Self {
            relay: Relay::new(settings.clone(), (), database.inventory_url(), broker.clone()),
            ready: ready_lane(settings, database, broker),
        }
    }

    /// Drains both lanes until nothing is left.
    pub(crate) async fn drain(&mut self) {
        self.drain_screens().await;
        while self.ready_once().await.expect("a round") != Drained::Nothing {}
    }

    /// Drains the lane of the screens until nothing is left.
    pub(crate) async fn drain_screens(&mut self) {
        while self.once().await.expect("a round") != Drained::Nothing {}
    }

    /// One round of the booking service's lane.
    pub(crate) async fn ready_once(&mut self) -> Result<Drained, outbox::RelayError> {
        self.ready.drain_once().await
    }

    /// The id behind which it reads on.
    pub(crate) fn position(&self) -> i64 {
        self.relay.position().expect("it leads")
    }

    pub(crate) async fn once(&mut self) -> Result<Drained, outbox::RelayError> {
        self.relay.drain_once().await
    }
}

/// The booking service's lane.
pub(crate) fn ready_lane(
    settings: RelaySettings,
    database: &Database,
    broker: BrokerSettings,
) -> Relay<ReadyFacts> {
    Relay::new(settings, BatterySettings::default(), database.inventory_url(), broker)
}

/// The ids of a list, in its order.
pub(crate) fn ids(list: &Value) -> Vec<i64> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// Asserts RFC 3339 in UTC with microseconds.
pub(crate) fn is_a_time(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.len() == "2026-01-01T00:00:00.000000Z".len() && text.ends_with('Z'), "{text}");
    assert!(text.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{text}");
}
