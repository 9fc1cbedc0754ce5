#![doc = include_str!("../README.md")]

use std::sync::LazyLock;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, ResponseError};
use events::{Cursor, Decoded, Event, Headers, Location, StationMessage, UserId};
use serde::Deserialize;
use service::auth::{AuthSettings, Role};
use service::page::{Limit, TimeCursor};
use service::{Authenticator, Query};

/// A parser of bytes that panics when an invariant is broken.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: [(&str, Target); 5] = [
    ("websocket", websocket),
    ("cloud_event", cloud_event),
    ("cursor", cursor),
    ("token", token),
    ("query", query),
];

/// A client's bytes on a WebSocket; the first one says whether compression was negotiated.
pub fn websocket(bytes: &[u8]) {
    if let Some((first, rest)) = bytes.split_first() {
        gateway::fuzzing::websocket(first & 1 == 1, rest);
    }
}

/// A message of the broker: lines with id, type and routing key, then the body.
///
/// # Panics
/// When a decoded event is not the same after it is encoded and decoded again.
pub fn cloud_event(bytes: &[u8]) {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut line = || parts.next().map(|line| String::from_utf8_lossy(line).into_owned());
    let headers = Headers { id: line(), event_type: line(), ..Headers::default() };
    let routing_key = line().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let Ok(Decoded::Update(id, update)) = Event::decode(&headers, &routing_key, body) else { return };
    let event = Event::station(id, &StationMessage::InventoryUpdate((*update).clone()));
    let headers =
        Headers { id: Some(event.id.to_string()), event_type: Some(event.event_type), ..Headers::default() };
    let again = Event::decode(&headers, &event.routing_key, &event.body).expect("our own event");
    assert_eq!(again, Decoded::Update(id, update));
}

/// A cursor and a scope. What is parsed, formatted and parsed again is the same.
///
/// # Panics
/// When it does not.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    if let Ok(cursor) = TimeCursor::try_from(text.to_owned()) {
        assert_eq!(TimeCursor::try_from(cursor.to_string()), Ok(cursor));
    }
    gateway::fuzzing::scope(text);
}

static AUTHENTICATOR: LazyLock<Authenticator> = LazyLock::new(|| {
    let settings = serde_json::json!({"secret": "a secret of the fuzzers alone, 32 bytes"});
    let settings: AuthSettings = serde_json::from_value(settings).expect("settings");
    Authenticator::new(&settings).expect("a secret")
});

/// A token. Without `|` in front the bytes are a foreign token, which is refused: the fuzzer does not know the secret.
/// After a `|` they overwrite the beginning of a token that is signed here; it is accepted only if nothing has changed.
///
/// # Panics
/// When a foreign or changed token is accepted, or an unchanged one refused.
pub fn token(bytes: &[u8]) {
    let Some(damage) = bytes.strip_prefix(b"|") else {
        let foreign = String::from_utf8_lossy(bytes);
        assert!(AUTHENTICATOR.verify(&foreign).is_err(), "accepted: {foreign}");
        return;
    };
    let ours = AUTHENTICATOR.issue(UserId(42), Role::Rider, chrono::Duration::hours(1)).expect("a token");
    let mut damaged = ours.clone().into_bytes();
    for (byte, other) in damaged.iter_mut().zip(damage) {
        *byte = *other;
    }
    let damaged = String::from_utf8_lossy(&damaged).into_owned();
    assert_eq!(AUTHENTICATOR.verify(&damaged).is_ok(), damaged == ours, "{damaged}");
}

/// Parameters as our lists have them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde only")]
struct Parameters {
    #[serde(default)]
    limit: Limit,
    after: Option<TimeCursor>,
    bbox: Option<String>,
    available: Option<bool>,
}

/// A query string. It is parsed, or refused as a 4xx problem.
///
/// # Panics
/// When it is refused otherwise.
pub fn query(bytes: &[u8]) {
    let text: String = String::from_utf8_lossy(bytes).chars().filter(|c| c.is_ascii_graphic()).collect();
    let Ok(uri) = actix_web::http::Uri::try_from(format!("/stations/?{text}")) else { return };
    let request = TestRequest::default().uri(&uri.to_string()).to_http_request();
    let read = Query::<Parameters>::from_request(&request, &mut Payload::None).into_inner();
    match read {
        Ok(Query(parameters)) => {
            if let Some(Ok(area)) = parameters.bbox.map(events::BoundingBox::try_from) {
                let corner = Location { latitude: area.south, longitude: area.west };
                assert!(
                    area.contains(corner) && area.contains_box(&area) && area.intersects(&area),
                    "{text}"
                );
            }
        }
        Err(problem) => {
            assert!(problem.status_code().is_client_error(), "{text}");
        }
    }
}
