#![doc = include_str!("../README.md")]

use std::collections::BTreeMap;

use serde_json::Value;

/// The OpenAPI of both HTTP services as one document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = inventory::document();
    document.merge(booking::document());
    document.info.title = "Swapwire".into();
    document.info.description = Some("Stations, batteries, orders and notifications.".into());
    document
}

/// Every document by its file below `web/docs`.
#[must_use]
pub fn files() -> BTreeMap<String, Value> {
    let schemas = events::schema::documents();
    let mut files: BTreeMap<String, Value> =
        schemas.into_iter().map(|(name, schema)| (format!("schemas/{name}.json"), schema)).collect();
    files.insert("openapi.json".into(), serde_json::to_value(openapi()).unwrap_or_default());
    files.insert("asyncapi.json".into(), gateway::asyncapi());
    files
}
