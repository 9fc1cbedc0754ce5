//! A thread that can't keep up sends the latest states instead of every change.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, notice, station, update};

const STATIONS: i64 = 100;
const CHANGES: i64 = 10_000;

/// Reads until every station has its last revision; returns how many updates that took.
async fn shows_the_end(mut screen: Screen) -> usize {
    let (_, snapshot) = screen.greeting().await;
    let revision = |message: &Value| message["revision"].as_i64().unwrap();
    let id = |message: &Value| message["station_id"].as_i64().unwrap();
    let mut shown: BTreeMap<i64, i64> = snapshot.iter().map(|state| (id(state), revision(state))).collect();
    let (mut updates, mut last) = (0, String::new());
    while shown.values().any(|revision| *revision <= 100 + CHANGES - STATIONS) {
        let message = screen.message().await;
        let cursor = message["cursor"].as_str().unwrap().to_owned();
        assert!(cursor > last, "frames leave in the order of the stream");
        last = cursor;
        let before = shown.insert(id(&message), revision(&message)).unwrap();
        assert!(before < revision(&message), "state never goes back");
        updates += 1;
    }
    updates
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overloaded_gateway_ends_with_the_exact_state_and_loses_no_riders_message() {
    // So small that the gateway counts as overloaded whenever a few messages come together.
    let settings = json!({"backlog": {"messages": 5, "age_ms": 0}});
    let gateway = Gateway::with_settings(STATIONS, settings).await;
    let mut screens = Vec::new();
    for _ in 0..5 {
        screens.push(gateway.screen("/ws/stations/").await);
    }
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    phone.greeting().await;
    let reading: Vec<_> = screens.into_iter().map(|screen| tokio::spawn(shows_the_end(screen))).collect();
    for batch in 0..10 {
        let mut events: Vec<_> = (0..CHANGES / 10)
            .map(|change| {
                let change = batch * CHANGES / 10 + change;
                update(station(change % STATIONS + 1, 101 + change, 1))
            })
            .collect();
        events.extend((1..=50).map(|number| notice(42, batch * 50 + number)));
        gateway.publish(&events).await;
    }
    for reading in reading {
        let updates = reading.await.unwrap();
        assert!(updates < usize::try_from(CHANGES).unwrap(), "{updates} of {CHANGES}: states were merged");
    }
    let told = phone.until(|message| message["notification_id"] == 500).await;
    let numbers: Vec<i64> = told.iter().filter_map(|message| message["notification_id"].as_i64()).collect();
    assert_eq!(numbers, (1..=500).collect::<Vec<_>>());
}
