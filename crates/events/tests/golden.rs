//! Each event as it was first published. What is written there stays readable for ever: a change of a shape
//! fails here and wants a new version beside the old one. `SWAPWIRE_BLESS=1` writes files that are missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use events::{
    Action, BatteryChange, BatteryId, BatteryInfo, BatteryReady, BroadcastStatus, Confirmation, Decoded,
    Event, EventId, Headers, InventoryUpdate, Level, Notice, NotificationId, OrderId, OrderNotice, Revision,
    Rider, RiderMessage, SnapshotChunk, SnapshotId, StationId, StationMessage, StationState,
    StationStatusChange, UserId,
};
use serde_json::{Value, json};
use uuid::Uuid;

fn at() -> DateTime<Utc> {
    "2026-11-23T10:00:00.123456Z".parse().unwrap()
}

fn id() -> EventId {
    EventId(Uuid::parse_str("0b2f4d8e-5a44-4c8f-9a57-3f1f6f0a1b2c").unwrap())
}

fn state() -> StationState {
    StationState {
        station_id: StationId(7),
        station_name: "Mitte".into(),
        latitude: 52.52,
        longitude: 13.405,
        status: BroadcastStatus::Online,
        available_batteries: 7,
        booked_batteries: 1,
        unavailable_batteries: 2,
        total_batteries: 10,
        revision: Revision(1_700_000_000_001),
        timestamp: at(),
    }
}

fn change(ids: &[i64]) -> BatteryChange {
    let (battery_id, battery_ids) = match ids {
        [one] => (Some(BatteryId(*one)), Vec::new()),
        several => (None, several.iter().copied().map(BatteryId).collect()),
    };
    BatteryChange {
        station_id: StationId(7),
        station_name: "Mitte".into(),
        battery_id,
        battery_ids,
        available_batteries: 7,
        booked_batteries: 1,
        total_batteries: 10,
        revision: Revision(1_700_000_000_001),
        timestamp: at(),
    }
}

fn order_notice() -> OrderNotice {
    OrderNotice {
        booking_id: OrderId(5),
        station_id: StationId(7),
        station_name: "Mitte".into(),
        message: "About your booking.".into(),
    }
}

fn rider(message: RiderMessage) -> Event {
    Event::rider(id(), UserId(42), Rider { notification_id: NotificationId(3), timestamp: at(), message })
}

/// One event of every type, by the name of its file.
fn events() -> BTreeMap<&'static str, Event> {
    let station = |message: StationMessage| Event::station(id(), &message);
    BTreeMap::from([
        (
            "inventory_update",
            station(StationMessage::InventoryUpdate(InventoryUpdate {
                station: state(),
                action: Action::Book,
            })),
        ),
        ("battery_booked", station(StationMessage::BatteryBooked(change(&[11])))),
        ("battery_collected", station(StationMessage::BatteryCollected(change(&[11])))),
        ("battery_released", station(StationMessage::BatteryReleased(change(&[11])))),
        ("battery_added", station(StationMessage::BatteryAdded(change(&[11, 12])))),
        ("battery_removed", station(StationMessage::BatteryRemoved(change(&[11])))),
        (
            "station_status",
            station(StationMessage::StationStatus(StationStatusChange {
                station_id: StationId(7),
                station_name: "Mitte".into(),
                status: BroadcastStatus::Maintenance,
                message: "New lockers".into(),
                timestamp: at(),
            })),
        ),
        (
            "booking_confirmed",
            rider(RiderMessage::BookingConfirmed(Confirmation {
                booking_id: OrderId(5),
                station_id: StationId(7),
                station_name: "Mitte".into(),
                battery_id: BatteryId(11),
                battery_info: BatteryInfo {
                    serial_number: "SW-0000011".into(),
                    model: "PowerCell M".into(),
                    state_of_charge_percent: 97.5,
                },
                message: "A battery is yours.".into(),
                expires_at: at(),
            })),
        ),
        ("booking_ready", rider(RiderMessage::BookingReady(order_notice()))),
        ("booking_collected", rider(RiderMessage::BookingCollected(order_notice()))),
        ("booking_cancelled", rider(RiderMessage::BookingCancelled(order_notice()))),
        ("booking_expired", rider(RiderMessage::BookingExpired(order_notice()))),
        ("booking_expiring", rider(RiderMessage::BookingExpiring(order_notice()))),
        (
            "notification",
            rider(RiderMessage::Notification(Notice {
                title: "Works".into(),
                message: "Closed on Monday.".into(),
                level: Level::Warning,
            })),
        ),
        (
            "battery_ready",
            Event::battery_ready(
                id(),
                &BatteryReady {
                    station_id: StationId(7),
                    battery_id: BatteryId(11),
                    state_of_charge_percent: 90.5,
                    timestamp: at(),
                },
            ),
        ),
        (
            "inventory_snapshot",
            Event::snapshot(
                at(),
                &SnapshotChunk {
                    snapshot_id: SnapshotId(id().0),
                    revision: Revision(1_700_000_000_001),
                    chunk: 0,
                    chunks: 1,
                    ahead: false,
                    stations: vec![state()],
                },
            ),
        ),
    ])
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.v1.json"))
}

fn written(event: &Event) -> Value {
    let headers: BTreeMap<&str, String> = event.headers().into_iter().collect();
    let body: Value = serde_json::from_slice(&event.body).unwrap();
    json!({"routing_key": event.routing_key, "headers": headers, "body": body})
}

fn golden(name: &str) -> Value {
    let text = std::fs::read_to_string(file(name)).unwrap_or_else(|_| {
        panic!("{name}: no golden file; a new event gets one with SWAPWIRE_BLESS=1 cargo test -p events")
    });
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_event_is_written_as_it_was_first_published() {
    for (name, event) in events() {
        if std::env::var_os("SWAPWIRE_BLESS").is_some() && !file(name).exists() {
            std::fs::write(file(name), format!("{:#}\n", written(&event))).unwrap();
        }
        assert_eq!(
            written(&event),
            golden(name),
            "{name}: old readers can't read this; give it a new version"
        );
    }
}

#[test]
fn every_event_that_was_ever_published_can_still_be_read() {
    for (name, event) in events() {
        let golden = golden(name);
        let header = |key: &str| golden["headers"][key].as_str().map(ToOwned::to_owned);
        let headers = Headers {
            id: header("cloudEvents:id"),
            event_type: header("cloudEvents:type"),
            time: header("cloudEvents:time"),
            traceparent: header("traceparent"),
        };
        let routing_key = golden["routing_key"].as_str().unwrap();
        let decoded = Event::decode(&headers, routing_key, golden["body"].to_string().as_bytes()).unwrap();
        match decoded {
            Decoded::Update(id, update) => {
                assert_eq!((id, &update.station), (event.id, &state()), "{name}");
            }
            Decoded::Station(id, station) => assert_eq!((id, station), (event.id, StationId(7)), "{name}"),
            Decoded::Rider(id, user, notification) => {
                assert_eq!((id, user, notification), (event.id, UserId(42), NotificationId(3)), "{name}");
            }
            Decoded::Snapshot(id, chunk) => {
                assert_eq!((id, &chunk.stations), (event.id, &vec![state()]), "{name}")
            }
            Decoded::BatteryReady(id, ready) => {
                assert_eq!(
                    (id, ready.battery_id, ready.timestamp),
                    (event.id, BatteryId(11), at()),
                    "{name}"
                );
            }
            Decoded::Other(_) => panic!("{name}: not understood"),
        }
    }
}

#[test]
fn a_field_that_a_reader_does_not_know_does_not_disturb_it() {
    for (name, event) in events() {
        let mut body = golden(name)["body"].clone();
        body["added_later"] = json!({"x": 1});
        let [_, id, event_type, ..] = event.headers();
        let headers = Headers { id: Some(id.1), event_type: Some(event_type.1), ..Headers::default() };
        Event::decode(&headers, &event.routing_key, body.to_string().as_bytes()).unwrap();
    }
}

#[test]
fn the_envelope_is_a_cloud_event_in_binary_mode() {
    for (name, event) in events() {
        let headers: BTreeMap<_, _> = event.headers().into_iter().collect();
        assert_eq!(headers["cloudEvents:specversion"], "1.0");
        assert_eq!(headers["cloudEvents:type"], format!("swap.{name}.v1"));
        assert_eq!(headers["cloudEvents:id"], event.id.to_string());
        for attribute in ["cloudEvents:source", "cloudEvents:subject", "cloudEvents:time"] {
            assert!(!headers[attribute].is_empty(), "{name}: {attribute}");
        }
        let parts: Vec<&str> = headers["traceparent"].split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 32, 16, 2], "{name}");
    }
}
