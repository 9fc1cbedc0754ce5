//! Each change of an order notifies its rider once, whoever makes it, and a change is whole or not at all.

use serde_json::json;
use testbed::{token, until};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::app::Service;

/// What the rider was notified of since the last call: (kind, order), from the outbox and the inbox together.
async fn told(service: &Service) -> Vec<(String, Option<i64>)> {
    let rows = service
        .database
        .psql
        .query(
            "SELECT n.kind, n.order_id FROM booking.outbox o JOIN booking.notifications n \
             USING (user_id, notification_id) ORDER BY o.id",
            &[],
        )
        .await
        .unwrap();
    service.database.run("DELETE FROM booking.outbox").await;
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn notifications(service: &Service) -> i64 {
    service.database.number("SELECT count(*) FROM booking.notifications").await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_over_http_appends_one_notification_and_one_fact() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let rider = service.api.rider(42);
    let order = service.booked(42, stations[0]).await;
    assert_eq!(told(&service).await, [("booking_confirmed".into(), Some(order))]);
    rider.post(&format!("/user/orders/{order}/cancel/"), json!({})).await.ok();
    assert_eq!(told(&service).await, [("booking_cancelled".into(), Some(order))]);
    let order = service.booked(42, stations[0]).await;
    rider.post(&format!("/user/orders/{order}/collect/"), json!({})).await.ok();
    assert_eq!(
        told(&service).await,
        [("booking_confirmed".into(), Some(order)), ("booking_collected".into(), Some(order))]
    );
    rider
        .post(&format!("/user/orders/{order}/collect/"), json!({}))
        .await
        .is_problem(409, "order-not-active");
    rider.post("/user/notifications/1/read/", json!({})).await.ok();
    assert_eq!(told(&service).await, [], "a refusal and a read mark are told to nobody");
    assert_eq!(notifications(&service).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_types_into_psql_is_told_as_well() {
    let service = Service::start().await;
    let stations = service.database.stations(&[4]).await;
    let database = &service.database;
    database.run(&format!("SELECT booking.place_order(42, {}, 3)", stations[0])).await;
    assert_eq!(told(&service).await, [("booking_confirmed".into(), Some(1))]);
    database.run("UPDATE booking.orders SET status = 'cancelled', cancelled_at = now()").await;
    assert_eq!(told(&service).await, [("booking_cancelled".into(), Some(1))]);
    database.run("UPDATE booking.orders SET status = status, station_name = 'New'").await;
    assert_eq!(told(&service).await, [], "no change of status, nothing to tell");

    for rider in [52, 51, 52] {
        database.run(&format!("SELECT booking.place_order({rider}, {})", stations[0])).await;
    }
    told(&service).await;
    database
        .run("UPDATE booking.orders SET status = 'expired', expired_at = now() WHERE status = 'booked'")
        .await;
    let expired: Vec<_> = [3, 2, 4].map(|order| ("booking_expired".into(), Some(order))).into();
    assert_eq!(told(&service).await, expired, "one each, rider by rider");
    database.run("SELECT booking.send_notification(42, 'Hello', 'World', 'info')").await;
    assert_eq!(told(&service).await, [("notification".into(), None)]);
    assert_eq!(notifications(&service).await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_rolled_back_tells_nothing_and_uses_no_number() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    service.database.forget_facts().await;
    service.database.run(&format!("BEGIN; SELECT booking.place_order(42, {}); ROLLBACK", stations[0])).await;
    assert_eq!(service.database.backlog().await, 0);
    assert_eq!(service.battery(1).await.0, "available");
    service.booked(42, stations[0]).await;
    let id = service.database.number("SELECT notification_id FROM booking.notifications").await;
    assert_eq!(id, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_active_order_for_a_battery_and_an_order_that_ends_wrongly_are_refused() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    service.database.run(&format!("SELECT booking.place_order(42, {}, 1)", stations[0])).await;
    let insert = "INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, \
        state_of_charge_percent, booked_at, expires_at, status, cancelled_at)";
    let refused = [
        (
            "one_active_order_per_battery",
            format!("{insert} VALUES (42, 1, 'A', 1, 1, now(), now() + '1 h', 'booked', NULL)"),
        ),
        (
            "order_status_known",
            format!("{insert} VALUES (42, 1, 'A', 2, 1, now(), now() + '1 h', 'lost', now())"),
        ),
        (
            "order_expires_after_booking",
            format!("{insert} VALUES (42, 1, 'A', 2, 1, now(), now(), 'booked', NULL)"),
        ),
        ("order_ends_once", "UPDATE booking.orders SET status = 'cancelled'".into()),
        ("order_ends_once", "UPDATE booking.orders SET cancelled_at = now()".into()),
        ("order_ends_once", "UPDATE booking.orders SET status = 'collected', cancelled_at = now()".into()),
        (
            "order_ends_once",
            "UPDATE booking.orders SET status = 'expired', expired_at = now(), cancelled_at = now()".into(),
        ),
        (
            "orders_belong_to_batteries",
            format!("{insert} VALUES (42, 1, 'A', 9, 1, now(), now() + '1 h', 'booked', NULL)"),
        ),
    ];
    for (constraint, sql) in refused {
        let error = service.database.psql.batch_execute(&sql).await.unwrap_err();
        assert_eq!(error.as_db_error().and_then(|e| e.constraint()), Some(constraint), "{sql}: {error:?}");
    }
    let ended = format!("{insert} VALUES (42, 1, 'A', 1, 1, now(), now() + '1 h', 'cancelled', now())");
    service.database.run(&ended).await;
}

/// Sends a booking and doesn't read the answer.
async fn ask(service: &Service, rider: i64, station: i64) -> TcpStream {
    let body = json!({"station": station}).to_string();
    let request = format!(
        "POST /user/orders/ HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        token(rider, service::Role::Rider),
        body.len()
    );
    let mut client = TcpStream::connect(service.address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_in_the_middle_of_its_booking_has_it_all_the_same() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let operator = service.database.connect_as(&service.database.inventory_url()).await;
    let lock = format!("BEGIN; SELECT FROM inventory.stations WHERE id = {} FOR UPDATE", stations[0]);
    operator.batch_execute(&lock).await.unwrap();
    let client = ask(&service, 42, stations[0]).await;
    service.database.waits_for_locks(1).await;
    drop(client);
    operator.batch_execute("COMMIT").await.unwrap();
    until("the booking is made", async || {
        service.database.number("SELECT count(*) FROM booking.orders").await == 1
    })
    .await;
    assert_eq!(told(&service).await, [("booking_confirmed".into(), Some(1))]);
    assert_eq!(service.battery(1).await.0, "booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_after_asking_gets_its_booking_whole_or_not_at_all() {
    let service = Service::start().await;
    let stations = service.database.stations(&[40]).await;
    for rider in 100..132 {
        let client = ask(&service, rider, stations[0]).await;
        // Some hang up at once, some a little later; all without reading.
        for _ in 0..rider % 8 {
            tokio::task::yield_now().await;
        }
        drop(client);
    }
    service.booked(42, stations[0]).await;
    until("the service is at rest", async || {
        let busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'swapwire_booking' \
            AND datname = current_database() AND state <> 'idle'";
        service.database.number(busy).await == 0
    })
    .await;
    let torn =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    assert_eq!(service.database.number(torn).await, 0);
    let row = service
        .database
        .row(
            "SELECT (SELECT count(*) FROM booking.orders), \
                    (SELECT count(*) FROM booking.notifications), \
                    (SELECT count(*) FROM booking.outbox), \
                    (SELECT count(*) FROM inventory.batteries WHERE state = 'booked'), \
                    (SELECT count(*) FROM inventory.outbox WHERE kind = 'battery_booked')",
        )
        .await;
    let orders: i64 = row.get(0);
    assert!(orders >= 1);
    for column in 1..5 {
        assert_eq!(row.get::<_, i64>(column), orders, "column {column}");
    }
}
