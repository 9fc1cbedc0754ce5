//! What is said on a socket beside the events: what a client may send, and what the gateway answers.

use bytestring::ByteString;
use events::{Cursor, StationId, StationState, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hub::Channel;

/// The largest frame that a client may send, in bytes.
pub(crate) const LARGEST_FRAME: usize = 4 * 1024;
/// Messages a second that a client may send for long.
pub(crate) const RATE: f64 = 20.0;
/// Messages that a client may send at once.
pub(crate) const BURST: f64 = 40.0;
/// Bad messages in a row after which the connection ends.
pub(crate) const BAD_MESSAGES: u32 = 10;

/// A message from a client.
#[derive(Debug, PartialEq)]
pub(crate) enum ClientMessage {
    /// `ping`: comes back as `pong` with the same timestamp, whatever it is.
    Ping { timestamp: Value },
    /// `authenticate`: a new token for the same user.
    Authenticate { token: String },
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
}

#[derive(Deserialize)]
struct Raw {
    r#type: Option<Value>,
    #[serde(default)]
    timestamp: Value,
    token: Option<String>,
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
        }
    }
}

/// A message of the gateway's own, as opposed to an event that it passes on.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Own<'a> {
    ConnectionEstablished {
        message: String,
        station_id: Option<StationId>,
        user_id: Option<UserId>,
        channel: String,
        recovered: bool,
        cursor: Option<String>,
        heartbeat_s: u64,
    },
    InventorySnapshot {
        cursor: Option<String>,
        stations: &'a [&'a StationState],
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        complete: bool,
    },
    Pong {
        timestamp: &'a Value,
    },
    Error {
        code: &'static str,
        message: &'static str,
    },
}

/// The first message of every connection.
pub(crate) fn connection_established(
    channel: Channel,
    cursor: Option<String>,
    heartbeat_s: u64,
) -> ByteString {
    frame(&Own::ConnectionEstablished {
        message: format!("Connected to {channel}"),
        station_id: channel.station(),
        user_id: channel.user(),
        channel: channel.to_string(),
        recovered: false,
        cursor,
        heartbeat_s,
    })
}

/// A part of a snapshot; the last one carries the cursor that it is complete at.
pub(crate) fn inventory_snapshot(stations: &[&StationState], complete_at: Option<Cursor>) -> ByteString {
    frame(&Own::InventorySnapshot {
        cursor: complete_at.map(|cursor| cursor.to_string()),
        stations,
        complete: complete_at.is_some(),
    })
}

/// The answer to a ping.
pub(crate) fn pong(timestamp: &Value) -> ByteString {
    frame(&Own::Pong { timestamp })
}

/// The answer to a message that was not understood.
pub(crate) fn error(bad: BadMessage) -> ByteString {
    let (code, message) = bad.words();
    frame(&Own::Error { code, message })
}

#[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
fn frame(message: &Own<'_>) -> ByteString {
    serde_json::to_string(message).expect("a message serialises").into()
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
            assert_eq!(pong(&read), format!(r#"{{"type":"pong","timestamp":{timestamp}}}"#));
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
