//! Coming back with a cursor, to any gateway: everything that was missed, or an honest no.

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, booked, notice, snapshot, station, update};

fn cursor(message: &Value) -> String {
    message["cursor"].as_str().unwrap().to_owned()
}

async fn rider(gateway: &Gateway, since: &str) -> Screen {
    let upgrade = gateway.upgrade(&format!("/ws/notifications/?since={since}"));
    upgrade.token(&token(42, Role::Rider)).open().await.ok().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_comes_back_to_another_gateway_misses_nothing_and_gets_no_snapshot() {
    let gateway = Gateway::with_stations(3).await;
    let other = gateway.sibling().await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    gateway.publish(&[update(station(1, 101, 4)), booked(1, 101)]).await;
    let seen = cursor(wall.until(|message| message["type"] == "battery_booked").await.last().unwrap());
    drop(wall);
    gateway.publish(&[update(station(1, 102, 3)), booked(1, 102), update(station(2, 103, 9))]).await;
    gateway.publish(&[update(station(1, 104, 2)), booked(1, 104), update(station(3, 105, 0))]).await;
    // What the other gateway has not read yet comes live, so each state: it is to have read all.
    other.has_applied(3, 105).await;

    let mut wall = other.screen(&format!("/ws/stations/?since={seen}")).await;
    let first = wall.message().await;
    assert_eq!((&first["recovered"], &first["cursor"]), (&true.into(), &seen.clone().into()));
    let missed = wall.until(|message| message["revision"] == 105).await;
    let told: Vec<(&Value, &Value)> = missed.iter().map(|m| (&m["type"], &m["revision"])).collect();
    let expected = json!([
        ["battery_booked", 102],
        ["inventory_update", 103],
        ["inventory_update", 104],
        ["battery_booked", 104],
        ["inventory_update", 105]
    ]);
    assert_eq!(json!(told), expected, "of each station the latest state, and every event, in order");
    other.publish(&[update(station(2, 106, 1))]).await;
    assert_eq!(wall.message().await["revision"], 106, "and then it goes on");
    drop(wall);
    let one =
        other.screen(&format!("/ws/stations/2/?since={seen}")).await.until(|m| m["revision"] == 106).await;
    assert_eq!(one.len(), 2, "a kiosk gets its own station only: {one:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_who_comes_back_gets_every_message_once() {
    let gateway = Gateway::with_stations(1).await;
    let other = gateway.sibling().await;
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let start = cursor(&phone.greeting().await.0);
    let second = notice(42, 2);
    gateway.publish(&[notice(42, 1), second.clone()]).await;
    let seen = cursor(&phone.until(|message| message["notification_id"] == 1).await[0]);
    drop(phone);
    // After a crash of the relay the log repeats some.
    gateway.publish(&[second, notice(43, 1), notice(42, 3), notice(42, 4)]).await;
    for (since, expected) in [(&start, vec![1, 2, 3, 4]), (&seen, vec![2, 3, 4])] {
        let mut phone = rider(&other, since).await;
        assert_eq!(phone.message().await["recovered"], true);
        let missed = phone.until(|message| message["notification_id"] == 4).await;
        let ids: Vec<i64> =
            missed.iter().map(|message| message["notification_id"].as_i64().unwrap()).collect();
        assert_eq!(ids, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_can_not_be_served_in_full_is_refused_with_a_snapshot() {
    let gateway = Gateway::with_settings(2, json!({"replay": {"messages": 5}})).await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    gateway.publish(&[update(station(1, 101, 4))]).await;
    let old = cursor(&wall.message().await);
    for revision in 102..110 {
        gateway.publish(&[update(station(1, revision, 4))]).await;
    }
    let last = cursor(wall.until(|message| message["revision"] == 109).await.last().unwrap());
    // Another event stood at the same offset.
    let foreign = format!("{}ffffffff", &last[..last.len() - 8]);
    for since in [old.as_str(), foreign.as_str(), "nonsense", ""] {
        let (first, stations) =
            gateway.screen(&format!("/ws/stations/?since={since}")).await.greeting().await;
        assert_eq!((&first["recovered"], stations.len()), (&false.into(), 2), "{since}");
        assert_eq!(stations[0]["revision"], 109);
        let first = rider(&gateway, since).await.message().await;
        assert_eq!(first["recovered"], false, "{since}: the rider reads the inbox");
    }
    assert_eq!(
        gateway.screen(&format!("/ws/stations/?since={last}")).await.message().await["recovered"],
        true
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_a_log_that_was_replaced_is_refused() {
    let gateway = Gateway::with_stations(1).await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    gateway.publish(&[update(station(1, 101, 4))]).await;
    let seen = cursor(&wall.message().await);
    gateway.broker.recreate_stream().await;
    let mut publisher = gateway.broker.publisher().await;
    publisher.publish(&snapshot(200, vec![station(1, 200, 1)])).await.unwrap();
    publisher.publish(&[update(station(1, 201, 2)), update(station(1, 202, 3))]).await.unwrap();
    while wall.next().await.is_ok() {}
    gateway.until_live().await;
    let (first, stations) = gateway.screen(&format!("/ws/stations/?since={seen}")).await.greeting().await;
    assert_eq!((&first["recovered"], &stations[0]["revision"]), (&false.into(), &202.into()));
}
