//! The service under test: built as `main` builds it, on a free port, with a database of its own.

use std::net::SocketAddr;

use booking::Settings;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use testbed::{Answer, Api, Database, environment};
use tokio_util::sync::CancellationToken;

/// A running service without a broker: what these tests are about must not need one.
pub(crate) struct Service {
    pub(crate) database: Database,
    pub(crate) api: Api,
    pub(crate) address: SocketAddr,
    shutdown: Vec<CancellationToken>,
    broker: SecretString,
    orders: Value,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with(Database::create().await, "amqp://127.0.0.1:1/none".into(), json!({}))
    }

    /// One where a rider may hold as many batteries as a test likes.
    pub(crate) async fn for_many_orders() -> Self {
        Self::with(Database::create().await, "amqp://127.0.0.1:1/none".into(), json!({"active_limit": 100}))
    }

    /// One with a database, a broker and settings of its own for orders.
    pub(crate) fn with(database: Database, broker: SecretString, orders: Value) -> Self {
        let (address, shutdown) = start(&database, &broker, &orders);
        let api = Api::new(format!("http://{address}"));
        Self { database, api, address, shutdown: vec![shutdown], broker, orders }
    }

    /// Starts another instance on the same database; returns its client.
    pub(crate) fn another(&mut self) -> Api {
        let (address, shutdown) = start(&self.database, &self.broker, &self.orders);
        self.shutdown.push(shutdown);
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
        for instance in &self.shutdown {
            instance.cancel();
        }
    }
}

fn start(database: &Database, broker: &SecretString, orders: &Value) -> (SocketAddr, CancellationToken) {
    let settings: Settings = serde_json::from_value(json!({
        "http": {"listen": "127.0.0.1:0", "workers": 2},
        // A race waits for its connections; how long is not what it is about.
        "database": {
            "url": database.booking_url().expose_secret(),
            "max_connections": 8,
            "acquire_timeout_ms": 30_000
        },
        "broker": {"url": broker.expose_secret()},
        "auth": {"secret": environment::auth().secret.expose_secret()},
        "orders": orders,
    }))
    .expect("settings");
    let app = booking::build(settings, service::telemetry::detached()).expect("the service");
    let address = app.address();
    let shutdown = CancellationToken::new();
    tokio::spawn(app.run(shutdown.clone()));
    (address, shutdown)
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
