//! The channels, and what the gateway sends and receives on each.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::messages::FROM_CLIENTS;

/// What answers a client's message: a stream of events has none.
const ANSWERS: [&str; 5] = ["error", "pong", "subscribed", "unsubscribed", "viewing"];

/// What a station socket has and a rider's has not, beside the messages about stations and batteries.
const ON_STATIONS_ONLY: [&str; 7] =
    ["lagged", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "view", "viewing"];

/// A kind of channel.
pub(super) struct Kind {
    pub(super) name: &'static str,
    address: &'static str,
    title: &'static str,
    description: &'static str,
    carries: fn(&str) -> bool,
}

pub(super) const KINDS: [Kind; 6] = [
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

impl Kind {
    fn messages<'a>(&self, all: &'a BTreeMap<String, Value>) -> impl Iterator<Item = &'a String> {
        let carries = self.carries;
        all.keys().filter(move |name| carries(name))
    }

    pub(super) fn channel(&self, all: &BTreeMap<String, Value>) -> Value {
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
            "summary": self.summary(),
            "description": self.description,
            "parameters": parameters,
            "messages": messages,
            "bindings": self.bindings()
        })
    }

    fn is_an_event_stream(&self) -> bool {
        self.address.starts_with("/sse/")
    }

    fn is_a_riders(&self) -> bool {
        self.name.starts_with("user")
    }

    fn summary(&self) -> &'static str {
        if self.is_a_riders() {
            "What concerns one user; `{\"type\":\"authenticate\"}` renews the token on a WebSocket."
        } else {
            "States of stations and what happens there, without a token."
        }
    }

    /// How the conversation begins.
    fn bindings(&self) -> Value {
        if self.is_an_event_stream() {
            return json!({});
        }
        let query = match self.name {
            "stations_all" => json!({
                "type": "object",
                "properties": {
                    "bbox": {"type": "string", "description": "min_lon,min_lat,max_lon,max_lat"},
                    "since": {"type": "string", "description": "The cursor to come back to."},
                    "scope": {"type": "string", "description": "With `since` on a box: the box that the cursor is of."}
                }
            }),
            _ => json!({
                "type": "object",
                "properties": {"since": {"type": "string", "description": "The cursor to come back to."}}
            }),
        };
        json!({"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}})
    }

    /// The summary and the description of an operation.
    fn what_happens(&self, received: bool) -> (&'static str, &'static str) {
        match (received, self.is_an_event_stream()) {
            (true, _) => (
                "What a client may say on this socket.",
                "One JSON object a text frame, at most 4 KiB, about 20 a second. What the gateway can't read is \
                 answered by `error`; ten in a row close the socket with 4400.",
            ),
            (false, true) => (
                "What arrives as Server-Sent Events.",
                "The event's name is the message's `type`, its `id` is the cursor: a browser comes back by itself \
                 with `Last-Event-ID`. Lines that begin with `:` keep the connection open.",
            ),
            (false, false) => (
                "What arrives on this socket.",
                "`connection_established` comes first. If it says `recovered: false`, a snapshot follows on a \
                 channel of stations; a rider reads the inbox. Then come messages, each with a cursor.",
            ),
        }
    }

    /// What the gateway sends on the channel, or what it receives.
    pub(super) fn operation(&self, action: &str, all: &BTreeMap<String, Value>) -> Option<(String, Value)> {
        let received = action == "receive";
        let messages: Vec<Value> = self
            .messages(all)
            .filter(|name| FROM_CLIENTS.contains(&name.as_str()) == received)
            .map(|name| json!({"$ref": format!("#/channels/{}/messages/{name}", self.name)}))
            .collect();
        let channel = json!({"$ref": format!("#/channels/{}", self.name)});
        let (summary, description) = self.what_happens(received);
        let security = if self.is_a_riders() {
            json!([{"$ref": "#/components/securitySchemes/bearer"}])
        } else {
            json!([])
        };
        let operation = json!({
            "action": action,
            "title": format!("{}: {action}", self.title),
            "summary": summary,
            "description": description,
            "channel": channel,
            "security": security,
            "messages": &messages
        });
        (!messages.is_empty()).then(|| (format!("{action}_{}", self.name), operation))
    }
}
