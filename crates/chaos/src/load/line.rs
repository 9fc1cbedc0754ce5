//! A connection to a gateway, WebSocket or SSE, with what both have in common: messages in, a cursor to come back with.

use std::time::Duration;

use serde_json::Value;
use testbed::{EventStream, Screen, Upgrade};
use tokio::time::timeout;

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
pub(super) struct Line {
    connection: Connection,
    /// Where this client is; `None` until it has the whole state.
    pub(super) cursor: Option<String>,
}

enum Connection {
    Socket(Box<Screen>),
    Events(Box<EventStream>),
}

impl Line {
    /// Connects, after the cursor if there is one; returns the greeting, too. `None`: nobody takes it now.
    pub(super) async fn open(channel: &Channel, kind: Kind, cursor: Option<String>) -> Option<(Self, Value)> {
        let connection = timeout(GREETED_WITHIN, connect(channel, kind, cursor.as_deref())).await.ok()??;
        let mut line = Self { connection, cursor };
        let greeting = line.next().await?;
        if greeting["recovered"] != true {
            // What it had seen is void until the state is complete.
            line.cursor = line.position(&greeting);
        }
        Some((line, greeting))
    }

    /// The next message; `None` when the connection is over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        let next = async {
            match &mut self.connection {
                Connection::Socket(screen) => screen.next().await.ok(),
                Connection::Events(events) => events.next().await,
            }
        };
        let message = timeout(SILENCE, next).await.ok()??;
        if let Some(position) = self.position(&message) {
            self.cursor = Some(position);
        }
        Some(message)
    }

    fn position(&self, message: &Value) -> Option<String> {
        match &self.connection {
            Connection::Socket(_) => message["cursor"].as_str().map(ToOwned::to_owned),
            Connection::Events(events) => events.last_id.clone(),
        }
    }
}

async fn connect(channel: &Channel, kind: Kind, cursor: Option<&str>) -> Option<Connection> {
    let Channel { base, path, token } = channel;
    match kind {
        Kind::Socket => {
            let since = cursor.map(|cursor| format!("?since={cursor}")).unwrap_or_default();
            let upgrade = Upgrade::new(base, &format!("/ws/{path}{since}"));
            let upgrade = token.iter().fold(upgrade, |upgrade, token| upgrade.token(token));
            Some(Connection::Socket(Box::new(upgrade.open().await.ok()?)))
        }
        Kind::Events => {
            let bearer = token.as_ref().map(|token| format!("Bearer {token}"));
            let mut headers = Vec::new();
            headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
            headers.extend(cursor.map(|cursor| ("last-event-id", cursor)));
            let events = EventStream::open(&format!("{base}/sse/{path}"), &headers).await.ok()?;
            Some(Connection::Events(Box::new(events)))
        }
    }
}
