#![doc = include_str!("../README.md")]

pub mod examples;
pub mod metrics;

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What `/docs/` groups the operations by.
const TAGS: [(&str, &str); 8] = [
    ("stations", "Where batteries are swapped: places, states, the batteries there, and what happened."),
    ("batteries", "An operator's batteries, wherever they are."),
    ("orders", "A rider's bookings: one battery each, held until it is collected, cancelled or expired."),
    ("notifications", "What a user was told: the inbox behind the live messages."),
    ("preferences", "A user's language, time zone and wishes."),
    ("push", "Messages to browsers that are closed (Web Push)."),
    ("network", "Figures of the whole network, for admins."),
    ("health", "How the parts of the system do."),
];

/// The OpenAPI of both HTTP services as one document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = inventory::document();
    document.merge(booking::document());
    document
}

/// The same as it is served: with what belongs to the system as a whole, and with examples.
#[must_use]
pub fn served_openapi() -> Value {
    let mut document = serde_json::to_value(openapi()).unwrap_or_default();
    let info = json!({
        "title": "Swapwire",
        "summary": "Stations, batteries, orders and notifications of a battery-swap network.",
        "description": DESCRIPTION,
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    });
    examples::insert(&mut document, "info", info);
    let servers = json!([{"url": "/", "description": "The network that serves this document."}]);
    examples::insert(&mut document, "servers", servers);
    let tags = TAGS.iter().map(|(name, text)| json!({"name": name, "description": text})).collect();
    examples::insert(&mut document, "tags", tags);
    examples::add_to_operations(&mut document);
    document
}

/// The gateway's AsyncAPI with examples.
#[must_use]
pub fn served_asyncapi() -> Value {
    let mut document = gateway::asyncapi();
    examples::add_to_messages(&mut document);
    document
}

const DESCRIPTION: &str = "\
A token (`Authorization: Bearer`) says who calls: `sub` is the user, `role` is `rider`, `operator` or `admin`. Every \
operation says whom it is for. Times are RFC 3339 in UTC, ids are integers, units stand in the names.

Errors are `application/problem+json` (RFC 9457); programs compare `code`. A list answers `items` and `next`: a `next` \
that is not null is the `after` of the next page. Live changes come over WebSocket and Server-Sent Events: see \
[the live API](/docs/live/).";

/// Every document by its file below `web/docs`.
#[must_use]
pub fn files() -> BTreeMap<String, Value> {
    let schemas = events::schema::documents();
    let mut files: BTreeMap<String, Value> =
        schemas.into_iter().map(|(name, schema)| (format!("schemas/{name}.json"), schema)).collect();
    files.insert("openapi.json".into(), served_openapi());
    files.insert("asyncapi.json".into(), served_asyncapi());
    files
}
