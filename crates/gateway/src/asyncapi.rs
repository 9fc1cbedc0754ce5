//! The AsyncAPI 3 document of the gateway: the channels, and every message with the shape that its type gives it.

use std::collections::BTreeMap;

use events::schema::{self, variants};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use crate::protocol::{InventorySnapshot, Own, Subscribed};

/// The document.
#[must_use]
pub fn asyncapi() -> Value {
    let messages = messages();
    let all: Vec<&String> = messages.keys().collect();
    let sent = |wanted: &dyn Fn(&str) -> bool| -> Map<String, Value> {
        all.iter()
            .filter(|name| wanted(name))
            .map(|name| ((*name).clone(), json!({"$ref": format!("#/components/messages/{name}")})))
            .collect()
    };
    let on_stations = sent(&|name| !name.starts_with("booking_") && name != "notification");
    let on_rider = sent(&|name| {
        !name.starts_with("battery_")
            && !name.starts_with("inventory_")
            && !["station_status", "lagged", "subscribe", "unsubscribe", "subscribed", "unsubscribed"]
                .contains(&name)
    });
    let channel = |address: &str, title: &str, description: &str, messages: &Map<String, Value>| json!({"address": address, "title": title, "description": description, "messages": messages});
    let station = json!({"station_id": {"description": "The station's id."}});
    let with_station = |mut channel: Value| {
        channel["parameters"] = station.clone();
        channel
    };
    let resume = "`?since=<cursor>` resumes. The same messages come as Server-Sent Events below /sse.";
    let channels = json!({
        "stations_all": channel("/ws/stations/", "All stations",
            &format!("Every station, or with `?bbox=` those inside a box. {resume}"), &on_stations),
        "station": with_station(channel("/ws/stations/{station_id}/", "One station", resume, &on_stations)),
        "user": channel("/ws/notifications/", "A rider's messages",
            &format!("Needs a token: `Authorization: Bearer`, or the subprotocols `swap.v1`, `bearer.<jwt>`. {resume}"),
            &on_rider),
    });
    let operations: Map<String, Value> = channels
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(name, channel)| {
            ["send", "receive"].map(|action| {
                let of = |client: &bool| *client == (action == "receive");
                let messages: Vec<Value> = channel["messages"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(message, _)| of(&CLIENT.contains(&message.as_str())))
                    .map(|(message, _)| json!({"$ref": format!("#/channels/{name}/messages/{message}")}))
                    .collect();
                let operation = json!({
                    "action": action,
                    "channel": {"$ref": format!("#/channels/{name}")},
                    "messages": messages
                });
                (format!("{action}_{name}"), operation)
            })
        })
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Swapwire gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live inventory and riders' messages. Every frame is one JSON object with a `type`; \
                broadcast messages carry `id` and `cursor`. Close codes: 1001 going away, 1009 too big, \
                1012 restarting (the reason carries `retry_after_ms`), 4400 bad messages, 4401 token expired, \
                4408 no frame for 50 s, 4409 too slow (resume with the cursor), 4429 too fast."
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas()}
    })
}

/// What clients send.
const CLIENT: [&str; 4] = ["ping", "subscribe", "unsubscribe", "authenticate"];

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
    let own = serde_json::to_value(Own::schema()).unwrap_or_default();
    payloads.extend(variants(&own));
    let snapshot = serde_json::to_value(InventorySnapshot::schema()).unwrap_or_default();
    payloads.insert("inventory_snapshot".into(), snapshot);
    let channels = json!({"type": "array", "items": {"type": "string"}, "maxItems": 100});
    for (name, properties, required) in [
        ("ping", json!({"timestamp": {}}), json!(["type"])),
        (
            "subscribe",
            json!({"channels": channels, "since": {"type": "string"}}),
            json!(["type", "channels"]),
        ),
        ("unsubscribe", json!({"channels": channels}), json!(["type", "channels"])),
        ("authenticate", json!({"token": {"type": "string"}}), json!(["type", "token"])),
    ] {
        let mut properties = properties;
        properties["type"] = json!({"const": name});
        payloads
            .insert(name.into(), json!({"type": "object", "required": required, "properties": properties}));
    }
    payloads
        .into_iter()
        .map(|(name, payload)| {
            let message = json!({"name": name, "contentType": "application/json", "payload": payload});
            (name, message)
        })
        .collect()
}

fn schemas() -> BTreeMap<String, Value> {
    let mut schemas = schema::components();
    let mut own = Vec::new();
    Own::schemas(&mut own);
    InventorySnapshot::schemas(&mut own);
    own.push(("Subscribed".into(), Subscribed::schema()));
    for (name, schema) in own {
        schemas.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
    schemas
}
