//! A virtual host for one test, with the topology and the permissions that production has.

use std::path::Path;

use ::broker::{BrokerSettings, Publisher, StartAt, StreamReader};
use reqwest::{Client, Method, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::environment::variable;
use crate::eventually;

/// Whose permissions a connection has.
#[derive(Debug, Clone, Copy)]
pub enum Role {
    /// May do everything.
    Admin,
    /// Publishes what concerns stations.
    Inventory,
    /// Publishes what concerns riders, and reads its queue.
    Booking,
    /// Reads the stream.
    Gateway,
}

/// A virtual host.
pub struct Broker {
    vhost: String,
    /// Whether it is deleted with this value.
    throw_away: bool,
}

impl Broker {
    /// Makes the virtual host and loads the definitions file into it.
    pub async fn create() -> Self {
        let vhost = format!("test-{}", Uuid::new_v4().simple());
        manage(Method::PUT, &format!("vhosts/{vhost}"), None).await;
        let definitions = definitions();
        for (part, path) in [("permissions", "permissions"), ("topic_permissions", "topic-permissions")] {
            for permission in definitions[part].as_array().expect("a list of permissions") {
                let user = permission["user"].as_str().expect("a user");
                manage(Method::PUT, &format!("{path}/{vhost}/{user}"), Some(permission)).await;
            }
        }
        let broker = Self { vhost, throw_away: true };
        broker.load_topology(&definitions).await;
        broker
    }

    async fn load_topology(&self, definitions: &Value) {
        let mut topology = json!({});
        for part in ["exchanges", "queues", "bindings"] {
            let mut items = definitions[part].clone();
            for item in items.as_array_mut().into_iter().flatten() {
                item.as_object_mut().expect("an object").remove("vhost");
            }
            topology[part] = items;
        }
        manage(Method::POST, &format!("definitions/{}", self.vhost), Some(&topology)).await;
    }

    /// Makes anew what of the topology is missing.
    pub async fn restore_topology(&self) {
        self.load_topology(&definitions()).await;
    }

    /// Takes a queue away, with all that it holds.
    pub async fn delete_queue(&self, name: &str) {
        manage(Method::DELETE, &format!("queues/{}/{name}", self.vhost), None).await;
    }

    /// Makes a queue refuse what comes while it holds so many messages; `None` lifts the limit.
    pub async fn limit_queue(&self, name: &str, limit: Option<u32>) {
        let path = format!("policies/{}/limit", self.vhost);
        match limit {
            Some(limit) => {
                let pattern = format!("^{}$", name.replace('.', "\\."));
                let definition = json!({"max-length": limit});
                let policy = json!({"pattern": pattern, "definition": definition, "apply-to": "queues"});
                manage(Method::PUT, &path, Some(&policy)).await;
            }
            None => drop(manage(Method::DELETE, &path, None).await),
        }
        crate::until("the queue knows its limit", async || {
            self.queue(name).await["effective_policy_definition"]["max-length"].as_u64()
                == limit.map(u64::from)
        })
        .await;
    }

    /// The virtual host of the instance that the services of this run use.
    #[must_use]
    pub fn of_instance() -> Self {
        Self { vhost: "swapwire".into(), throw_away: false }
    }

    /// Settings for a service with this role.
    #[must_use]
    pub fn settings(&self, role: Role) -> BrokerSettings {
        BrokerSettings { url: self.url(role), connect_timeout_ms: 10_000, confirm_timeout_ms: 3_000 }
    }

    /// The address for a role.
    #[must_use]
    pub fn url(&self, role: Role) -> SecretString {
        let name = match role {
            Role::Admin => "SWAPWIRE_TEST_AMQP_ADMIN_URL",
            Role::Inventory => "SWAPWIRE_TEST_AMQP_INVENTORY_URL",
            Role::Booking => "SWAPWIRE_TEST_AMQP_BOOKING_URL",
            Role::Gateway => "SWAPWIRE_TEST_AMQP_GATEWAY_URL",
        };
        let mut url = Url::parse(&variable(name)).expect("a broker URL");
        url.set_path(&self.vhost);
        String::from(url).into()
    }

    /// A publisher that may publish what any service does.
    pub async fn publisher(&self) -> Publisher {
        self.publisher_as(Role::Admin).await
    }

    /// A publisher with the permissions of this role.
    pub async fn publisher_as(&self, role: Role) -> Publisher {
        Publisher::connect(&self.settings(role), "test", None).await.expect("a publisher")
    }

    /// Reads the stream from its start.
    pub async fn log(&self) -> Log {
        let settings = self.settings(Role::Gateway);
        Log { reader: StreamReader::attach(&settings, "test", StartAt::First).await.expect("the stream") }
    }

    /// Closes every connection to this virtual host, as a restart of the broker does.
    pub async fn close_connections(&self) {
        let connections = self.connections().await;
        for name in &connections {
            let path = format!("connections/{}", name.replace(' ', "%20").replace('>', "%3E"));
            let _ = call(Method::DELETE, &path, None).await;
        }
    }

    /// The names of the connections that the management API knows of.
    pub async fn connections(&self) -> Vec<String> {
        let list: Value = call(Method::GET, &format!("vhosts/{}/connections", self.vhost), None)
            .await
            .json()
            .await
            .expect("a list");
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|connection| connection["name"].as_str().map(ToOwned::to_owned))
            .collect()
    }

    /// Takes the stream away and makes a new, empty one of the same name.
    pub async fn recreate_stream(&self) {
        self.delete_queue("swap.realtime").await;
        let definitions = definitions();
        let mut queues = definitions["queues"].as_array().into_iter().flatten();
        let stream = queues.find(|queue| queue["name"] == "swap.realtime").expect("the stream");
        let body = json!({"durable": true, "arguments": stream["arguments"]});
        manage(Method::PUT, &format!("queues/{}/swap.realtime", self.vhost), Some(&body)).await;
        self.bind_stream("#").await;
    }

    /// Takes the binding to the stream away, so that no queue takes an event.
    pub async fn unbind_stream(&self) {
        let path = format!("bindings/{}/e/swap.events/q/swap.realtime/%23", self.vhost);
        manage(Method::DELETE, &path, None).await;
    }

    /// Binds the stream to the events whose routing keys fit; `#` is all of them.
    pub async fn bind_stream(&self, pattern: &str) {
        let path = format!("bindings/{}/e/swap.events/q/swap.realtime", self.vhost);
        manage(Method::POST, &path, Some(&json!({"routing_key": pattern}))).await;
    }

    /// How many messages a quorum queue holds, handed out or not. The management API counts them every few seconds.
    pub async fn waiting(&self, queue: &str) -> i64 {
        self.queue(queue).await["messages"].as_i64().unwrap_or(-1)
    }

    /// How many messages of a queue were acknowledged, as the management API counts.
    pub async fn settled(&self, queue: &str) -> i64 {
        self.queue(queue).await["message_stats"]["ack"].as_i64().unwrap_or_default()
    }

    /// How many messages a quorum queue has handed out again, as the management API counts.
    pub async fn redelivered(&self, queue: &str) -> i64 {
        self.queue(queue).await["message_stats"]["redeliver"].as_i64().unwrap_or_default()
    }

    async fn queue(&self, name: &str) -> Value {
        let path = format!("queues/{}/{name}", self.vhost);
        manage(Method::GET, &path, None).await.json().await.expect("a queue")
    }

    /// The first messages of a queue, which stay there.
    pub async fn peek(&self, queue: &str, count: usize) -> Vec<Value> {
        let ask = json!({"count": count, "ackmode": "ack_requeue_true", "encoding": "auto"});
        let path = format!("queues/{}/{queue}/get", self.vhost);
        manage(Method::POST, &path, Some(&ask)).await.json().await.expect("a list")
    }

    /// Publishes whatever it is, past our own publisher.
    pub async fn publish_raw(&self, routing_key: &str, headers: &Value, body: &str) {
        let message = json!({
            "properties": {"headers": headers},
            "routing_key": routing_key,
            "payload": body,
            "payload_encoding": "string"
        });
        manage(Method::POST, &format!("exchanges/{}/swap.events/publish", self.vhost), Some(&message)).await;
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if !self.throw_away {
            return;
        }
        let path = format!("vhosts/{}", self.vhost);
        // Drop can't await: a thread of its own does, also while the test panics.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(call(Method::DELETE, &path, None));
        });
        let _ = dropping.join();
    }
}

/// A message of the stream, read as JSON.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its offset.
    pub offset: u64,
    /// Its routing key.
    pub routing_key: String,
    /// `cloudEvents:id`.
    pub id: String,
    /// `cloudEvents:type`.
    pub event_type: String,
    /// The body.
    pub body: Value,
}

/// The stream, from its start.
pub struct Log {
    reader: StreamReader,
}

impl Log {
    /// The next message, whatever it is.
    pub async fn next(&mut self) -> Told {
        let message =
            eventually("the next message of the stream", self.reader.next()).await.expect("the stream");
        Told {
            offset: message.offset,
            routing_key: message.routing_key,
            id: message.headers.id.unwrap_or_default(),
            event_type: message.headers.event_type.unwrap_or_default(),
            body: serde_json::from_slice(&message.body).unwrap_or_default(),
        }
    }

    /// The next message that is no snapshot.
    pub async fn next_event(&mut self) -> Told {
        loop {
            let told = self.next().await;
            if told.routing_key != "inventory.snapshot" {
                return told;
            }
        }
    }

    /// The next `count` messages that are no snapshots.
    pub async fn events(&mut self, count: usize) -> Vec<Told> {
        let mut events = Vec::new();
        while events.len() < count {
            events.push(self.next_event().await);
        }
        events
    }
}

/// What the broker is set up with.
fn definitions() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rabbitmq/definitions.json");
    let text = std::fs::read_to_string(file).expect("the definitions file");
    serde_json::from_str(&text).expect("the definitions file is JSON")
}

async fn manage(method: Method, path: &str, body: Option<&Value>) -> Response {
    let response = call(method.clone(), path, body).await;
    let status = response.status();
    assert!(status.is_success(), "{method} {path}: {status}");
    response
}

async fn call(method: Method, path: &str, body: Option<&Value>) -> Response {
    let mut url = Url::parse(&variable("SWAPWIRE_TEST_MANAGEMENT_URL")).expect("the management URL");
    let (user, password) = (url.username().to_owned(), url.password().map(ToOwned::to_owned));
    let _ = (url.set_username(""), url.set_password(None));
    let address = format!("{}/api/{path}", url.as_str().trim_end_matches('/'));
    let mut request = Client::new().request(method, address).basic_auth(user, password);
    if let Some(body) = body {
        request = request.json(body);
    }
    request.send().await.expect("the management API")
}
