//! Who gets what: channels, tokens, origins, and the greeting.

use serde_json::Value;
use service::auth::Role;
use testbed::{Screen, Upgrade, token};

use crate::app::{Gateway, booked, notice, station, update};

fn types(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_socket_is_greeted_with_the_present_state_from_memory() {
    let gateway = Gateway::with_stations(2).await;
    gateway.publish(&[update(station(2, 101, 3))]).await;
    let mut all = gateway.screen("/ws/stations/").await;
    // The gateway has read it when a screen shows it, at once or a moment later.
    let shown = |state: &Value| state["revision"] == 101;
    all.until(|message| {
        shown(message) || message["stations"].as_array().is_some_and(|all| all.iter().any(shown))
    })
    .await;
    let (first, stations) = gateway.screen("/ws/stations/2/").await.greeting().await;
    assert_eq!(first["message"], "Connected to station_2");
    assert_eq!(first["channel"], "station_2");
    assert_eq!(first["station_id"], 2);
    assert_eq!(first["recovered"], false);
    assert_eq!(first["heartbeat_s"], 25);
    assert!(first["user_id"].is_null() && first["cursor"].is_null());
    assert_eq!(stations.len(), 1);
    assert_eq!(stations[0]["revision"], 101);
    assert_eq!(stations[0]["available_batteries"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_snapshot_comes_in_frames_and_only_the_last_has_the_cursor() {
    let gateway = Gateway::with_stations(1_200).await;
    let mut screen = gateway.screen("/ws/stations").await;
    assert_eq!(screen.message().await["channel"], "stations_all");
    let mut sizes = Vec::new();
    for part in 0..3 {
        let frame = screen.message().await;
        sizes.push(frame["stations"].as_array().unwrap().len());
        assert_eq!(frame["complete"] == true, part == 2);
        assert_eq!(frame["cursor"].is_string(), part == 2);
    }
    assert_eq!(sizes, [500, 500, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_message_reaches_its_station_and_all_stations_once_and_nobody_else() {
    let gateway = Gateway::with_stations(2).await;
    let mut screens = Vec::new();
    for path in ["/ws/stations/", "/ws/stations/1/", "/ws/stations/2/"] {
        let mut screen = gateway.screen(path).await;
        screen.greeting().await;
        screens.push(screen);
    }
    let mut rider = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    rider.greeting().await;
    // The last one reaches everybody who follows a station: what came before it is all that comes.
    gateway
        .publish(&[update(station(1, 101, 4)), booked(1, 101), notice(42, 1), update(station(2, 102, 1))])
        .await;
    let all = screens[0].until(|message| message["station_id"] == 2).await;
    assert_eq!(types(&all), ["inventory_update", "battery_booked", "inventory_update"]);
    let two = screens[2].until(|message| message["station_id"] == 2).await;
    assert_eq!(types(&two), ["inventory_update"]);
    assert_eq!(types(&screens[1].all_so_far().await), ["inventory_update", "battery_booked"]);
    assert_eq!(types(&rider.until(|message| message["type"] == "notification").await), ["notification"]);
    assert!(rider.all_so_far().await.is_empty());
    let cursors: Vec<&str> = all.iter().map(|message| message["cursor"].as_str().unwrap()).collect();
    assert!(cursors.is_sorted() && cursors[0] != cursors[1], "{cursors:?}");
    assert!(all.iter().all(|message| message["id"].is_string() && message["timestamp"].is_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_gets_own_messages_on_every_screen_and_nobody_elses() {
    let gateway = Gateway::with_stations(1).await;
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let mut tablet = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let mut other = Screen::of_rider(&gateway.base, &token(43, Role::Rider)).await;
    let (first, _) = phone.greeting().await;
    assert_eq!((&first["channel"], &first["user_id"]), (&"user_42".into(), &42.into()));
    tablet.greeting().await;
    other.greeting().await;
    gateway.publish(&[notice(42, 1), notice(42, 2), notice(43, 1)]).await;
    for screen in [&mut phone, &mut tablet] {
        let messages = screen.until(|message| message["notification_id"] == 2).await;
        assert_eq!(messages.len(), 2);
    }
    let messages = other.until(|message| message["type"] == "notification").await;
    assert_eq!((messages.len(), &messages[0]["message"]), (1, &"number 1".into()));
    assert!(phone.all_so_far().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_channel_needs_a_token_that_is_not_in_the_address() {
    let gateway = Gateway::with_stations(1).await;
    let valid = token(42, Role::Rider);
    let refused = |upgrade: Upgrade| async { upgrade.open().await.err().map(|status| status.as_u16()) };
    assert_eq!(refused(gateway.upgrade("/ws/notifications/")).await, Some(401));
    assert_eq!(refused(gateway.upgrade("/ws/notifications/").token("nonsense")).await, Some(401));
    let in_query = format!("/ws/notifications/?token={valid}&access_token={valid}");
    assert_eq!(refused(gateway.upgrade(&in_query)).await, Some(401));
    assert_eq!(refused(gateway.upgrade("/ws/notifications/").token(&valid)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_sends_its_token_as_a_subprotocol_and_gets_the_other_one_back() {
    let gateway = Gateway::with_stations(1).await;
    let pair = format!("swap.v1, bearer.{}", token(42, Role::Rider));
    let upgrade = gateway.upgrade("/ws/notifications/").header("sec-websocket-protocol", &pair);
    let mut screen = upgrade.open().await.ok().unwrap();
    assert_eq!(screen.protocol.as_deref(), Some("swap.v1"));
    assert_eq!(screen.greeting().await.0["channel"], "user_42");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_foreign_origins_are_refused() {
    let gateway = Gateway::with_stations(1).await;
    let with = |origin: &str| gateway.upgrade("/ws/stations/").header("origin", origin).open();
    let (own, listed, foreign) = (gateway.base.clone(), "https://wall.example", "https://evil.example");
    assert!(with(&own).await.is_ok());
    assert!(with(listed).await.is_ok());
    assert_eq!(with(foreign).await.err().map(|status| status.as_u16()), Some(403));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_for_an_unknown_station_waits_a_moment_for_it_and_is_then_refused() {
    let gateway = Gateway::with_stations(1).await;
    for path in ["/ws/stations/77/", "/ws/stations/x/"] {
        let refused = gateway.upgrade(path).open().await.err();
        assert_eq!(refused.map(|status| status.as_u16()), Some(404), "{path}");
    }
    let waiting = tokio::spawn(gateway.upgrade("/ws/stations/78/").open());
    gateway.publish(&[update(station(78, 101, 1))]).await;
    let (_, stations) = waiting.await.unwrap().ok().unwrap().greeting().await;
    assert_eq!(stations[0]["station_id"], 78);
}
