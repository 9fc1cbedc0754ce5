//! The messages of clients.

use events::BoundingBox;
use serde::Deserialize;
use serde_json::Value;

/// A message from a client.
#[derive(Debug, PartialEq)]
pub(crate) enum ClientMessage {
    /// `ping`: comes back as `pong` with the same timestamp, whatever it is.
    Ping { timestamp: Value },
    /// `authenticate`: a new token for the same user.
    Authenticate { token: String },
    /// `subscribe`: more channels, each from a cursor or with its state.
    Subscribe { channels: Vec<Wanted> },
    /// `unsubscribe`: fewer.
    Unsubscribe { channels: Vec<String> },
    /// `view`: the box of a map has moved.
    View { area: BoundingBox },
}

/// A channel that a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) channel: String,
    pub(crate) since: Option<String>,
}

/// Why a client's message was not understood, or can't be answered on this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadMessage {
    /// No JSON object.
    InvalidJson,
    /// A `type` that means nothing here.
    UnknownType,
    /// A field is missing or of the wrong kind.
    InvalidMessage,
    /// A rider's socket follows nothing else.
    StationSocketsOnly,
    /// Only the socket of a box has a box to move.
    BoxSocketsOnly,
}

impl BadMessage {
    /// Code and sentence of the answer.
    pub(crate) fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidJson => ("invalid_json", "Invalid JSON"),
            Self::UnknownType => ("unknown_type", "Unknown message type"),
            Self::InvalidMessage => ("invalid_message", "A field is missing or of the wrong kind"),
            Self::StationSocketsOnly => ("not_allowed", "A rider's socket follows the rider's channel only"),
            Self::BoxSocketsOnly => ("not_allowed", "Connect with ?bbox= to move the box"),
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Raw {
    Ping {
        #[serde(default)]
        timestamp: Value,
    },
    Authenticate {
        token: String,
    },
    Subscribe {
        channels: Vec<Name>,
        since: Option<String>,
    },
    Unsubscribe {
        channels: Vec<String>,
    },
    View {
        bbox: [f64; 4],
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Plain(String),
    Since { channel: String, since: Option<String> },
}

const TYPES: [&str; 5] = ["ping", "authenticate", "subscribe", "unsubscribe", "view"];

impl ClientMessage {
    /// Reads a text frame.
    pub(crate) fn parse(text: &str) -> Result<Self, BadMessage> {
        let value: Value = serde_json::from_str(text).map_err(|_| BadMessage::InvalidJson)?;
        if !value.is_object() {
            return Err(BadMessage::InvalidJson);
        }
        if !value.get("type").and_then(Value::as_str).is_some_and(|name| TYPES.contains(&name)) {
            return Err(BadMessage::UnknownType);
        }
        match serde_json::from_value(value).map_err(|_| BadMessage::InvalidMessage)? {
            Raw::Ping { timestamp } => Ok(Self::Ping { timestamp }),
            Raw::Authenticate { token } => Ok(Self::Authenticate { token }),
            Raw::Unsubscribe { channels } => Ok(Self::Unsubscribe { channels }),
            Raw::Subscribe { channels, since } => {
                let wanted = |name: Name| match name {
                    Name::Plain(channel) => Wanted { channel, since: since.clone() },
                    Name::Since { channel, since: own } => {
                        Wanted { channel, since: own.or_else(|| since.clone()) }
                    }
                };
                Ok(Self::Subscribe { channels: channels.into_iter().map(wanted).collect() })
            }
            Raw::View { bbox } => {
                let area = BoundingBox::try_from(bbox).map_err(|_| BadMessage::InvalidMessage)?;
                Ok(Self::View { area })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_field_of_the_wrong_kind_is_named_and_unknown_fields_are_ignored() {
        for text in [
            r#"{"type":"authenticate"}"#,
            r#"{"type":"subscribe","channels":"station_1"}"#,
            r#"{"type":"subscribe","channels":[{"since":"x"}]}"#,
            r#"{"type":"view","bbox":[1,2,3]}"#,
            r#"{"type":"view","bbox":[1,20,3,10]}"#,
        ] {
            assert_eq!(ClientMessage::parse(text), Err(BadMessage::InvalidMessage), "{text}");
        }
        let text = r#"{"type":"ping","timestamp":1.5,"more":true}"#;
        assert_eq!(ClientMessage::parse(text), Ok(ClientMessage::Ping { timestamp: 1.5.into() }));
    }

    #[test]
    fn a_channel_has_its_own_cursor_or_the_common_one() {
        let text = r#"{"type":"subscribe","since":"a","channels":["x",{"channel":"y","since":"b"},{"channel":"z"}]}"#;
        let wanted =
            |channel: &str, since: &str| Wanted { channel: channel.into(), since: Some(since.into()) };
        let channels = vec![wanted("x", "a"), wanted("y", "b"), wanted("z", "a")];
        assert_eq!(ClientMessage::parse(text), Ok(ClientMessage::Subscribe { channels }));
    }
}
