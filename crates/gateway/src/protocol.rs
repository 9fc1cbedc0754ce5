//! What is said on a socket beside the events: what a client may send, and what the gateway answers.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::{Cursor, EventId, NotificationId, StationId, StationState, UserCursor, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::hub::{Channel, Frame, Joined, Start};

/// The largest frame that a client may send, in bytes.
pub(crate) const LARGEST_FRAME: usize = 4 * 1024;
/// Messages a second that a client may send for long.
pub(crate) const RATE: f64 = 20.0;
/// Messages that a client may send at once.
pub(crate) const BURST: f64 = 40.0;
/// Bad messages in a row after which the connection ends.
pub(crate) const BAD_MESSAGES: u32 = 10;

/// Channels that one socket may follow.
pub(crate) const MOST_CHANNELS: usize = 100;

/// A message from a client.
#[derive(Debug, PartialEq)]
pub(crate) enum ClientMessage {
    /// `ping`: comes back as `pong` with the same timestamp, whatever it is.
    Ping { timestamp: Value },
    /// `authenticate`: a new token for the same user.
    Authenticate { token: String },
    /// `subscribe`: more channels, from a cursor or with their state.
    Subscribe { channels: Vec<String>, since: Option<String> },
    /// `unsubscribe`: fewer.
    Unsubscribe { channels: Vec<String> },
}

/// Why a client's message was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadMessage {
    /// No JSON object.
    InvalidJson,
    /// A `type` that means nothing here.
    UnknownType,
    /// A field is missing or of the wrong kind.
    InvalidMessage,
    /// A channel that is not there, or can't be followed now.
    UnknownChannel,
    /// More channels than a socket may follow.
    TooManyChannels,
    /// A rider's socket follows nothing else.
    StationSocketsOnly,
}

#[derive(Deserialize)]
struct Raw {
    r#type: Option<Value>,
    #[serde(default)]
    timestamp: Value,
    token: Option<String>,
    channels: Option<Vec<String>>,
    since: Option<String>,
}

impl ClientMessage {
    /// Reads a text frame.
    pub(crate) fn parse(text: &str) -> Result<Self, BadMessage> {
        let value: Value = serde_json::from_str(text).map_err(|_| BadMessage::InvalidJson)?;
        if !value.is_object() {
            return Err(BadMessage::InvalidJson);
        }
        let raw: Raw = serde_json::from_value(value).map_err(|_| BadMessage::InvalidMessage)?;
        match raw.r#type.as_ref().and_then(Value::as_str) {
            Some("ping") => Ok(Self::Ping { timestamp: raw.timestamp }),
            Some("authenticate") => {
                raw.token.map(|token| Self::Authenticate { token }).ok_or(BadMessage::InvalidMessage)
            }
            Some("subscribe") => raw
                .channels
                .map(|channels| Self::Subscribe { channels, since: raw.since })
                .ok_or(BadMessage::InvalidMessage),
            Some("unsubscribe") => {
                raw.channels.map(|channels| Self::Unsubscribe { channels }).ok_or(BadMessage::InvalidMessage)
            }
            _ => Err(BadMessage::UnknownType),
        }
    }
}

impl BadMessage {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidJson => ("invalid_json", "Invalid JSON"),
            Self::UnknownType => ("unknown_type", "Unknown message type"),
            Self::InvalidMessage => ("invalid_message", "A field is missing or of the wrong kind"),
            Self::UnknownChannel => ("unknown_channel", "There is no such station channel now"),
            Self::TooManyChannels => ("too_many_channels", "A socket follows 100 channels at most"),
            Self::StationSocketsOnly => ("not_allowed", "A rider's socket follows the rider's channel only"),
        }
    }
}

/// A message of the gateway's own, as opposed to an event that it passes on.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Own<'a> {
    ConnectionEstablished {
        message: String,
        station_id: Option<StationId>,
        user_id: Option<UserId>,
        channel: String,
        recovered: bool,
        cursor: Option<String>,
        heartbeat_s: u64,
    },
    Lagged {
        id: EventId,
        cursor: String,
        #[serde(with = "events::micros")]
        timestamp: DateTime<Utc>,
        missed: u64,
    },
    Subscribed {
        channels: Vec<Subscribed>,
    },
    Unsubscribed {
        channels: Vec<String>,
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

/// A channel in the answer to `subscribe`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Subscribed {
    channel: String,
    /// Absent when it can't be followed now.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovered: Option<bool>,
}

/// What [`inventory_snapshot`] writes.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename = "inventory_snapshot")]
#[allow(dead_code, reason = "describes bytes that are put together by hand")]
pub(crate) struct InventorySnapshot {
    /// At most 500.
    stations: Vec<StationState>,
    /// Where the snapshot is complete; null before that.
    cursor: Option<String>,
    /// True on the last frame.
    complete: Option<bool>,
}

/// The first message of every connection.
pub(crate) fn connection_established(channel: Channel, start: &Start, heartbeat_s: u64) -> Frame {
    let cursor = start.reach.cursor;
    let cursor = match channel {
        Channel::User(_) => {
            // A cursor that says less than it could costs nothing: what a rider has seen is not known.
            let notification_id = if start.recovered { start.reach.notified } else { NotificationId(0) };
            Some(UserCursor { cursor, notification_id }.to_string())
        }
        // Until the snapshot is complete there is nothing to come back to.
        _ => start.recovered.then(|| cursor.to_string()),
    };
    frame(&Own::ConnectionEstablished {
        message: format!("Connected to {channel}"),
        station_id: channel.station(),
        user_id: channel.user(),
        channel: channel.to_string(),
        recovered: start.recovered,
        cursor,
        heartbeat_s,
    })
}

/// A part of a snapshot; the last one carries the cursor that it is complete at. The stations are JSON already:
/// it is written once for many.
pub(crate) fn inventory_snapshot(stations: &Bytes, complete_at: Option<Cursor>) -> Frame {
    let (cursor, end) = match complete_at {
        Some(cursor) => (format!("\"{cursor}\""), ",\"complete\":true}"),
        None => ("null".to_owned(), "}"),
    };
    let head = format!("{{\"type\":\"inventory_snapshot\",\"cursor\":{cursor},\"stations\":");
    Frame::of(&[head.as_bytes(), stations, end.as_bytes()])
}

/// A list of stations as JSON.
#[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
pub(crate) fn stations(stations: &[Arc<StationState>]) -> Bytes {
    let stations: Vec<&StationState> = stations.iter().map(AsRef::as_ref).collect();
    serde_json::to_vec(&stations).expect("stations serialise").into()
}

/// What a slow client is told of what it lost.
pub(crate) fn lagged(at: Cursor, missed: u64) -> Frame {
    let (id, cursor) = (EventId::random(), at.to_string());
    frame(&Own::Lagged { id, cursor, timestamp: Utc::now(), missed })
}

/// The answer to `subscribe`.
pub(crate) fn subscribed(joined: &[Joined]) -> Frame {
    let one =
        |joined: &Joined| Subscribed { channel: joined.channel.to_string(), recovered: joined.recovered };
    frame(&Own::Subscribed { channels: joined.iter().map(one).collect() })
}

/// The answer to `unsubscribe`.
pub(crate) fn unsubscribed(channels: &[Channel]) -> Frame {
    frame(&Own::Unsubscribed { channels: channels.iter().map(ToString::to_string).collect() })
}

/// The answer to a ping.
pub(crate) fn pong(timestamp: &Value) -> Frame {
    frame(&Own::Pong { timestamp })
}

/// The answer to a message that was not understood.
pub(crate) fn error(bad: BadMessage) -> Frame {
    let (code, message) = bad.words();
    frame(&Own::Error { code, message })
}

#[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
fn frame(message: &Own<'_>) -> Frame {
    Frame::text(&serde_json::to_string(message).expect("a message serialises"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_keeps_its_timestamp_whatever_it_is() {
        for timestamp in ["1", "1.5", "\"2026-01-01T00:00:00Z\"", "null"] {
            let text = format!(r#"{{"type":"ping","timestamp":{timestamp}}}"#);
            let Ok(ClientMessage::Ping { timestamp: read }) = ClientMessage::parse(&text) else {
                panic!("{text}")
            };
            assert_eq!(pong(&read).json(), format!(r#"{{"type":"pong","timestamp":{timestamp}}}"#));
        }
    }

    #[test]
    fn text_that_is_no_json_object_is_invalid_json() {
        for text in ["", "{", "[]", "1", "ping"] {
            assert_eq!(ClientMessage::parse(text), Err(BadMessage::InvalidJson), "{text}");
        }
    }

    #[test]
    fn an_object_without_a_known_type_is_of_unknown_type() {
        for text in ["{}", r#"{"type":"dance"}"#, r#"{"type":7}"#] {
            assert_eq!(ClientMessage::parse(text), Err(BadMessage::UnknownType), "{text}");
        }
    }
}
