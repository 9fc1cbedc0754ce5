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

/// Reads the next `position`.
async fn position(screen: &mut Screen) -> Value {
    screen.until(|message| message["type"] == "position").await.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_nothing_gets_a_cursor_now_and_then_and_comes_back_with_it() {
    let settings = json!({"replay": {"messages": 50, "positions": 0}});
    let gateway = Gateway::with_settings(3, settings.clone()).await;
    let mut revision = 100;
    let mut phone = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    let old_of_phone = cursor(&phone.greeting().await.0);
    let mut kiosk = gateway.screen("/ws/stations/2/").await;
    let old_of_kiosk = cursor(&kiosk.until(|message| message["complete"] == true).await.pop().unwrap());
    let (mut of_phone, mut of_kiosk) = (old_of_phone.clone(), old_of_kiosk.clone());
    // Each round is shorter than the window, all of them are much longer.
    for _ in 0..6 {
        move_on(&gateway, &mut revision, 20).await;
        let told = position(&mut phone).await;
        assert_eq!(told.as_object().unwrap().len(), 2, "type and cursor: {told}");
        let told = [cursor(&told), cursor(&position(&mut kiosk).await)];
        assert!(told[0] > of_phone && told[1] > of_kiosk);
        [of_phone, of_kiosk] = told;
        // What was sent twice in this round does not count for the next one.
        phone.all_so_far().await;
        kiosk.all_so_far().await;
    }
    drop((phone, kiosk));
    gateway.publish(&[notice(42, 1), update(station(2, revision + 1, 7))]).await;
    let sibling = Gateway::start_with(std::sync::Arc::clone(&gateway.broker), settings).await;
    sibling.until_live().await;
    for gateway in [&gateway, &sibling] {
        gateway.has_applied(2, revision + 1).await;
        let mut kiosk = gateway.screen(&format!("/ws/stations/2/?since={of_kiosk}")).await;
        assert_eq!(kiosk.message().await["recovered"], true);
        assert_eq!(kiosk.message().await["available_batteries"], 7);
        let mut phone = rider(gateway, 42, &of_phone).await;
        assert_eq!(phone.message().await["recovered"], true);
        assert_eq!(phone.message().await["notification_id"], 1);
        let mut stale = gateway.screen(&format!("/ws/stations/2/?since={old_of_kiosk}")).await;
        assert_eq!(stale.message().await["recovered"], false, "it did not keep its cursor");
        assert_eq!(rider(gateway, 42, &old_of_phone).await.message().await["recovered"], false);
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
    gateway.has_applied(1, revision).await;
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
