//! Clients that don't read: they disturb nobody, and have the truth once they read again.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, booked, notice, station, update};

/// The worker threads hand on every message, also when the machine is busy.
fn patient() -> Value {
    json!({"messages": 100_000, "age_ms": 600_000})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_stops_reading_disturbs_nobody_and_then_shows_the_truth() {
    const STATIONS: i64 = 50;
    let gateway = Gateway::with_settings(STATIONS, json!({"client_events": 100, "backlog": patient()})).await;
    let mut stalled = gateway.upgrade("/ws/stations/").narrow().open().await.ok().unwrap();
    let (_, snapshot) = stalled.greeting().await;
    let mut brisk = gateway.screen("/ws/stations/").await;
    brisk.greeting().await;
    let (mut revision, mut events) = (100, 0);
    for _ in 0..40 {
        let mut batch = Vec::new();
        for id in 1..=STATIONS {
            revision += 1;
            batch.push(update(station(id, revision, revision % 7)));
            batch.push(booked(id, revision));
            events += 1;
        }
        gateway.publish(&batch).await;
        let told = brisk.until(|m| m["revision"] == revision && m["type"] == "battery_booked").await;
        assert_eq!(told.len(), batch.len(), "whoever reads gets everything");
    }

    let mut shown: BTreeMap<i64, Value> = BTreeMap::new();
    for station in snapshot {
        shown.insert(station["station_id"].as_i64().unwrap(), station);
    }
    let (mut got, mut missed, mut last) = (0, 0, String::new());
    for message in stalled.until(|m| m["revision"] == revision && m["type"] == "battery_booked").await {
        let cursor = message["cursor"].as_str().unwrap().to_owned();
        assert!(cursor >= last, "frames leave in the order of the stream");
        last = cursor;
        match message["type"].as_str().unwrap() {
            "lagged" => missed += message["missed"].as_i64().unwrap(),
            "battery_booked" => got += 1,
            _ => {
                let id = message["station_id"].as_i64().unwrap();
                assert!(shown[&id]["revision"].as_i64() < message["revision"].as_i64(), "never back");
                shown.insert(id, message);
            }
        }
    }
    assert_eq!(got + missed, events, "what was lost is counted to the last one");
    assert!(missed > 0 && got >= 100, "{missed} lost, {got} had");
    let (_, truth) = gateway.screen("/ws/stations/").await.greeting().await;
    for station in truth {
        let id = station["station_id"].as_i64().unwrap();
        assert_eq!(shown[&id]["revision"], station["revision"], "station {id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_never_misses_a_message_but_is_sent_away_to_come_back_for_it() {
    let gateway = Gateway::with_settings(1, json!({"client_events": 200, "backlog": patient()})).await;
    let path = gateway.upgrade("/ws/notifications/").token(&token(42, Role::Rider));
    let mut stalled = path.narrow().open().await.ok().unwrap();
    stalled.greeting().await;
    let mut brisk = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    brisk.greeting().await;
    for batch in 0..20 {
        let notices: Vec<_> = (1..=100).map(|n| notice(42, batch * 100 + n)).collect();
        gateway.publish(&notices).await;
        brisk.until(|message| message["notification_id"] == (batch + 1) * 100).await;
    }
    let (mut cursor, mut seen) = (String::new(), 0);
    let close = loop {
        match stalled.next().await {
            Ok(message) => {
                seen += 1;
                assert_eq!(message["notification_id"], seen, "in order, without a hole");
                cursor = message["cursor"].as_str().unwrap().to_owned();
            }
            Err((code, _)) => break code,
        }
    };
    assert_eq!(close, 4409);
    let upgrade = gateway.upgrade(&format!("/ws/notifications/?since={cursor}"));
    let mut back = upgrade.token(&token(42, Role::Rider)).open().await.ok().unwrap();
    assert_eq!(back.message().await["recovered"], true);
    let missed = back.until(|message| message["notification_id"] == 2_000).await;
    assert_eq!(missed[0]["notification_id"], seen + 1);
    assert_eq!(i64::try_from(missed.len()).unwrap(), 2_000 - seen);
}
