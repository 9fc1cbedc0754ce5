//! The AsyncAPI 3 document of the gateway: the channels, and every message with the shape that its type gives it.

mod channels;
mod messages;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use channels::KINDS;
use messages::{messages, schemas};

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
        "servers": {
            "websocket": {
                "host": "localhost:8000",
                "protocol": "ws",
                "title": "WebSocket",
                "description": "Through nginx, beside the HTTP API; `wss` where the network has TLS. \
                    `permessage-deflate` is negotiated."
            },
            "events": {
                "host": "localhost:8000",
                "protocol": "http",
                "title": "Server-Sent Events",
                "description": "The same messages where WebSockets are blocked."
            }
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "`Authorization: Bearer <jwt>`; browsers name the subprotocols `swap.v1` and \
                        `bearer.<jwt>` on a WebSocket. Never in the query string."
                }
            }
        }
    })
}
