//! What riders read: in their language, by their clock, and the same on each way to them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testbed::{Broker, Database, Role, token_in, until};

use crate::app::Service;
use crate::push::{self, Browser};
use crate::push_service::PushService;

/// What happens to a rider here, one after the other: every kind at least once.
const STORY: [&str; 9] = [
    "booking_confirmed",
    "booking_ready",
    "booking_expiring",
    "booking_cancelled",
    "booking_confirmed",
    "booking_collected",
    "booking_confirmed",
    "booking_expired",
    "notification",
];

async fn prefer(service: &Service, rider: i64, locale: &str, time_zone: &str) {
    let wish = json!({"locale": locale, "time_zone": time_zone});
    service.api.rider(rider).patch("/user/preferences/", wish).await.ok();
}

async fn inbox(service: &Service, rider: i64) -> Vec<Value> {
    let page = service.api.rider(rider).get("/user/notifications/").await.ok();
    page["items"].as_array().unwrap().clone()
}

/// The text of the rider's newest message.
async fn newest(service: &Service, rider: i64) -> String {
    inbox(service, rider).await.last().unwrap()["message"].as_str().unwrap().to_owned()
}

async fn happens(service: &Service, rider: i64, station: i64) {
    let database = &service.database;
    let notified = async |count: i64| {
        let sql = format!("SELECT count(*) FROM booking.notifications WHERE user_id = {rider}");
        until("the rider is notified", async || database.number(&sql).await == count).await;
    };
    let end = async |order: i64, how: &str| {
        service.api.rider(rider).post(&format!("/user/orders/{order}/{how}/"), json!({})).await.ok();
    };
    let first = service.booked(rider, station).await;
    database
        .run(&format!(
            "SELECT booking.tell_ready(battery_id, clock_timestamp()) FROM booking.orders WHERE id = {first}"
        ))
        .await;
    database.run(&format!("UPDATE booking.orders SET remind_at = now() WHERE id = {first}")).await;
    notified(3).await;
    end(first, "cancel").await;
    let second = service.booked(rider, station).await;
    end(second, "collect").await;
    let third = service.booked(rider, station).await;
    database
        .run(&format!(
            "UPDATE booking.orders SET booked_at = now() - interval '2 days', expires_at = now() WHERE id = {third}"
        ))
        .await;
    notified(8).await;
    let words = json!({"user_id": rider, "title": "Sturm", "message": "{ $station }", "level": "error"});
    service.api.admin().post("/notifications/", words).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_message_the_inbox_and_the_push_say_the_same() {
    let (database, broker) = (Database::create().await, Broker::create().await);
    let station = database.stations(&[9]).await[0];
    let mut log = broker.log().await;
    let service = Service::with(database, broker.url(Role::Booking), push::settings());
    let mut receiver = PushService::start();
    let riders =
        [(42, "de", "Europe/Berlin"), (43, "am", "Africa/Addis_Ababa"), (44, "en", "America/New_York")];
    let browser = Browser::new(1);
    for (rider, locale, time_zone) in riders {
        prefer(&service, rider, locale, time_zone).await;
        browser.subscribe(&service, rider, &receiver.endpoint(&rider.to_string())).await;
        happens(&service, rider, station).await;
    }

    let mut live = BTreeMap::new();
    for event in log.events(riders.len() * STORY.len()).await {
        live.insert(event.body["id"].as_str().unwrap().to_owned(), event.body);
    }
    let mut pushed = BTreeMap::new();
    for _ in 0..riders.len() * STORY.len() {
        let push = receiver.next().await;
        let message = browser.decrypt(&push);
        pushed.insert((push.path.clone(), message["notification_id"].as_i64().unwrap()), message);
    }
    let mut said = Vec::new();
    for (rider, ..) in riders {
        let inbox = inbox(&service, rider).await;
        let kinds: Vec<&str> = inbox.iter().map(|item| item["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, STORY);
        for item in inbox {
            let live = &live[item["event_id"].as_str().unwrap()];
            let push = &pushed[&(format!("/{rider}"), item["id"].as_i64().unwrap())];
            assert_eq!(live["message"], item["message"], "live");
            for field in ["type", "title", "message", "level"] {
                assert_eq!(push[field], item[field], "pushed: {field}");
            }
            if item["type"] == "notification" {
                assert_eq!((&live["title"], &live["level"]), (&item["title"], &item["level"]));
                assert_eq!((&item["title"], &item["message"]), (&json!("Sturm"), &json!("{ $station }")));
            } else {
                said.push(item["message"].as_str().unwrap().to_owned());
            }
        }
    }
    assert!(said.iter().all(|message| message.contains("Station 1")), "{said:#?}");
    said.sort_unstable();
    said.dedup();
    assert!(said.len() >= riders.len() * 6, "nobody reads another's language: {said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_those_of_the_riders_clock_as_postgres_reads_it() {
    let service = Service::for_many_orders().await;
    let station = service.database.stations(&[9]).await[0];
    for (locale, time_zone, form) in [
        ("de", "Europe/Berlin", r#""bis zum "DD.MM.YYYY" um "HH24:MI" Uhr ""#),
        ("am", "Africa/Addis_Ababa", r#""እስከ "DD/MM/YYYY HH24:MI" ""#),
        ("en", "Asia/Kathmandu", r#""until "YYYY-MM-DD HH24:MI".""#),
        ("en", "UTC", r#""until "YYYY-MM-DD HH24:MI" UTC.""#),
    ] {
        prefer(&service, 42, locale, time_zone).await;
        let order = service.booked(42, station).await;
        let sql = format!(
            "SELECT to_char(expires_at AT TIME ZONE '{time_zone}', '{form}') FROM booking.orders WHERE id = {order}"
        );
        let time: String = service.database.row(&sql).await.get(0);
        let message = newest(&service, 42).await;
        assert!(message.contains(&time), "{message:?} has {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_stays_as_it_was_written() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    let order = service.booked(42, station).await;
    let english = newest(&service, 42).await;
    assert!(english.starts_with("A battery is yours at Station 1 until 20"), "{english}");
    prefer(&service, 42, "de", "Europe/Berlin").await;
    service.database.run("UPDATE inventory.stations SET name = 'Umbenannt'").await;
    service.database.run(&format!("SELECT booking.cancel_order({order})")).await;
    let inbox = inbox(&service, 42).await;
    assert_eq!(inbox[0]["message"], english);
    assert_eq!(inbox[1]["message"], "Ihre Reservierung an der Station Station 1 ist storniert.");
    let read = service.api.rider(42).post("/user/notifications/1/read/", json!({})).await.ok();
    assert_eq!(read["message"], english);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_chosen_no_language_reads_that_of_the_last_token_also_where_no_token_is() {
    let service = Service::for_many_orders().await;
    let station = service.database.stations(&[9]).await[0];
    let book = async |locale: &str| {
        let api = service.api.with_token(token_in(42, locale)).with_header("Idempotency-Key", locale);
        api.post("/user/orders/", json!({"station": station})).await.ok();
        newest(&service, 42).await
    };
    let at_psql = format!("SELECT booking.place_order(42, {station}, p_active_limit => 100)");
    let german = book("de-AT").await;
    assert!(german.starts_with("An der Station"), "{german}");
    service.database.run("SELECT booking.cancel_order(max(id)) FROM booking.orders").await;
    assert!(newest(&service, 42).await.starts_with("Ihre Reservierung"));
    // A token that names no language, or one that there is not, changes nothing.
    service.booked(42, station).await;
    assert!(newest(&service, 42).await.starts_with("An der Station"));
    assert!(book("fr").await.starts_with("An der Station"));
    let preferences = service.api.rider(42).get("/user/preferences/").await.ok();
    assert_eq!(preferences["locale"], "de", "what is shown is what messages are written in");
    assert!(book("am").await.starts_with("በStation 1"));
    service.database.run(&at_psql).await;
    assert!(newest(&service, 42).await.starts_with("በStation 1"));
    // A request about preferences shows the language as well, and what is chosen goes before it.
    let api = service.api.with_token(token_in(42, "de"));
    api.patch("/user/preferences/", json!({})).await.ok();
    service.database.run(&at_psql).await;
    assert!(newest(&service, 42).await.starts_with("An der Station"));
    prefer(&service, 42, "en", "UTC").await;
    assert!(book("am-ET").await.starts_with("A battery is yours"));
    service.booked(43, station).await;
    assert!(newest(&service, 43).await.starts_with("A battery is yours"), "nobody else is concerned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_is_no_more_and_words_from_before_there_were_parameters_lose_nothing() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    service
        .database
        .run("INSERT INTO booking.riders (user_id, time_zone) VALUES (42, 'Mars/Olympus_Mons')")
        .await;
    service.booked(42, station).await;
    assert!(newest(&service, 42).await.ends_with(" UTC."));
    service
        .database
        .run(
            "UPDATE booking.notifications SET locale = 'xx', \
             params = '{\"title\": \"Booked\", \"message\": \"A battery is yours.\"}'",
        )
        .await;
    let item = &inbox(&service, 42).await[0];
    assert_eq!(
        (&item["title"], &item["message"], &item["level"]),
        (&json!("Booked"), &json!("A battery is yours."), &json!("success"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_nobody_could_word_is_refused_from_every_writer() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    let order = service.booked(42, station).await;
    for (kind, order, params) in [
        ("notification", "NULL".to_owned(), r#"{"title": "T", "message": "M"}"#),
        ("notification", "NULL".to_owned(), r#"{"title": "T", "message": "M", "level": "loud"}"#),
        ("notification", "NULL".to_owned(), r#"{"station": "S"}"#),
        ("booking_ready", order.to_string(), r#"{"until": "2026-01-01T00:00:00Z"}"#),
        ("booking_ready", order.to_string(), r#"{"title": "T"}"#),
    ] {
        let sql = format!(
            "INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params) \
             VALUES (42, 0, '{kind}', {order}, '{params}')"
        );
        let error = service.database.psql.batch_execute(&sql).await.unwrap_err();
        let constraint = error.as_db_error().unwrap().constraint();
        assert_eq!(constraint, Some("notification_can_be_worded"), "{params}");
    }
}
