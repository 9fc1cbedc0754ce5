//! A broker that is slow or silent: the gateway is never live on old state, and silence costs nobody the connection.

use std::sync::Arc;
use std::time::Instant;

use secrecy::ExposeSecret;
use serde_json::json;
use testbed::{Broker, BrokerProxy, Passing, Role, Screen, until};

use crate::app::{Gateway, booked, cursor, snapshot, station, update};

/// A gateway with the proxy between it and its broker.
async fn behind_proxy(broker: Arc<Broker>, passing: Passing) -> (Gateway, BrokerProxy) {
    let url = broker.url(Role::Gateway).expose_secret().to_owned();
    let proxy = BrokerProxy::start(&url).await;
    proxy.pass(passing);
    let gateway = Gateway::start_behind(broker, proxy.url(&url), json!({"probe_s": 1})).await;
    (gateway, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_whose_first_delivery_is_slow_is_not_live_before_it_has_read_to_the_end() {
    let broker = Arc::new(Broker::create().await);
    let mut publisher = broker.publisher().await;
    publisher.publish(&snapshot(100, vec![station(1, 100, 9)])).await.unwrap();
    publisher.publish(&[update(station(1, 101, 5)), update(station(1, 102, 1))]).await.unwrap();
    let (gateway, proxy) = behind_proxy(broker, Passing::NoDeliveries).await;
    // The old gateway took two seconds without a message for the end of the log. This is the one place where time is
    // waited for.
    let began = Instant::now();
    until("three seconds without a message have passed", async || {
        assert_eq!(gateway.health().await.0, 503, "it knows nothing yet");
        began.elapsed().as_secs() >= 3
    })
    .await;
    proxy.pass(Passing::All);
    gateway.until_live().await;
    let (_, stations) = gateway.screen("/ws/stations/").await.greeting().await;
    assert_eq!(stations[0]["revision"], 102);
}

/// The events that a screen was sent up to a revision. States may be merged on the way: the last one is there.
async fn events_until(screen: &mut Screen, revision: i64) -> Vec<i64> {
    let told = screen.until(|m| m["revision"] == revision && m["type"] == "battery_booked").await;
    let of = |kind: &str| {
        let of_kind = told.iter().filter(|message| message["type"] == kind);
        of_kind.map(|message| message["revision"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let states = of("inventory_update");
    assert!(states.is_sorted() && states.last() == Some(&revision), "{states:?}");
    of("battery_booked")
}

async fn survives(outage: Passing) {
    let broker = Arc::new(Broker::create().await);
    let mut publisher = broker.publisher().await;
    publisher.publish(&snapshot(100, vec![station(1, 100, 9)])).await.unwrap();
    let (gateway, proxy) = behind_proxy(broker, Passing::All).await;
    gateway.until_live().await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    gateway.publish(&[update(station(1, 101, 5))]).await;
    let before = cursor(&wall.message().await);

    proxy.pass(outage);
    let stale = wall.message().await;
    assert_eq!((&stale["type"], stale["stale_since"].is_string()), (&"feed".into(), true), "{stale}");
    for _ in 0..20 {
        let (status, feed) = gateway.health().await;
        assert!(status == 200 && feed.contains("stale"), "{status} {feed}");
    }
    let mut late = gateway.screen("/ws/stations/").await;
    assert_eq!(late.greeting().await.1[0]["revision"], 101, "served from memory");
    assert!(late.message().await["stale_since"].is_string(), "and told that it may be old");
    for revision in 102..112 {
        gateway.publish(&[update(station(1, revision, 4)), booked(1, revision)]).await;
    }

    proxy.pass(Passing::All);
    let expected: Vec<i64> = (102..112).collect();
    assert_eq!(events_until(&mut wall, 111).await, expected, "each once, in order");
    until("it hears the broker again", async || gateway.health().await == (200, "ok".into())).await;
    late.until(|message| message["type"] == "feed" && message["stale_since"].is_null()).await;
    let mut back = gateway.screen(&format!("/ws/stations/?since={before}")).await;
    assert_eq!(back.message().await["recovered"], true, "the window is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_broker_costs_nobody_the_connection_and_nothing_is_lost() {
    survives(Passing::Nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_can_not_be_reached_costs_nobody_the_connection_and_nothing_is_lost() {
    survives(Passing::Cut).await;
}
