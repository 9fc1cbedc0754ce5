//! Every message with the shape that its type gives it, and a sentence on what it is for.

use std::collections::BTreeMap;

use events::schema::{self, variants};
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::protocol::{InventorySnapshot, Outcome, Outgoing, Subscribed};

/// What clients send; everything else the gateway does.
pub(super) const FROM_CLIENTS: [&str; 5] = ["authenticate", "ping", "subscribe", "unsubscribe", "view"];

/// A sentence on each message, by its `type`.
const SUMMARIES: [(&str, &str); 29] = [
    ("authenticate", "Renews the token of the connection before it ends; the user stays the same."),
    ("battery_added", "Batteries came to a station."),
    ("battery_booked", "A battery is held for a rider."),
    ("battery_collected", "A rider has taken a battery out of the station."),
    ("battery_released", "A hold ended without a collection; the battery is the station's again."),
    ("battery_removed", "An operator took batteries out of a station."),
    ("booking_cancelled", "The rider's booking was cancelled."),
    ("booking_collected", "The rider has collected the battery."),
    ("booking_confirmed", "A battery is held for the rider until `expires_at`."),
    ("booking_expired", "The hold ended; the battery was given back."),
    ("booking_expiring", "The hold ends soon."),
    ("booking_ready", "The held battery has reached the ready charge."),
    (
        "connection_established",
        "The first message: what the connection follows, and whether it goes on from the cursor.",
    ),
    ("error", "A client's message could not be understood."),
    ("feed", "Whether the gateway hears the broker: since when the shown state may be stale, or null."),
    ("inventory_snapshot", "States of stations, complete or one part of them."),
    ("inventory_update", "The state of a station after a change. A newer `revision` replaces an older one."),
    ("lagged", "The client was too slow: so many events of stations were left out; states are complete."),
    ("notification", "A general message to the user."),
    ("ping", "Asks for a `pong` with the same `timestamp`."),
    ("pong", "The answer to `ping`."),
    ("position", "A newer cursor; nothing happened on the channel since the last one."),
    ("station_status", "A station's status or its message changed, or the station was removed."),
    ("subscribe", "Follows further stations on this socket, up to 100 channels."),
    ("subscribed", "What became of each channel of a `subscribe`."),
    ("unsubscribe", "Stops following channels."),
    ("unsubscribed", "These channels are followed no more."),
    ("view", "Moves the box of a box's channel."),
    ("viewing", "The box was moved; the stations that are new in it follow."),
];

fn summary(name: &str) -> &'static str {
    SUMMARIES.iter().find(|(known, _)| *known == name).map_or("", |(_, summary)| summary)
}

/// Whom a message concerns, and what a client does with it.
fn description(name: &str) -> &'static str {
    match name {
        _ if FROM_CLIENTS.contains(&name) => "From a client to the gateway.",
        "inventory_update" | "inventory_snapshot" | "station_status" => {
            "State: only the latest of a station counts, so a slow client may be spared those in between."
        }
        _ if name.starts_with("battery_") => {
            "An event at a station. A client that is too slow hears `lagged` instead of it; the state is complete."
        }
        _ if name.starts_with("booking_") || name == "notification" => {
            "To one user, never left out. `notification_id` is gapless: the inbox has the same message by that id."
        }
        _ => "From the gateway to one client.",
    }
}

/// Every message by its `type`.
pub(super) fn messages() -> BTreeMap<String, Value> {
    let broadcast = json!({
        "type": "object",
        "required": ["cursor"],
        "properties": {"cursor": {"type": "string", "description": "Where to come back to."}}
    });
    let mut payloads: BTreeMap<String, Value> = schema::events()
        .into_iter()
        // Between services only, and in another shape to clients.
        .filter(|(name, _)| name != "battery_ready" && name != "inventory_snapshot")
        .map(|(name, event)| (name, json!({"allOf": [event, broadcast]})))
        .collect();
    payloads.extend(variants(&value(&Outgoing::schema())));
    payloads.insert("inventory_snapshot".into(), value(&InventorySnapshot::schema()));
    payloads.extend(from_clients());
    let message = |(name, payload): (String, Value)| {
        let message = json!({
            "name": name,
            "title": name,
            "summary": summary(&name),
            "description": description(&name),
            "contentType": "application/json",
            "payload": payload
        });
        (name, message)
    };
    payloads.into_iter().map(message).collect()
}

fn from_clients() -> impl Iterator<Item = (String, Value)> {
    let most = crate::protocol::MOST_CHANNELS;
    let text = json!({"type": "string"});
    let one = json!({"oneOf": [
        text,
        {"type": "object", "required": ["channel"], "properties": {"channel": text, "since": text}}
    ]});
    let wanted = json!({"type": "array", "items": one, "maxItems": most});
    let channels = json!({"type": "array", "items": text, "maxItems": most});
    let bbox = json!({
        "type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4,
        "description": "min_lon, min_lat, max_lon, max_lat."
    });
    let shapes = [
        json!({"type": {"const": "authenticate"}, "token": text}),
        json!({"type": {"const": "ping"}, "timestamp": {}}),
        json!({"type": {"const": "subscribe"}, "channels": wanted, "since": text}),
        json!({"type": {"const": "unsubscribe"}, "channels": channels}),
        json!({"type": {"const": "view"}, "bbox": bbox}),
    ];
    let required: [&[&str]; 5] =
        [&["type", "token"], &["type"], &["type", "channels"], &["type", "channels"], &["type", "bbox"]];
    FROM_CLIENTS.into_iter().zip(shapes).zip(required).map(|((name, properties), required)| {
        (name.to_owned(), json!({"type": "object", "required": required, "properties": properties}))
    })
}

pub(super) fn schemas() -> BTreeMap<String, Value> {
    let mut schemas = schema::components();
    let mut own =
        vec![("Subscribed".to_owned(), Subscribed::schema()), ("Outcome".to_owned(), Outcome::schema())];
    Outgoing::schemas(&mut own);
    InventorySnapshot::schemas(&mut own);
    schemas.extend(own.into_iter().map(|(name, schema)| (name, value(&schema))));
    schemas
}

fn value(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}
