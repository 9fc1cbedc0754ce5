//! A screen's connection to a gateway, WebSocket or SSE. It keeps the cursor to come back with. How long a screen stays
//! connected, and the pause before it comes back, are random.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;
use testbed::{EventStream, Screen, Upgrade};
use tokio::time::{sleep, timeout};

/// How long a gateway may take to greet.
const GREETED_WITHIN: Duration = Duration::from_secs(10);
/// A connection that is silent for so long is given up: a half-open one says nothing for ever.
const SILENCE: Duration = Duration::from_secs(20);

/// How a screen is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// WebSocket.
    Socket,
    /// Server-Sent Events.
    Events,
}

/// A channel, at an address.
pub(super) struct Channel {
    pub(super) base: String,
    /// Behind `/ws/` or `/sse/`.
    pub(super) path: String,
    pub(super) token: Option<String>,
}

/// An open connection.
pub(super) struct Connection {
    transport: Transport,
    /// Where this client is; `None` until it has the whole state.
    pub(super) cursor: Option<String>,
}

enum Transport {
    Socket(Box<Screen>),
    Events(Box<EventStream>),
}

impl Connection {
    /// Connects and resumes from the cursor if there is one; also returns the greeting. `None` if there is none.
    pub(super) async fn open(channel: &Channel, kind: Kind, cursor: Option<String>) -> Option<(Self, Value)> {
        let transport = timeout(GREETED_WITHIN, connect(channel, kind, cursor.as_deref())).await.ok()??;
        let mut connection = Self { transport, cursor };
        let greeting = connection.next().await?;
        if greeting["recovered"] != true {
            // What it had seen is void until the state is complete.
            connection.cursor = connection.position(&greeting);
        }
        Some((connection, greeting))
    }

    /// The next message; `None` when the connection is over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let next = async {
            match &mut self.transport {
                Transport::Socket(screen) => screen.next().await.ok(),
                Transport::Events(events) => events.next().await,
            }
        };
        let message = timeout(SILENCE, next).await.ok()??;
        if let Some(position) = self.position(&message) {
            self.cursor = Some(position);
        }
        Some(message)
    }

    fn position(&self, message: &Value) -> Option<String> {
        match &self.transport {
            Transport::Socket(_) => message["cursor"].as_str().map(ToOwned::to_owned),
            Transport::Events(events) => events.last_id.clone(),
        }
    }
}

async fn connect(channel: &Channel, kind: Kind, cursor: Option<&str>) -> Option<Transport> {
    let Channel { base, path, token } = channel;
    match kind {
        Kind::Socket => {
            let since = cursor.map(|cursor| format!("?since={cursor}")).unwrap_or_default();
            let upgrade = Upgrade::new(base, &format!("/ws/{path}{since}"));
            let upgrade = token.iter().fold(upgrade, |upgrade, token| upgrade.token(token));
            Some(Transport::Socket(Box::new(upgrade.open().await.ok()?)))
        }
        Kind::Events => {
            let bearer = token.as_ref().map(|token| format!("Bearer {token}"));
            let mut headers = Vec::new();
            headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
            headers.extend(cursor.map(|cursor| ("last-event-id", cursor)));
            let events = EventStream::open(&format!("{base}/sse/{path}"), &headers).await.ok()?;
            Some(Transport::Events(Box::new(events)))
        }
    }
}

/// How long a screen stays connected, and whether it stops reading for a while.
pub(super) struct Visit {
    messages: u32,
    stalls_at: u32,
    stall: Duration,
}

impl Visit {
    pub(super) fn draw(chance: &mut StdRng) -> Self {
        let messages = chance.random_range(50..600);
        let stall = Duration::from_millis(chance.random_range(100..1_500));
        Self { messages, stalls_at: chance.random_range(0..600), stall }
    }

    /// Called for each message; whether the screen disconnects now.
    pub(super) async fn ends(&mut self) -> bool {
        self.messages -= 1;
        if self.messages == self.stalls_at {
            sleep(self.stall).await;
        }
        self.messages == 0
    }
}

/// The pause of a screen before it connects again.
pub(super) async fn pause(chance: &mut StdRng) {
    sleep(Duration::from_millis(chance.random_range(100..300))).await;
}
