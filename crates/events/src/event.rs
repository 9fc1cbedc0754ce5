//! A message in its envelope: CloudEvents 1.0 in binary mode over AMQP. The body is the JSON `data`,
//! the attributes travel as headers named `cloudEvents:<attribute>`.
//! Source: CloudEvents AMQP protocol binding 1.0.2, section 3.1.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    BatteryReady, EventId, InventoryUpdate, NotificationId, Rider, RoutingKey, SnapshotChunk, StationId,
    StationMessage, UserId,
};

/// The CloudEvents version that is spoken.
const SPEC_VERSION: &str = "1.0";

/// The events of the station channels beside `inventory_update`.
const STATION_EVENTS: [&str; 6] = [
    "battery_added",
    "battery_booked",
    "battery_collected",
    "battery_released",
    "battery_removed",
    "station_status",
];

/// Between services only.
const BATTERY_READY: &str = "battery_ready";

/// Which service's facts an event follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Stations and batteries.
    Inventory,
    /// Orders and notifications.
    Booking,
}

impl Source {
    /// The CloudEvents `source`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inventory => "/swapwire/inventory",
            Self::Booking => "/swapwire/booking",
        }
    }
}

/// An event, ready to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The CloudEvents `id`; also the AMQP `message_id`.
    pub id: EventId,
    /// The CloudEvents `type`, for example `swap.battery_booked.v1`.
    pub event_type: String,
    /// The CloudEvents `source`.
    pub source: Source,
    /// The CloudEvents `subject`, for example `station/7`.
    pub subject: String,
    /// The CloudEvents `time`.
    pub time: DateTime<Utc>,
    /// The key on the exchange `swap.events`.
    pub routing_key: String,
    /// The JSON `data`: what a client reads, but for the cursor.
    pub body: Bytes,
    /// W3C Trace Context of what it follows from, if that is traced.
    pub traceparent: Option<String>,
}

/// A message with its id, as its JSON shows it.
#[derive(Serialize)]
struct Identified<'a, M> {
    id: EventId,
    #[serde(flatten)]
    message: &'a M,
}

impl Event {
    /// A message on the station channels.
    #[must_use]
    pub fn station(id: EventId, message: &StationMessage) -> Self {
        let station = message.station_id();
        Self {
            id,
            event_type: versioned(message.name()),
            source: Source::Inventory,
            subject: format!("station/{station}"),
            time: message.timestamp(),
            routing_key: RoutingKey::Station(station, message.name().into()).to_string(),
            body: json(&Identified { id, message }),
            traceparent: None,
        }
    }

    /// A message to one rider.
    #[must_use]
    pub fn rider(id: EventId, user: UserId, rider: Rider) -> Self {
        let name = rider.message.name();
        Self {
            id,
            event_type: versioned(name),
            source: Source::Booking,
            subject: format!("user/{user}"),
            time: rider.timestamp,
            routing_key: RoutingKey::User(user, name.into()).to_string(),
            body: json(&Identified { id, message: &rider }),
            traceparent: None,
        }
    }

    /// For the booking service: a held battery is ready.
    #[must_use]
    pub fn battery_ready(id: EventId, ready: &BatteryReady) -> Self {
        let station = ready.station_id;
        Self {
            id,
            event_type: versioned(BATTERY_READY),
            source: Source::Inventory,
            subject: format!("station/{station}"),
            time: ready.timestamp,
            routing_key: RoutingKey::Station(station, BATTERY_READY.into()).to_string(),
            body: json(&Identified { id, message: ready }),
            traceparent: None,
        }
    }

    /// A part of a snapshot.
    #[must_use]
    pub fn snapshot(time: DateTime<Utc>, chunk: &SnapshotChunk) -> Self {
        Self {
            id: EventId(chunk.snapshot_id.0).derive(&chunk.chunk.to_string()),
            event_type: versioned("inventory_snapshot"),
            source: Source::Inventory,
            subject: "inventory".into(),
            time,
            routing_key: RoutingKey::Snapshot.to_string(),
            body: json(chunk),
            traceparent: None,
        }
    }

    /// The headers of the AMQP message.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 7] {
        [
            ("cloudEvents:specversion", SPEC_VERSION.into()),
            ("cloudEvents:id", self.id.to_string()),
            ("cloudEvents:type", self.event_type.clone()),
            ("cloudEvents:source", self.source.as_str().into()),
            ("cloudEvents:subject", self.subject.clone()),
            ("cloudEvents:time", self.time.to_rfc3339_opts(SecondsFormat::Micros, true)),
            ("traceparent", self.traceparent()),
        ]
    }

    /// W3C Trace Context. An event that follows from nothing that is traced has a trace of its own, which nobody samples:
    /// the trace id is its id; the span id is the half of it that is random in every UUID version.
    fn traceparent(&self) -> String {
        let (_, span) = self.id.0.as_u64_pair();
        self.traceparent.clone().unwrap_or_else(|| format!("00-{}-{span:016x}-00", self.id.0.simple()))
    }
}

/// What a consumer reads of the headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `cloudEvents:id`.
    pub id: Option<String>,
    /// `cloudEvents:type`.
    pub event_type: Option<String>,
    /// `cloudEvents:time`.
    pub time: Option<String>,
    /// `traceparent`.
    pub traceparent: Option<String>,
}

/// An event read from the broker, as far as a gateway must understand it.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded {
    /// A station's state.
    Update(EventId, Box<InventoryUpdate>),
    /// Something else about a station.
    Station(EventId, StationId),
    /// A message to a rider.
    Rider(EventId, UserId, NotificationId),
    /// A part of a snapshot.
    Snapshot(EventId, SnapshotChunk),
    /// A held battery is ready: not for clients.
    BatteryReady(EventId, BatteryReady),
    /// An event that is not for clients, or of a type or version made after this reader.
    Other(EventId),
}

impl Decoded {
    /// The event's id.
    #[must_use]
    pub fn id(&self) -> EventId {
        match self {
            Self::Update(id, _)
            | Self::Station(id, _)
            | Self::Rider(id, _, _)
            | Self::Snapshot(id, _)
            | Self::BatteryReady(id, _)
            | Self::Other(id) => *id,
        }
    }
}

/// Why a message of the broker is no event of ours.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A required CloudEvents attribute is absent.
    #[error("header cloudEvents:{0} is missing")]
    MissingHeader(&'static str),
    /// The id is no UUID.
    #[error("header cloudEvents:id {0:?} is not a UUID")]
    BadId(String),
    /// The key fits no scheme of ours.
    #[error(transparent)]
    RoutingKey(#[from] crate::RoutingKeyError),
    /// The key and the type name different things.
    #[error("routing key {routing_key:?} does not fit type {event_type:?}")]
    Mismatch {
        /// The key it came with.
        routing_key: String,
        /// The type it claims.
        event_type: String,
    },
    /// The body isn't the JSON that the type promises.
    #[error("body of {event_type}: {source}")]
    Body {
        /// The type it claims.
        event_type: String,
        /// What serde found.
        source: serde_json::Error,
    },
}

/// The part of a rider's message that a gateway needs; the bytes go on unread.
#[derive(Deserialize)]
struct Inbox {
    notification_id: NotificationId,
}

impl Event {
    /// Reads an event as it came from the broker.
    ///
    /// # Errors
    /// When the message is no event of ours; the message can then only be logged and counted.
    pub fn decode(headers: &Headers, routing_key: &str, body: &[u8]) -> Result<Decoded, DecodeError> {
        let id = headers.id.as_deref().ok_or(DecodeError::MissingHeader("id"))?;
        let id = Uuid::parse_str(id).map_err(|_| DecodeError::BadId(id.to_owned())).map(EventId)?;
        let event_type = headers.event_type.as_deref().ok_or(DecodeError::MissingHeader("type"))?;
        let mismatch = || DecodeError::Mismatch {
            routing_key: routing_key.to_owned(),
            event_type: event_type.to_owned(),
        };
        let Some(name) = event_type.strip_prefix("swap.").and_then(|rest| rest.strip_suffix(".v1")) else {
            return Ok(Decoded::Other(id));
        };
        let key: RoutingKey = routing_key.parse()?;
        match (&key, name) {
            (RoutingKey::Snapshot, "inventory_snapshot") => {
                Ok(Decoded::Snapshot(id, parse(event_type, body)?))
            }
            (RoutingKey::Station(station, kind), "inventory_update") if kind == name => {
                let update: InventoryUpdate = parse(event_type, body)?;
                if update.station.station_id != *station {
                    return Err(mismatch());
                }
                Ok(Decoded::Update(id, Box::new(update)))
            }
            (RoutingKey::Station(station, kind), BATTERY_READY) if kind == name => {
                let ready: BatteryReady = parse(event_type, body)?;
                if ready.station_id != *station {
                    return Err(mismatch());
                }
                Ok(Decoded::BatteryReady(id, ready))
            }
            // Made after this reader.
            (RoutingKey::Station(_, kind), _) if kind == name && !STATION_EVENTS.contains(&name) => {
                Ok(Decoded::Other(id))
            }
            (RoutingKey::Station(station, kind), _) if kind == name => {
                let message: StationMessage = parse(event_type, body)?;
                if message.station_id() != *station || message.name() != name {
                    return Err(mismatch());
                }
                Ok(Decoded::Station(id, *station))
            }
            (RoutingKey::User(user, kind), _) if kind == name => {
                let inbox: Inbox = parse(event_type, body)?;
                Ok(Decoded::Rider(id, *user, inbox.notification_id))
            }
            _ => Err(mismatch()),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(event_type: &str, body: &'a [u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(body)
        .map_err(|source| DecodeError::Body { event_type: event_type.to_owned(), source })
}

fn versioned(name: &str) -> String {
    format!("swap.{name}.v1")
}

#[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
fn json<T: Serialize>(value: &T) -> Bytes {
    serde_json::to_vec(value).expect("an event serialises").into()
}
