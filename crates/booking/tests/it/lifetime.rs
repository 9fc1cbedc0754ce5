//! What time does to orders: expiry, reminders, and the limit of what one rider holds meanwhile.

use serde_json::json;
use testbed::until;
use tokio::task::JoinSet;

use crate::app::{Service, ids, time};

async fn service(orders: serde_json::Value) -> Service {
    Service::with_settings(json!({"orders": orders})).await
}

/// How often riders were notified of this.
async fn told(service: &Service, kind: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM booking.notifications WHERE kind = '{kind}'");
    service.database.number(&sql).await
}

/// The time of the database goes on by so much, for these orders.
async fn later(service: &Service, interval: &str) {
    let sql = format!(
        "UPDATE booking.orders SET booked_at = booked_at - interval '{interval}', \
         expires_at = expires_at - interval '{interval}', remind_at = remind_at - interval '{interval}' \
         WHERE status = 'booked'"
    );
    service.database.run(&sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_time_is_over_expires_once_and_its_battery_is_available_again() {
    let service = service(json!({"hold_s": 1, "sweep_ms": 20})).await;
    let stations = service.database.stations(&[1]).await;
    let order = service.book(42, stations[0], None).await.ok();
    assert_eq!((time(&order["expires_at"]) - time(&order["booked_at"])).num_seconds(), 1);
    until("the battery is available", async || service.battery(1).await.0 == "available").await;
    let late = "SELECT (extract(epoch FROM expired_at - expires_at) * 1000)::bigint FROM booking.orders";
    let late = service.database.number(late).await;
    assert!((0..2_000).contains(&late), "{late} ms after its time, which is the promise of the contract");
    let rider = service.api.rider(42);
    let path = format!("/user/orders/{}/", order["id"]);
    let ended = rider.get(&path).await.ok();
    assert_eq!((&ended["status"], &ended["cancelled_at"]), (&json!("expired"), &json!(null)));
    for end in ["collect", "cancel"] {
        rider.post(&format!("{path}{end}/"), json!({})).await.is_problem(409, "order-not-active");
    }
    assert_eq!(ids(&rider.get("/user/orders/?status=expired").await.ok()).len(), 1);
    assert_eq!((told(&service, "booking_expired").await, told(&service, "booking_expiring").await), (1, 0));
    let history =
        "SELECT cause FROM inventory.history WHERE action = 'battery_released' AND actor_id IS NULL";
    assert_eq!(service.database.row(history).await.get::<_, String>(0), "expired");
    assert_eq!(service.book(43, stations[0], None).await.status, 201, "somebody else can have it");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_and_riders_who_end_orders_meanwhile_end_each_order_once() {
    const ORDERS: i64 = 300;
    let mut service = service(json!({"sweep_ms": 1, "hold_s": 86_400})).await;
    let stations = service.database.stations(&[50; 6]).await;
    for (rider, station) in (0..ORDERS).zip(stations.iter().cycle()) {
        let rider = 100 + rider % 30;
        let book = format!("SELECT booking.place_order({rider}, {station}, p_active_limit => 100)");
        service.database.run(&book).await;
    }
    let apis = [service.api.clone(), service.another(), service.another()];
    later(&service, "1 day").await;
    let mut riders = JoinSet::new();
    for order in (1..=ORDERS).rev().step_by(3) {
        let api = apis[usize::try_from(order % 3).unwrap()].rider(100 + (order - 1) % 30);
        let end = if order % 2 == 0 { "collect" } else { "cancel" };
        riders
            .spawn(async move { api.post(&format!("/user/orders/{order}/{end}/"), json!({})).await.status });
    }
    let statuses = riders.join_all().await;
    until("no order is active", async || {
        service.database.number("SELECT count(*) FROM booking.orders WHERE status = 'booked'").await == 0
    })
    .await;
    assert!(statuses.iter().all(|status| [200, 409].contains(&status.as_u16())), "{statuses:?}");
    let expired = "SELECT count(*) FROM booking.orders WHERE status = 'expired'";
    assert_eq!(told(&service, "booking_expired").await, service.database.number(expired).await);
    let ended = "SELECT count(*) FROM booking.notifications WHERE kind <> 'booking_confirmed'";
    assert_eq!(service.database.number(ended).await, ORDERS, "each order ended once");
    let wrong = "SELECT count(*) FROM inventory.batteries b LEFT JOIN booking.orders o ON o.battery_id = b.id \
        WHERE b.state <> CASE o.status WHEN 'collected' THEN 'collected' ELSE 'available' END";
    assert_eq!(service.database.number(wrong).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_is_reminded_once_before_the_end_and_not_of_what_is_over() {
    let mut service = service(json!({"hold_s": 7_200, "remind_before_s": 3_600, "sweep_ms": 10})).await;
    service.another();
    let stations = service.database.stations(&[3]).await;
    service.booked(42, stations[0]).await;
    let short = format!("SELECT booking.place_order(43, {}, NULL, '59 minutes')", stations[0]);
    service.database.run(&short).await;
    let remind = "SELECT count(*) FROM booking.orders WHERE remind_at = expires_at - interval '1 hour'";
    assert_eq!(service.database.number(remind).await, 1, "and none for a hold that is shorter than that");
    later(&service, "50 minutes").await;
    service.booked(44, stations[0]).await;
    assert_eq!(told(&service, "booking_expiring").await, 0, "not yet");
    later(&service, "11 minutes").await;
    until("the first is reminded", async || told(&service, "booking_expiring").await == 1).await;
    until("the short one is over", async || told(&service, "booking_expired").await == 1).await;
    // The third misses its reminder: by the time anybody sweeps again it is over.
    service.database.run("UPDATE booking.orders SET remind_at = NULL WHERE user_id = 42").await;
    later(&service, "2 hours").await;
    until("all are over", async || told(&service, "booking_expired").await == 3).await;
    assert_eq!(
        told(&service, "booking_expiring").await,
        1,
        "who is told of the end is not told of its coming"
    );
    let order =
        "SELECT array_agg(kind::text ORDER BY notification_id) FROM booking.notifications WHERE user_id = 42";
    let kinds: Vec<String> = service.database.row(order).await.get(0);
    assert_eq!(kinds, ["booking_confirmed", "booking_expiring", "booking_expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_holds_two_batteries_at_most_however_many_are_asked_for_at_once() {
    let service = service(json!({})).await;
    let stations = service.database.stations(&[20]).await;
    let mut asking = JoinSet::new();
    for _ in 0..16 {
        let api = service.api.rider(42);
        let body = json!({"station": stations[0]});
        asking.spawn(async move { api.post("/user/orders/", body).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        asking.join_all().await.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 2);
    for answer in &lost {
        answer.is_problem(409, "order-limit-reached");
    }
    assert_eq!(service.book(43, stations[0], None).await.status, 201, "others go on");
    let path = format!("/user/orders/{}/collect/", won[0].body["id"]);
    service.api.rider(42).post(&path, json!({})).await.ok();
    assert_eq!(service.book(42, stations[0], None).await.status, 201, "only held ones count");
    service.book(42, stations[0], None).await.is_problem(409, "order-limit-reached");
}
