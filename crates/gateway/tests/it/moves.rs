//! Stations that move, and that are removed: who must hear of it does, and nobody else is disturbed.

use serde_json::{Value, json};

use crate::app::{Gateway, booked, cursor, located, station, update};

const HERE: &str = "bbox=13,52,14,53";
const ELSEWHERE: &str = "bbox=2,48,3,49";

/// Comes back and reads until the wall's revision; returns what it was sent.
async fn resume(gateway: &Gateway, path: &str, revision: i64) -> Vec<Value> {
    let mut screen = gateway.screen(path).await;
    assert_eq!(screen.message().await["recovered"], true, "{path}");
    screen.until(|message| message["revision"] == revision).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_moves_throws_nobody_off() {
    let gateway = Gateway::with_stations(3).await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    let mut boxes = Vec::new();
    for area in [HERE, ELSEWHERE] {
        let mut map = gateway.screen(&format!("/ws/stations/?{area}")).await;
        let scope = map.message().await["scope"].as_str().unwrap().to_owned();
        let snapshot = map.until(|message| message["complete"] == true).await;
        boxes.push((area, scope, cursor(snapshot.last().unwrap())));
    }
    gateway.publish(&[booked(1, 101)]).await;
    let before = cursor(&wall.message().await);
    let moves: Vec<_> = (0..70_i32)
        .map(|step| update(located(1, 200 + i64::from(step), 30.0 + f64::from(step) / 10.0, 13.4)))
        .collect();
    gateway.publish(&moves).await;
    wall.until(|message| message["revision"] == 269).await;
    // Each comes back, and goes on living.
    let end = [update(station(2, 300, 1)), update(located(3, 301, 48.5, 2.5))];
    gateway.publish(&end).await;
    gateway.has_applied(3, 301).await;
    let all = resume(&gateway, &format!("/ws/stations/?since={before}"), 301).await;
    assert_eq!(all.len(), 3, "the latest state of each: {all:?}");
    let one = resume(&gateway, &format!("/ws/stations/2/?since={before}"), 300).await;
    assert_eq!(one.len(), 1);
    for (area, scope, since) in boxes {
        let told = resume(&gateway, &format!("/ws/stations/?{area}&since={since}&scope={scope}"), 301).await;
        let stations: Vec<i64> = told
            .iter()
            .filter(|m| m["type"] == "inventory_update")
            .filter_map(|m| m["station_id"].as_i64())
            .collect();
        // The moved station left the first box; the third left it too, for the second box.
        assert_eq!(stations, if area == HERE { vec![1, 2, 3] } else { vec![3] }, "{area}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_map_hears_of_what_left_it_and_what_is_gone_although_the_window_has_passed() {
    let settings = json!({"replay": {"messages": 5}, "client_events": 10});
    let gateway = Gateway::with_settings(3, settings).await;
    let path = format!("/ws/stations/?{HERE}");
    let mut map = gateway.upgrade(&path).narrow().open().await.ok().unwrap();
    map.greeting().await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    // More than its socket takes: it falls behind.
    for revision in 101..600 {
        gateway.publish(&[update(station(3, revision, 1))]).await;
        if revision == 500 {
            let mut gone = station(2, 500, 0);
            gone.status = events::BroadcastStatus::Removed;
            gateway.publish(&[update(located(1, 500, 10.0, 10.0)), update(gone)]).await;
        }
    }
    gateway.publish(&[update(station(3, 600, 1))]).await;
    wall.until(|message| message["revision"] == 600).await;
    let told = map.until(|message| message["revision"] == 600).await;
    assert!(told.iter().any(|m| m["station_id"] == 1 && m["latitude"] == 10.0), "it left the box");
    assert!(told.iter().any(|m| m["station_id"] == 2 && m["status"] == "removed"));
    let cursors: Vec<&str> = told.iter().filter_map(|message| message["cursor"].as_str()).collect();
    assert!(cursors.is_sorted());
}
