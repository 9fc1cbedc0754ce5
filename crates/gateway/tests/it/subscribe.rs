//! Several channels on one socket, and the stations inside a box.

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, booked, cursor, located, station, update};

async fn say(screen: &mut Screen, message: Value) -> Value {
    screen.say(&message.to_string()).await;
    screen.message().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_joined_later_begins_with_its_state_behind_what_was_sent() {
    let gateway = Gateway::with_stations(3).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    let answer = say(&mut kiosk, json!({"type": "subscribe", "channels": ["station_2", "station_2"]})).await;
    assert_eq!(
        answer,
        json!({"type": "subscribed", "channels": [{"channel": "station_2", "recovered": false}]})
    );
    let snapshot = kiosk.message().await;
    assert_eq!((&snapshot["type"], &snapshot["complete"]), (&"inventory_snapshot".into(), &true.into()));
    assert_eq!(snapshot["stations"][0]["station_id"], 2);
    gateway
        .publish(&[update(station(3, 101, 1)), update(station(2, 102, 1)), update(station(1, 103, 1))])
        .await;
    let told = kiosk.until(|message| message["revision"] == 103).await;
    assert_eq!(told.iter().map(|m| m["revision"].as_i64().unwrap()).collect::<Vec<_>>(), [102, 103]);
    let seen = told[0]["cursor"].clone();

    let answer = say(&mut kiosk, json!({"type": "unsubscribe", "channels": ["station_2"]})).await;
    assert_eq!(answer, json!({"type": "unsubscribed", "channels": ["station_2"]}));
    gateway.publish(&[update(station(2, 104, 2)), booked(2, 104), update(station(1, 105, 1))]).await;
    assert_eq!(kiosk.message().await["revision"], 105, "no longer");

    let answer =
        say(&mut kiosk, json!({"type": "subscribe", "channels": ["station_2"], "since": seen})).await;
    assert_eq!(answer["channels"][0]["recovered"], true);
    let missed = kiosk.until(|message| message["type"] == "battery_booked").await;
    assert_eq!(missed.len(), 2, "{missed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_and_taken_back_at_once_is_not_followed() {
    let gateway = Gateway::with_stations(2).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    for _ in 0..10 {
        let asked = ["subscribe", "subscribe", "unsubscribe"]
            .map(|verb| json!({"type": verb, "channels": ["station_2"]}).to_string());
        kiosk.say_at_once(asked).await;
        let told = kiosk.until(|message| message["type"] == "unsubscribed").await;
        let snapshots = told.iter().filter(|message| message["type"] == "inventory_snapshot").count();
        assert!(snapshots <= 1, "two requests begin one channel: {told:?}");
        assert_eq!(told.iter().filter(|message| message["type"] == "subscribed").count(), 2, "{told:?}");
    }
    gateway.publish(&[update(station(2, 101, 1)), update(station(1, 102, 1))]).await;
    assert_eq!(kiosk.message().await["revision"], 102);
    let again = say(&mut kiosk, json!({"type": "subscribe", "channels": []})).await;
    assert_eq!(again, json!({"type": "subscribed", "channels": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_on_two_channels_of_a_socket_is_told_once() {
    let gateway = Gateway::with_stations(2).await;
    let mut wall = gateway.screen("/ws/stations/1/").await;
    wall.greeting().await;
    wall.say(r#"{"type": "subscribe", "channels": ["stations_all"]}"#).await;
    wall.until(|message| message["type"] == "inventory_snapshot").await;
    gateway.publish(&[update(station(1, 101, 1)), booked(1, 101), update(station(2, 102, 1))]).await;
    assert_eq!(wall.until(|message| message["revision"] == 102).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_followed_is_named() {
    let gateway = Gateway::with_stations(101).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    for channel in ["station_999", "user_42", "x"] {
        let answer = say(&mut kiosk, json!({"type": "subscribe", "channels": [channel]})).await;
        let refused = json!([{"channel": channel, "error": "unknown_channel"}]);
        assert_eq!(answer, json!({"type": "subscribed", "channels": refused}));
    }
    let many: Vec<String> = (2..=101).map(|id| format!("station_{id}")).collect();
    let answer = say(&mut kiosk, json!({"type": "subscribe", "channels": many})).await;
    let (last, others) = answer["channels"].as_array().unwrap().split_last().unwrap();
    assert_eq!(last, &json!({"channel": "station_101", "error": "too_many_channels"}));
    assert_eq!(others.len(), 99);
    assert!(others.iter().all(|channel| channel["recovered"] == false), "{others:?}");
    kiosk.until(|message| message["stations"][0]["station_id"] == 100).await;
    let answer = say(&mut kiosk, json!({"type": "subscribe"})).await;
    assert_eq!((&answer["type"], &answer["code"]), (&"error".into(), &"invalid_message".into()));

    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    phone.greeting().await;
    let answer = say(&mut phone, json!({"type": "subscribe", "channels": ["station_1"]})).await;
    assert_eq!((&answer["type"], &answer["code"]), (&"error".into(), &"not_allowed".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_shows_the_stations_inside_and_says_when_one_leaves() {
    let gateway = Gateway::with_stations(1).await;
    let at = |id, revision, latitude| update(located(id, revision, latitude, 13.4));
    gateway.publish(&[at(2, 101, 10.0)]).await;
    let mut map = gateway.screen("/ws/stations/?bbox=13.0%2C52.0,14.0,53.0").await;
    let (first, stations) = map.greeting().await;
    assert_eq!((&first["channel"], stations.len()), (&"stations_bbox".into(), 1));
    let scope = first["scope"].as_str().unwrap();
    gateway.publish(&[at(2, 102, 11.0), at(1, 103, 60.0), at(1, 104, 61.0), at(2, 105, 52.5)]).await;
    let told = map.until(|message| message["revision"] == 105).await;
    assert_eq!(told.iter().map(|m| m["revision"].as_i64().unwrap()).collect::<Vec<_>>(), [103, 105]);
    let cursor = told[0]["cursor"].as_str().unwrap();
    let path = format!("/ws/stations/?bbox=13,52,14,53&since={cursor}&scope={scope}");
    let mut back = gateway.screen(&path).await;
    assert_eq!(back.message().await["recovered"], true);
    back.until(|message| message["revision"] == 105).await;
    let refused = gateway.upgrade("/ws/stations/?bbox=1,2,3").open().await.err();
    assert_eq!(refused.map(|status| status.as_u16()), Some(422));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_not_known_refuses_itself_only() {
    let gateway = Gateway::with_stations(100).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    let known = (2..=99).map(|id| format!("station_{id}"));
    let channels: Vec<String> = known.chain(["station_999".to_owned()]).collect();
    let answer = say(&mut kiosk, json!({"type": "subscribe", "channels": channels})).await;
    let (last, others) = answer["channels"].as_array().unwrap().split_last().unwrap();
    assert_eq!(last, &json!({"channel": "station_999", "error": "unknown_channel"}));
    assert_eq!(others.len(), 98);
    assert!(others.iter().all(|channel| channel["recovered"] == false), "{others:?}");
    kiosk.until(|message| message["stations"][0]["station_id"] == 99).await;
    gateway.publish(&[update(station(50, 101, 1))]).await;
    assert_eq!(kiosk.message().await["station_id"], 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_channel_of_a_request_may_have_a_cursor_of_its_own() {
    let gateway = Gateway::with_stations(3).await;
    let mut other = gateway.screen("/ws/stations/2/").await;
    other.greeting().await;
    gateway.publish(&[booked(2, 101), booked(2, 102), update(station(3, 103, 1))]).await;
    let told = other.until(|message| message["revision"] == 102).await;
    gateway.has_applied(3, 103).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    let with_cursor = json!({"channel": "station_2", "since": cursor(&told[0])});
    let answer = say(&mut kiosk, json!({"type": "subscribe", "channels": [with_cursor, "station_3"]})).await;
    let expected = json!([
        {"channel": "station_2", "recovered": true},
        {"channel": "station_3", "recovered": false}
    ]);
    assert_eq!(answer["channels"], expected);
    let told = kiosk.until(|message| message["stations"][0]["station_id"] == 3).await;
    let missed: Vec<&Value> = told.iter().filter(|message| message["type"] == "battery_booked").collect();
    assert_eq!(missed.len(), 1, "what the cursor had not seen: {told:?}");
    assert_eq!(missed[0]["revision"], 102);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_for_stations_does_not_hold_the_conversation() {
    let gateway = Gateway::with_settings(1, json!({"unknown_station_wait_ms": 2_000})).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    let unknown: Vec<String> = (901..=912).map(|id| format!("station_{id}")).collect();
    kiosk.say(&json!({"type": "subscribe", "channels": unknown}).to_string()).await;
    let meanwhile = kiosk.all_so_far().await;
    assert!(meanwhile.iter().all(|message| message["type"] != "subscribed"), "{meanwhile:?}");
    let answer = kiosk.until(|message| message["type"] == "subscribed").await.pop().unwrap();
    let outcomes = answer["channels"].as_array().unwrap();
    assert_eq!(outcomes.len(), 12);
    assert!(outcomes.iter().all(|channel| channel["error"] == "unknown_channel"), "{answer}");
}
