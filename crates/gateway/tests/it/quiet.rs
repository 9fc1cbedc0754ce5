//! Quiet clients: whoever was connected a moment ago can come back, however long nothing happened on the channel.

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{EventStream, Screen, token};

use crate::app::{Gateway, cursor, notice, station, update};

async fn rider(gateway: &Gateway, user: i64, since: &str) -> Screen {
    let upgrade = gateway.upgrade(&format!("/ws/notifications/?since={since}"));
    upgrade.token(&token(user, Role::Rider)).open().await.ok().unwrap()
}

/// The log moves on, with nothing for those who are quiet.
async fn move_on(gateway: &Gateway, revision: &mut i64, messages: i64) {
    let updates: Vec<_> = (1..=messages).map(|step| update(station(1, *revision + step, 1))).collect();
    gateway.publish(&updates).await;
    *revision += messages;
}

/// Reads the last cursor that a screen was given for nothing, while the log moves on.
async fn position(gateway: &Gateway, screen: &mut Screen, revision: &mut i64) -> Value {
    move_on(gateway, revision, 200).await;
    screen.until(|message| message["type"] == "position").await.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_nothing_gets_a_cursor_now_and_then_and_comes_back_with_it() {
    let settings = json!({"replay": {"messages": 50, "positions": 0}});
    let gateway = Gateway::with_settings(3, settings.clone()).await;
    let mut revision = 100;
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let greeted = cursor(&phone.greeting().await.0);
    let mut kiosk = gateway.screen("/ws/stations/2/").await;
    let last = kiosk.until(|message| message["complete"] == true).await.pop().unwrap();
    let old = cursor(&last);
    let told = position(&gateway, &mut phone, &mut revision).await;
    assert_eq!(told.as_object().unwrap().len(), 2, "type and cursor: {told}");
    let (of_phone, of_kiosk) = (cursor(&told), cursor(&position(&gateway, &mut kiosk, &mut revision).await));
    assert!(of_phone > greeted && of_kiosk > old);
    drop((phone, kiosk));
    gateway.publish(&[notice(42, 1), update(station(2, revision + 1, 7))]).await;
    let sibling = Gateway::start_with(std::sync::Arc::clone(&gateway.broker), settings).await;
    sibling.until_live().await;
    for gateway in [&gateway, &sibling] {
        // The phone's cursor is older than the window by now, the kiosk's may be at its edge.
        let mut kiosk = gateway.screen(&format!("/ws/stations/2/?since={of_kiosk}")).await;
        let first = kiosk.message().await;
        if first["recovered"] == true {
            assert_eq!(kiosk.until(|message| message["available_batteries"] == 7).await.len(), 1);
        }
        let mut stale = gateway.screen(&format!("/ws/stations/2/?since={old}")).await;
        assert_eq!(stale.message().await["recovered"], false, "it did not keep its cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_to_whom_nothing_was_sent_recovers_however_long_it_was_away() {
    let gateway = Gateway::with_settings(1, json!({"replay": {"messages": 20}})).await;
    let mut revision = 100;
    let mut quiet = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let of_quiet = cursor(&quiet.greeting().await.0);
    let mut busy = Screen::of_rider(&gateway.base, &token(43, Role::Rider)).await;
    let of_busy = cursor(&busy.greeting().await.0);
    drop((quiet, busy));
    gateway.publish(&[notice(43, 1)]).await;
    move_on(&gateway, &mut revision, 300).await;
    let mut wall = gateway.screen("/ws/stations/1/").await;
    wall.until(|message| message["revision"] == revision || message["stations"][0]["revision"] == revision)
        .await;
    assert_eq!(rider(&gateway, 42, &of_quiet).await.message().await["recovered"], true);
    assert_eq!(rider(&gateway, 43, &of_busy).await.message().await["recovered"], false, "it reads the inbox");
    gateway.publish(&[notice(42, 1)]).await;
    let mut back = rider(&gateway, 42, &of_quiet).await;
    let told = back.until(|message| message["notification_id"] == 1).await;
    assert!(told.len() <= 2, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_of_events_gets_its_cursor_as_an_event_of_that_name() {
    let gateway = Gateway::with_settings(2, json!({"replay": {"messages": 50}})).await;
    let mut revision = 100;
    let url = format!("{}/sse/stations/2/", gateway.base);
    let mut kiosk = EventStream::open(&url, &[]).await.ok().unwrap();
    kiosk.until(|message| message["complete"] == true).await;
    let before = kiosk.last_id.clone().unwrap();
    move_on(&gateway, &mut revision, 200).await;
    let told = kiosk.until(|message| message["type"] == "position").await.pop().unwrap();
    assert_eq!(kiosk.last_id, Some(cursor(&told)));
    assert_eq!(kiosk.last_name.as_deref(), Some("position"));
    assert!(kiosk.last_id.unwrap() > before);
}
