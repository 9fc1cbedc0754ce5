//! Control messages: what the gateway itself sends, as opposed to the events that it passes on.

use chrono::{DateTime, Utc};
use events::{BoundingBox, Cursor, EventId, StationId, StationState, UserId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::channel::Channel;
use super::incoming::BadMessage;
use super::scope::Scope;

/// A control message.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Outgoing<'a> {
    ConnectionEstablished {
        message: String,
        station_id: Option<StationId>,
        user_id: Option<UserId>,
        channel: String,
        recovered: bool,
        /// Null until the snapshot is complete.
        cursor: Option<String>,
        /// On the channel of a box: comes back with the cursor, as `scope`.
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        heartbeat_s: u64,
    },
    Lagged {
        id: EventId,
        cursor: String,
        #[serde(with = "events::micros")]
        timestamp: DateTime<Utc>,
        missed: u64,
    },
    Position {
        /// Where to come back to: nothing on this channel happened since the last one.
        cursor: String,
    },
    Feed {
        /// When the broker was last heard, if it is not heard now.
        stale_since: Option<DateTime<Utc>>,
    },
    Subscribed {
        channels: Vec<Subscribed>,
    },
    Unsubscribed {
        channels: Vec<String>,
    },
    Viewing {
        /// min_lon, min_lat, max_lon, max_lat.
        bbox: [f64; 4],
        scope: String,
    },
    Pong {
        /// As the `ping` had it.
        #[schema(value_type = Value)]
        timestamp: &'a Value,
    },
    Error {
        code: &'static str,
        message: &'static str,
    },
}

/// A channel in the answer to `subscribe`: whether it goes on from the cursor, or why it can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Subscribed {
    pub(crate) channel: String,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// What became of a channel that a client asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is followed: from the cursor, or with its state.
    Recovered(bool),
    /// It is not followed: `unknown_channel`, `not_live` or `too_many_channels`.
    Error(&'static str),
}

impl Outcome {
    pub(crate) const UNKNOWN_CHANNEL: Self = Self::Error("unknown_channel");
    pub(crate) const NOT_LIVE: Self = Self::Error("not_live");
    pub(crate) const TOO_MANY_CHANNELS: Self = Self::Error("too_many_channels");
}

/// What the frames of a snapshot are made of.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename = "inventory_snapshot")]
#[allow(dead_code, reason = "describes bytes that are put together by hand")]
pub(crate) struct InventorySnapshot {
    /// Where the snapshot is complete; null before that.
    cursor: Option<String>,
    /// True on the last frame.
    complete: Option<bool>,
    /// At most 500.
    stations: Vec<StationState>,
}

/// What the first message of a connection says.
pub(crate) struct Greeting {
    pub(crate) channel: Channel,
    pub(crate) recovered: bool,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) heartbeat_s: u64,
}

impl From<Greeting> for Outgoing<'_> {
    fn from(greeting: Greeting) -> Self {
        let Greeting { channel, recovered, cursor, heartbeat_s } = greeting;
        Self::ConnectionEstablished {
            message: format!("Connected to {channel}"),
            station_id: channel.station(),
            user_id: channel.user(),
            channel: channel.to_string(),
            recovered,
            cursor: cursor.map(|cursor| cursor.to_string()),
            scope: channel.area().map(|area| Scope(area).to_string()),
            heartbeat_s,
        }
    }
}

impl Outgoing<'_> {
    /// For a slow client: how many events it lost.
    pub(crate) fn lagged(cursor: &Cursor, missed: u64) -> Self {
        Self::Lagged { id: EventId::random(), cursor: cursor.to_string(), timestamp: Utc::now(), missed }
    }

    /// The answer to `view`.
    pub(crate) fn viewing(area: BoundingBox) -> Self {
        let BoundingBox { west, south, east, north } = area;
        Self::Viewing { bbox: [west, south, east, north], scope: Scope(area).to_string() }
    }

    /// The answer to a message that was not understood.
    pub(crate) fn error(bad: BadMessage) -> Self {
        let (code, message) = bad.text();
        Self::Error { code, message }
    }

    /// The message as JSON.
    #[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("a message serialises")
    }
}

/// What precedes the stations in a frame of a snapshot; `}` follows them. The last frame carries the
/// cursor that the snapshot is complete at.
pub(crate) fn snapshot_head(complete_at: Option<&Cursor>) -> String {
    match complete_at {
        Some(cursor) => {
            format!(
                "{{\"type\":\"inventory_snapshot\",\"cursor\":\"{cursor}\",\"complete\":true,\"stations\":"
            )
        }
        None => "{\"type\":\"inventory_snapshot\",\"cursor\":null,\"stations\":".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pong_has_the_timestamp_of_the_ping_whatever_it_is() {
        for timestamp in ["1", "1.5", "\"2026-01-01T00:00:00Z\"", "null"] {
            let read: Value = serde_json::from_str(timestamp).unwrap();
            let pong = Outgoing::Pong { timestamp: &read }.json();
            assert_eq!(pong, format!(r#"{{"type":"pong","timestamp":{timestamp}}}"#));
        }
    }

    #[test]
    fn each_channel_has_its_outcome() {
        let outcome = |outcome| {
            let subscribed = Subscribed { channel: "station_1".into(), outcome };
            serde_json::to_string(&subscribed).unwrap()
        };
        assert_eq!(outcome(Outcome::Recovered(true)), r#"{"channel":"station_1","recovered":true}"#);
        assert_eq!(outcome(Outcome::UNKNOWN_CHANNEL), r#"{"channel":"station_1","error":"unknown_channel"}"#);
    }
}
