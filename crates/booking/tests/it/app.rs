//! The service under test: built as `main` builds it, on a free port, with a database of its own.

use std::net::SocketAddr;

use booking::Settings;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use testbed::{Answer, Api, Database, environment};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running service without a broker: what these tests are about must not need one.
pub(crate) struct Service {
    pub(crate) database: Database,
    pub(crate) api: Api,
    pub(crate) address: SocketAddr,
    instances: Vec<Instance>,
    broker: SecretString,
    settings: Value,
}

struct Instance {
    shutdown: CancellationToken,
    running: JoinHandle<()>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with_settings(json!({})).await
    }

    /// One where a rider may hold as many batteries, and ask as often, as a test likes.
    pub(crate) async fn for_many_orders() -> Self {
        let settings = json!({"orders": {"active_limit": 100}, "limits": {"user_per_s": 0}});
        Self::with_settings(settings).await
    }

    /// One with settings of its own.
    pub(crate) async fn with_settings(settings: Value) -> Self {
        Self::with(Database::create().await, "amqp://127.0.0.1:1/none".into(), settings)
    }

    /// One with a database, a broker and settings of its own.
    pub(crate) fn with(database: Database, broker: SecretString, settings: Value) -> Self {
        let (address, instance) = start(&database, &broker, &settings);
        let api = Api::new(format!("http://{address}"));
        Self { database, api, address, instances: vec![instance], broker, settings }
    }

    /// Tells the first instance to end; it ends when its requests are answered.
    pub(crate) fn end(&mut self) -> JoinHandle<()> {
        let Instance { shutdown, running } = self.instances.remove(0);
        shutdown.cancel();
        running
    }

    /// Starts another instance on the same database; returns its client.
    pub(crate) fn another(&mut self) -> Api {
        let (address, instance) = start(&self.database, &self.broker, &self.settings);
        self.instances.push(instance);
        Api::new(format!("http://{address}"))
    }

    /// Books at a station, with or without naming a battery.
    pub(crate) async fn book(&self, rider: i64, station: i64, battery: Option<i64>) -> Answer {
        let mut body = json!({"station": station});
        if let Some(battery) = battery {
            body["battery"] = json!(battery);
        }
        self.api.rider(rider).post("/user/orders/", body).await
    }

    /// The same where it must succeed; the order's id.
    pub(crate) async fn booked(&self, rider: i64, station: i64) -> i64 {
        self.book(rider, station, None).await.ok()["id"].as_i64().unwrap()
    }

    /// State and station of a battery.
    pub(crate) async fn battery(&self, id: i64) -> (String, Option<i64>) {
        let sql = format!("SELECT state, station_id FROM inventory.batteries WHERE id = {id}");
        let row = self.database.row(&sql).await;
        (row.get(0), row.get(1))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        for instance in &self.instances {
            instance.shutdown.cancel();
        }
    }
}

fn start(database: &Database, broker: &SecretString, changes: &Value) -> (SocketAddr, Instance) {
    let mut settings = json!({
        "http": {"listen": "127.0.0.1:0", "workers": 2},
        // A race waits for its connections; how long is not what it is about.
        "database": {
            "url": database.booking_url().expose_secret(),
            "max_connections": 8,
            "acquire_timeout_ms": 30_000
        },
        "broker": {"url": broker.expose_secret()},
        "auth": {"secret": environment::auth().secret.expose_secret()},
    });
    for (section, values) in changes.as_object().expect("sections") {
        for (key, value) in values.as_object().expect("settings") {
            settings[section][key] = value.clone();
        }
    }
    let settings: Settings = serde_json::from_value(settings).expect("settings");
    let app = booking::build(settings, service::telemetry::detached()).expect("the service");
    let address = app.address();
    let shutdown = CancellationToken::new();
    let run = app.run(shutdown.clone());
    let running = tokio::spawn(async move { run.await.expect("the service ends well") });
    (address, Instance { shutdown, running })
}

/// The ids of a list, in its order.
pub(crate) fn ids(list: &Value) -> Vec<i64> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// Asserts RFC 3339 in UTC with microseconds, and reads it.
pub(crate) fn time(value: &Value) -> chrono::DateTime<chrono::Utc> {
    let text = value.as_str().unwrap();
    assert!(text.len() == "2026-01-01T00:00:00.000000Z".len() && text.ends_with('Z'), "{text}");
    text.parse().unwrap()
}
