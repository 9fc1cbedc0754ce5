//! The AsyncAPI 3 document of the gateway: the channels, and every message with the shape that its type gives it.

use std::collections::BTreeMap;

use events::schema::{self, variants};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::protocol::{InventorySnapshot, Outcome, Outgoing, Subscribed};

/// What clients send; everything else the gateway does.
const FROM_CLIENTS: [&str; 5] = ["authenticate", "ping", "subscribe", "unsubscribe", "view"];

/// What answers a client's message: a stream of events has none.
const ANSWERS: [&str; 5] = ["error", "pong", "subscribed", "unsubscribed", "viewing"];

/// What a station socket has and a rider's has not, beside the messages about stations and batteries.
const ON_STATIONS_ONLY: [&str; 7] =
    ["lagged", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "view", "viewing"];

/// A kind of channel.
struct Kind {
    name: &'static str,
    address: &'static str,
    title: &'static str,
    description: &'static str,
    carries: fn(&str) -> bool,
}

const KINDS: [Kind; 6] = [
    Kind {
        name: "stations_all",
        address: "/ws/stations/",
        title: "All stations",
        description: "Every station, or with `?bbox=min_lon,min_lat,max_lon,max_lat` those inside a box, which `view` \
            moves. A box comes back with `?since=` and the `scope` of its `connection_established` or `viewing`.",
        carries: is_on_stations,
    },
    Kind {
        name: "station",
        address: "/ws/stations/{station_id}/",
        title: "One station",
        description: "A kiosk's channel.",
        carries: |message| is_on_stations(message) && !is_of_a_box(message),
    },
    Kind {
        name: "user",
        address: "/ws/notifications/",
        title: "A rider's messages",
        description: "Needs a token: `Authorization: Bearer`, or the subprotocols `swap.v1`, `bearer.<jwt>`.",
        carries: is_to_a_rider,
    },
    Kind {
        name: "stations_all_events",
        address: "/sse/stations/",
        title: "All stations as Server-Sent Events",
        description: "With `?bbox=` those inside a box. `Last-Event-ID` comes back to it. GET only.",
        carries: |message| is_on_stations(message) && is_sent_by_itself(message),
    },
    Kind {
        name: "station_events",
        address: "/sse/stations/{station_id}/",
        title: "One station as Server-Sent Events",
        description: "`Last-Event-ID` comes back to it. GET only.",
        carries: |message| is_on_stations(message) && is_sent_by_itself(message),
    },
    Kind {
        name: "user_events",
        address: "/sse/notifications/",
        title: "A rider's messages as Server-Sent Events",
        description: "Needs a token: `Authorization: Bearer`. `Last-Event-ID` comes back to it. GET only.",
        carries: |message| is_to_a_rider(message) && is_sent_by_itself(message),
    },
];

fn is_of_a_box(message: &str) -> bool {
    message.starts_with("view")
}

fn is_sent_by_itself(message: &str) -> bool {
    !FROM_CLIENTS.contains(&message) && !ANSWERS.contains(&message)
}

fn is_on_stations(message: &str) -> bool {
    !message.starts_with("booking_") && message != "notification"
}

fn is_to_a_rider(message: &str) -> bool {
    let about_stations =
        ["battery_", "inventory_", "station_"].iter().any(|start| message.starts_with(start));
    !about_stations && !ON_STATIONS_ONLY.contains(&message)
}

/// The document.
#[must_use]
pub fn asyncapi() -> Value {
    let messages = messages();
    let operations: BTreeMap<String, Value> = KINDS
        .iter()
        .flat_map(|kind| [kind.operation("send", &messages), kind.operation("receive", &messages)])
        .flatten()
        .collect();
    let channels: BTreeMap<&str, Value> =
        KINDS.iter().map(|kind| (kind.name, kind.channel(&messages))).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Swapwire gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live inventory and riders' messages. Every frame is one JSON object with a `type`; \
                broadcast messages carry `id` and `cursor`, and `?since=<cursor>` comes back to it. `position` carries \
                nothing but a newer cursor, `feed` says whether the gateway hears from the broker; clients ignore \
                types that they don't know. Compression: `permessage-deflate` without context takeover, gzip for \
                Server-Sent Events. Close codes: 1001 back to a page that goes away, 1009 too big, \
                1012 restarting (the reason carries `retry_after_ms`), 4400 bad messages, 4401 token expired, \
                4408 no frame for 50 s, 4409 too slow (resume with the cursor), 4429 too fast."
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas()}
    })
}

impl Kind {
    fn messages<'a>(&self, all: &'a BTreeMap<String, Value>) -> impl Iterator<Item = &'a String> {
        let carries = self.carries;
        all.keys().filter(move |name| carries(name))
    }

    fn channel(&self, all: &BTreeMap<String, Value>) -> Value {
        let reference =
            |name: &String| (name.clone(), json!({"$ref": format!("#/components/messages/{name}")}));
        let messages: Map<String, Value> = self.messages(all).map(reference).collect();
        let parameters = match self.name {
            "station" | "station_events" => json!({"station_id": {"description": "The station's id."}}),
            _ => json!({}),
        };
        json!({
            "address": self.address,
            "title": self.title,
            "description": self.description,
            "parameters": parameters,
            "messages": messages
        })
    }

    /// What the gateway sends on the channel, or what it receives.
    fn operation(&self, action: &str, all: &BTreeMap<String, Value>) -> Option<(String, Value)> {
        let received = action == "receive";
        let messages: Vec<Value> = self
            .messages(all)
            .filter(|name| FROM_CLIENTS.contains(&name.as_str()) == received)
            .map(|name| json!({"$ref": format!("#/channels/{}/messages/{name}", self.name)}))
            .collect();
        let channel = json!({"$ref": format!("#/channels/{}", self.name)});
        let operation = json!({"action": action, "channel": channel, "messages": &messages});
        (!messages.is_empty()).then(|| (format!("{action}_{}", self.name), operation))
    }
}

/// Every message by its `type`.
fn messages() -> BTreeMap<String, Value> {
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
        let message = json!({"name": name, "contentType": "application/json", "payload": payload});
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

fn schemas() -> BTreeMap<String, Value> {
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
