//! Cursors belong to a channel, and a map's box can be moved.

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, cursor, located, snapshot, update};

const HERE: &str = "bbox=13,52,14,53";

fn ids(messages: &[Value]) -> Vec<i64> {
    let stations = messages.iter().filter_map(|message| message["stations"].as_array()).flatten();
    let mut ids: Vec<i64> = stations.map(|station| station["station_id"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// Stations along a parallel, one on each degree of longitude.
async fn line() -> Gateway {
    let gateway = Gateway::start().await;
    let stations = (1..=9).map(|id| located(id, 100, 52.5, f64::from(i32::try_from(id).unwrap()))).collect();
    gateway.publish(&snapshot(100, stations)).await;
    gateway.until_live().await;
    gateway
}

/// Moves the box; returns the answer and the snapshot behind it.
async fn view(map: &mut Screen, bbox: Value) -> (Value, Vec<Value>) {
    map.say(&json!({"type": "view", "bbox": bbox}).to_string()).await;
    let told = map.until(|message| message["complete"] == true).await;
    let at = told.iter().position(|message| message["type"] == "viewing").expect("an answer");
    (told[at].clone(), told[at + 1..].to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_channel_is_answered_with_the_state() {
    let gateway = Gateway::with_stations(2).await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.message().await;
    let of_station = cursor(&kiosk.message().await);
    let mut map = gateway.screen(&format!("/ws/stations/?{HERE}")).await;
    let scope = map.message().await["scope"].as_str().unwrap().to_owned();
    let of_box = cursor(&map.message().await);
    let mut elsewhere = gateway.screen("/ws/stations/?bbox=2,48,3,49").await;
    let other_scope = elsewhere.message().await["scope"].as_str().unwrap().to_owned();
    let wider = "bbox=12,51,15,54";
    for (path, expected) in [
        (format!("/ws/stations/?{HERE}&since={of_box}&scope={scope}"), true),
        (format!("/ws/stations/?bbox=13.1,52.1,13.9,52.9&since={of_box}&scope={scope}"), true),
        (format!("/ws/stations/?{wider}&since={of_box}&scope={scope}"), false),
        (format!("/ws/stations/?{HERE}&since={of_box}&scope={other_scope}"), false),
        (format!("/ws/stations/?{HERE}&since={of_box}&scope=nonsense"), false),
        (format!("/ws/stations/?{HERE}&since={of_box}"), false),
        (format!("/ws/stations/?{HERE}&since={of_station}&scope={scope}"), false),
        (format!("/ws/stations/1/?since={of_box}&scope={scope}"), false),
        (format!("/ws/stations/?since={of_box}"), false),
        (format!("/ws/stations/?since={of_station}"), false),
        (format!("/ws/stations/1/?since={of_station}"), true),
    ] {
        let mut screen = gateway.screen(&path).await;
        assert_eq!(screen.message().await["recovered"], expected, "{path}");
        if !expected {
            let last = screen.until(|message| message["complete"] == true).await.pop().unwrap();
            assert!(!last["stations"].as_array().unwrap().is_empty(), "{path}: the screen is not empty");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_moves_brings_only_what_is_new_in_it() {
    let gateway = line().await;
    let mut map = gateway.screen("/ws/stations/?bbox=0.5,52,3.5,53").await;
    let (_, stations) = map.greeting().await;
    assert_eq!(stations.len(), 3);
    let (viewing, shown) = view(&mut map, json!([1.5, 52, 5.5, 53])).await;
    assert_eq!(viewing["bbox"], json!([1.5, 52.0, 5.5, 53.0]));
    assert_eq!(ids(&shown), [4, 5], "2 and 3 are on the screen");
    let since = cursor(shown.last().unwrap());
    let (_, nothing) = view(&mut map, json!([1.6, 52, 5.4, 53])).await;
    assert_eq!((ids(&nothing), &nothing[0]["complete"]), (vec![], &true.into()), "an end also of nothing");
    view(&mut map, json!([1.5, 52, 5.5, 53])).await;
    let at = |id: i64, revision| update(located(id, revision, 52.5, f64::from(i32::try_from(id).unwrap())));
    gateway.publish(&[at(1, 101), at(6, 102), at(4, 103)]).await;
    assert_eq!(map.message().await["revision"], 103, "the others are outside");
    drop(map);
    let scope = viewing["scope"].as_str().unwrap();
    let path = format!("/ws/stations/?bbox=1.5,52,5.5,53&since={since}&scope={scope}");
    let mut back = gateway.screen(&path).await;
    assert_eq!(back.message().await["recovered"], true);
    assert_eq!(back.message().await["revision"], 103);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_moves_at_once_the_last_one_counts() {
    let gateway = line().await;
    let mut map = gateway.screen("/ws/stations/?bbox=0.5,52,1.5,53").await;
    map.greeting().await;
    let moves = (2..=9).map(|id| {
        let west = f64::from(id) - 0.5;
        json!({"type": "view", "bbox": [west, 52, west + 1.0, 53]}).to_string()
    });
    map.say_at_once(moves).await;
    let told = map.until(|m| m["type"] == "viewing" && m["bbox"][0] == 8.5).await;
    let last = map.until(|message| message["complete"] == true).await;
    assert_eq!(ids(&last), [9], "{told:?}");
    gateway.publish(&[update(located(8, 101, 52.5, 8.0)), update(located(9, 102, 52.5, 9.0))]).await;
    assert_eq!(map.message().await["revision"], 102);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_box_can_not_move_it() {
    let gateway = line().await;
    let mut map = gateway.screen("/ws/stations/?bbox=0.5,52,1.5,53").await;
    map.greeting().await;
    let mut kiosk = gateway.screen("/ws/stations/1/").await;
    kiosk.greeting().await;
    let mut wall = gateway.screen("/ws/stations/").await;
    wall.greeting().await;
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    phone.greeting().await;
    let [kiosk, wall, phone] = [&mut kiosk, &mut wall, &mut phone]
        .map(|screen| (screen, vec![(json!([1, 2, 3, 4]), "not_allowed")]));
    let map =
        (&mut map, vec![(json!([1, 2, 3]), "invalid_message"), (json!([1, 20, 3, 4]), "invalid_message")]);
    for (screen, views) in [kiosk, wall, phone, map] {
        for (bbox, code) in views {
            screen.say(&json!({"type": "view", "bbox": bbox}).to_string()).await;
            let answer = screen.message().await;
            assert_eq!((&answer["type"], &answer["code"]), (&"error".into(), &code.into()), "{bbox}");
        }
    }
}
