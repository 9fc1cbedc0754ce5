//! The shapes of all events as JSON Schema (2020-12), derived from the types that write and read them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{BatteryReady, EventId, NotificationId, Rider, RiderMessage, SnapshotChunk, StationMessage};

/// The schemas of types that others refer to, by their names.
#[must_use]
pub fn components() -> BTreeMap<String, Value> {
    let mut components = Vec::new();
    StationMessage::schemas(&mut components);
    RiderMessage::schemas(&mut components);
    Rider::schemas(&mut components);
    SnapshotChunk::schemas(&mut components);
    BatteryReady::schemas(&mut components);
    components.push(("EventId".into(), EventId::schema()));
    components.push(("NotificationId".into(), NotificationId::schema()));
    components.into_iter().map(|(name, schema)| (name, value(&schema))).collect()
}

/// The body of every event by its name, `battery_booked` for `swap.battery_booked.v1`. Types that they refer to are
/// in [`components`].
#[must_use]
pub fn events() -> BTreeMap<String, Value> {
    let mut events = variants(&value(&StationMessage::schema()));
    for (name, message) in variants(&value(&RiderMessage::schema())) {
        let rider = json!({
            "type": "object",
            "required": ["notification_id", "timestamp"],
            "properties": {
                "notification_id": {"$ref": "#/components/schemas/NotificationId"},
                "timestamp": {"type": "string", "format": "date-time"}
            }
        });
        events.insert(name, json!({"allOf": [message, rider]}));
    }
    events.insert("battery_ready".into(), value(&BatteryReady::schema()));
    let id = json!({
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"$ref": "#/components/schemas/EventId"}}
    });
    for event in events.values_mut() {
        *event = json!({"allOf": [event.take(), id]});
    }
    events.insert("inventory_snapshot".into(), value(&SnapshotChunk::schema()));
    events
}

/// Every event's schema as a document that stands alone, by the name of its type: `swap.battery_booked.v1`.
#[must_use]
pub fn documents() -> BTreeMap<String, Value> {
    let components: Value = components().into_iter().collect();
    let document = |(name, event): (String, Value)| {
        let title = format!("swap.{name}.v1");
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "allOf": [event],
            "$defs": components
        });
        let text = document.to_string().replace("#/components/schemas/", "#/$defs/");
        (title, serde_json::from_str(&text).unwrap_or_default())
    };
    events().into_iter().map(document).collect()
}

/// The variants of an enum that is tagged by `type`, by their tags.
#[must_use]
pub fn variants(schema: &Value) -> BTreeMap<String, Value> {
    let variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    variants.filter_map(|variant| Some((tag(variant)?, variant.clone()))).collect()
}

fn tag(schema: &Value) -> Option<String> {
    let own = schema.pointer("/properties/type/enum/0").and_then(Value::as_str).map(ToOwned::to_owned);
    own.or_else(|| schema.get("allOf")?.as_array()?.iter().find_map(tag))
}

fn value(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}
