//! Examples of requests, answers and live messages: files beside the code, laid into the documents by their names.
//! A problem's example is found by the code that a response's description names, else by its status.

use serde_json::{Map, Value, json};

const OPERATIONS: [&str; 7] = [
    include_str!("../examples/batteries.json"),
    include_str!("../examples/network.json"),
    include_str!("../examples/notifications.json"),
    include_str!("../examples/orders.json"),
    include_str!("../examples/preferences.json"),
    include_str!("../examples/push.json"),
    include_str!("../examples/stations.json"),
];

const PROBLEMS: &str = include_str!("../examples/problems.json");

const LIVE: &str = include_str!("../examples/live.json");

const GOLDEN: [&str; 14] = [
    include_str!("../../events/tests/golden/battery_added.v1.json"),
    include_str!("../../events/tests/golden/battery_booked.v1.json"),
    include_str!("../../events/tests/golden/battery_collected.v1.json"),
    include_str!("../../events/tests/golden/battery_released.v1.json"),
    include_str!("../../events/tests/golden/battery_removed.v1.json"),
    include_str!("../../events/tests/golden/booking_cancelled.v1.json"),
    include_str!("../../events/tests/golden/booking_collected.v1.json"),
    include_str!("../../events/tests/golden/booking_confirmed.v1.json"),
    include_str!("../../events/tests/golden/booking_expired.v1.json"),
    include_str!("../../events/tests/golden/booking_expiring.v1.json"),
    include_str!("../../events/tests/golden/booking_ready.v1.json"),
    include_str!("../../events/tests/golden/inventory_update.v1.json"),
    include_str!("../../events/tests/golden/notification.v1.json"),
    include_str!("../../events/tests/golden/station_status.v1.json"),
];

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const PROBLEM_JSON: &str = "application/problem+json";

/// Every operation's examples by its id: `request`, `response`, and `geojson` where an answer has that form too.
#[must_use]
pub fn operations() -> Map<String, Value> {
    OPERATIONS.into_iter().flat_map(read).collect()
}

/// Every problem by its code.
#[must_use]
pub fn problems() -> Map<String, Value> {
    read(PROBLEMS)
}

/// A file that can't be read has no examples, which a test notices.
fn read(file: &str) -> Map<String, Value> {
    serde_json::from_str(file).unwrap_or_default()
}

/// Lays the examples into an OpenAPI document.
pub(crate) fn add_to_operations(document: &mut Value) {
    let (examples, problems) = (operations(), problems());
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            // Said of each operation, so that nobody takes a missing requirement for a forgotten one.
            if operation.get("security").is_none() {
                insert(operation, "security", json!([]));
            }
            let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
            let own = examples.get(id).cloned().unwrap_or_default();
            if let Some(request) = own.get("request") {
                set(operation.pointer_mut("/requestBody/content"), JSON, request);
            }
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                if status.as_str() < "400" {
                    answer(response, &own);
                } else {
                    refuse(response, status, &problems);
                }
            }
        }
    }
}

fn answer(response: &mut Value, own: &Value) {
    for (name, media_type) in [("response", JSON), ("geojson", GEOJSON)] {
        if let Some(example) = own.get(name) {
            set(response.get_mut("content"), media_type, example);
        }
    }
}

fn set(content: Option<&mut Value>, media_type: &str, example: &Value) {
    if let Some(content) = content.and_then(|content| content.get_mut(media_type)) {
        insert(content, "example", example.clone());
    }
}

/// One example for each code that the description names; of a status without codes, the one that it always has.
fn refuse(response: &mut Value, status: &str, problems: &Map<String, Value>) {
    let number = status.parse().ok();
    let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut examples: Map<String, Value> = codes_in(description)
        .filter_map(|code| Some((code.to_owned(), json!({"value": problems.get(code)?}))))
        .collect();
    if examples.is_empty() {
        examples = problems
            .iter()
            .filter(|(_, problem)| problem.get("status").and_then(Value::as_u64) == number)
            .map(|(code, problem)| (code.clone(), json!({"value": problem})))
            .collect();
    }
    if let Some(content) = response.get_mut("content").and_then(|content| content.get_mut(PROBLEM_JSON)) {
        insert(content, "examples", Value::Object(examples));
    }
}

/// Every live message by its `type`: the gateway's own are written down, events are the golden files of `events`.
#[must_use]
pub fn messages() -> Map<String, Value> {
    let mut messages = read(LIVE);
    for golden in GOLDEN {
        let mut message = read(golden).remove("body").unwrap_or_default();
        insert(&mut message, "cursor", json!("1s00000000000000190b2f4d8e"));
        if let Some(name) = message.get("type").and_then(Value::as_str) {
            messages.insert(name.to_owned(), message);
        }
    }
    messages
}

/// Lays the examples into an AsyncAPI document.
pub(crate) fn add_to_messages(document: &mut Value) {
    let examples = messages();
    let messages = document.pointer_mut("/components/messages").and_then(Value::as_object_mut);
    for (name, message) in messages.into_iter().flatten() {
        if let Some(example) = examples.get(name) {
            insert(message, "examples", json!([{"name": name, "payload": example}]));
        }
    }
}

pub(crate) fn insert(object: &mut Value, member: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
}

/// What a description has between backticks.
pub fn codes_in(description: &str) -> impl Iterator<Item = &str> {
    description.split('`').skip(1).step_by(2)
}
