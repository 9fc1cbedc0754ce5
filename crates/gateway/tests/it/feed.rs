//! How the gateway starts, what it does with what it can't read, and how it comes back.

use std::sync::Arc;

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Broker, Screen, token, until};

use crate::app::{Gateway, booked, notice, snapshot, station, update};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_ready_and_serves_nobody_before_it_has_a_whole_snapshot() {
    let gateway = Gateway::start().await;
    let chunks = snapshot(100, (1..=501).map(|id| station(id, 100, 1)).collect());
    assert_eq!(gateway.api.get("/health/live").await.status, 200);
    assert_eq!(gateway.api.get("/health/ready").await.status, 503);
    gateway.publish(&chunks[..1]).await;
    assert_eq!(gateway.api.get("/health/ready").await.status, 503);
    for path in ["/ws/stations/", "/ws/stations/1/"] {
        assert_eq!(gateway.upgrade(path).open().await.err().map(|status| status.as_u16()), Some(503));
    }
    gateway.publish(&chunks[1..]).await;
    gateway.until_live().await;
    assert_eq!(gateway.screen("/ws/stations/").await.greeting().await.1.len(), 501);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_from_the_last_snapshot_and_what_followed() {
    let broker = Broker::create().await;
    let mut publisher = broker.publisher().await;
    let mut past = snapshot(100, vec![station(1, 100, 9), station(2, 100, 9), station(3, 100, 9)]);
    past.push(update(station(1, 101, 8)));
    past.extend(snapshot(102, vec![station(1, 102, 7), station(2, 102, 9)]));
    past.push(update(station(2, 103, 6)));
    publisher.publish(&past).await.unwrap();
    let gateway = Gateway::start_on(broker).await;
    gateway.until_live().await;
    let (_, mut stations) = gateway.screen("/ws/stations/").await.greeting().await;
    stations.sort_by_key(|station| station["station_id"].as_i64());
    let seen: Vec<(i64, i64)> = stations
        .iter()
        .map(|s| (s["station_id"].as_i64().unwrap(), s["available_batteries"].as_i64().unwrap()))
        .collect();
    assert_eq!(seen, [(1, 7), (2, 6)], "the third station is in no later snapshot: it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_looks_further_back_until_it_finds_a_whole_snapshot() {
    let broker = Broker::create().await;
    let mut publisher = broker.publisher().await;
    publisher.publish(&snapshot(100, vec![station(1, 100, 9)])).await.unwrap();
    // The broker compares whole seconds: in the next one nothing is in a window that starts now.
    let published = chrono::Utc::now().timestamp();
    until("the second is over", async || chrono::Utc::now().timestamp() > published).await;
    let gateway = Gateway::start_with(Arc::new(broker), json!({"replay": {"window_s": 0}})).await;
    gateway.until_live().await;
    assert_eq!(gateway.screen("/ws/stations/").await.greeting().await.1.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_repeated_or_older_than_what_is_shown_is_told_once() {
    let gateway = Gateway::with_stations(1).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    let mut rider = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    rider.greeting().await;
    let (change, event, message) = (update(station(1, 105, 4)), booked(1, 105), notice(42, 1));
    let stale = update(station(1, 104, 9));
    let repeated = [&change, &event, &message, &stale, &change, &event, &message].map(Clone::clone);
    gateway.publish(&repeated).await;
    gateway.publish(&[update(station(1, 106, 3)), notice(42, 2)]).await;
    let messages = screen.until(|message| message["revision"] == 106).await;
    let seen: Vec<(&Value, &Value)> = messages.iter().map(|m| (&m["type"], &m["revision"])).collect();
    assert_eq!(
        json!(seen),
        json!([["inventory_update", 105], ["battery_booked", 105], ["inventory_update", 106]])
    );
    let messages = rider.until(|message| message["notification_id"] == 2).await;
    assert_eq!(messages.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_no_events_of_ours_are_left_behind() {
    let gateway = Gateway::with_stations(1).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    let id = "7f2c1c1e-7d0b-4a53-9d56-0d8a3c1f0f11";
    let headers = |event_type: &str| json!({"cloudEvents:id": id, "cloudEvents:type": event_type});
    for (routing_key, headers, body) in [
        ("station.1.inventory_update", json!({}), "{}"),
        ("station.1.inventory_update", json!({"cloudEvents:id": "x", "cloudEvents:type": "y"}), "{}"),
        ("station.1.inventory_update", headers("swap.inventory_update.v1"), "{"),
        ("station.1.inventory_update", headers("swap.inventory_update.v1"), "{\"station_id\": 1}"),
        ("station.1.inventory_update", headers("swap.battery_booked.v1"), "{}"),
        ("nonsense", headers("swap.inventory_update.v1"), "{}"),
        ("user.42.notification", headers("swap.notification.v1"), "[]"),
        ("inventory.snapshot", headers("swap.inventory_snapshot.v1"), "\u{fffd}"),
        ("station.1.battery_ready", headers("swap.battery_ready.v1"), "{}"),
        ("station.1.inventory_update", headers("swap.inventory_update.v9"), "{\"anything\": 1}"),
    ] {
        gateway.broker.publish_raw(routing_key, &headers, body).await;
    }
    gateway.publish(&[update(station(1, 101, 2))]).await;
    let messages = screen.until(|message| message["revision"] == 101).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_to_the_broker_without_losing_or_repeating_a_message() {
    let gateway = Gateway::with_stations(1).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    gateway.publish(&[update(station(1, 101, 4)), booked(1, 101)]).await;
    screen.until(|message| message["type"] == "battery_booked").await;
    until("the management API knows the connections", async || gateway.broker.connections().await.len() >= 2)
        .await;
    gateway.broker.close_connections().await;
    let stale = screen.message().await;
    assert_eq!((&stale["type"], stale["stale_since"].is_string()), (&"feed".into(), true));
    // Published while the gateway is away.
    let mut publisher = gateway.broker.publisher().await;
    for revision in 102..112 {
        publisher.publish(&[update(station(1, revision, 4)), booked(1, revision)]).await.unwrap();
    }
    let mut messages = screen.until(|m| m["revision"] == 111 && m["type"] == "battery_booked").await;
    // States may be merged on the way.
    messages.retain(|message| message["type"] == "battery_booked");
    let revisions: Vec<i64> = messages.iter().map(|message| message["revision"].as_i64().unwrap()).collect();
    assert_eq!(revisions, (102..112).collect::<Vec<_>>());
    until("it hears the broker", async || gateway.health().await == (200, "ok".into())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_another_log_it_starts_over_and_sends_its_clients_back_for_the_truth() {
    let gateway = Gateway::with_stations(2).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    gateway.broker.recreate_stream().await;
    let mut publisher = gateway.broker.publisher().await;
    // As many messages as the old log had: the same offsets exist again, with other events.
    publisher.publish(&snapshot(200, vec![station(9, 200, 1)])).await.unwrap();
    publisher.publish(&[update(station(9, 201, 2))]).await.unwrap();
    let (code, reason) = loop {
        if let Err(close) = screen.next().await {
            break close;
        }
    };
    assert_eq!(code, 1012);
    let reason: Value = serde_json::from_str(&reason).unwrap();
    assert!(reason["retry_after_ms"].is_u64());
    gateway.until_live().await;
    let (_, stations) = gateway.screen("/ws/stations/").await.greeting().await;
    assert_eq!(stations.len(), 1);
    assert_eq!((&stations[0]["station_id"], &stations[0]["available_batteries"]), (&9.into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_tells_connected_clients_what_no_update_has_told() {
    let gateway = Gateway::with_stations(3).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    gateway.publish(&snapshot(110, vec![station(1, 110, 5), station(2, 110, 1)])).await;
    gateway.publish(&[update(station(1, 111, 4))]).await;
    let mut messages = screen.until(|message| message["revision"] == 111).await;
    messages.pop();
    messages.sort_by_key(|message| message["station_id"].as_i64());
    let healed: Vec<(&Value, &Value, &Value)> =
        messages.iter().map(|m| (&m["station_id"], &m["available_batteries"], &m["status"])).collect();
    assert_eq!(json!(healed), json!([[2, 1, "online"], [3, 0, "removed"]]), "the first looks as it did");
}
