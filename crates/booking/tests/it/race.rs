//! What only shows when many come at once.

use std::collections::BTreeSet;

use serde_json::json;
use testbed::Answer;
use tokio::task::JoinSet;

use crate::app::Service;

/// Riders 100, 101, … book at the same moment.
async fn all_book(service: &Service, riders: i64, station: i64, battery: Option<i64>) -> Vec<Answer> {
    let mut racing = JoinSet::new();
    for rider in 100..100 + riders {
        let api = service.api.rider(rider);
        let mut body = json!({"station": station});
        if let Some(battery) = battery {
            body["battery"] = json!(battery);
        }
        racing.spawn(async move { api.post("/user/orders/", body).await });
    }
    racing.join_all().await
}

fn split(answers: Vec<Answer>, code: &str) -> (Vec<Answer>, usize) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    for answer in &lost {
        answer.is_problem(409, code);
    }
    (won, lost.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_riders_who_race_for_one_battery_one_gets_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let (won, lost) = split(all_book(&service, 64, stations[0], Some(1)).await, "battery-unavailable");
    assert_eq!((won.len(), lost), (1, 63));
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 1);
    assert_eq!(service.database.number("SELECT count(*) FROM booking.notifications").await, 1);
    assert_eq!(service.battery(1).await.0, "booked");
    assert_eq!(service.battery(2).await.0, "available");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_riders_at_a_station_with_ten_batteries_take_ten_different_ones() {
    let service = Service::start().await;
    let stations = service.database.stations(&[10]).await;
    let (won, lost) = split(all_book(&service, 64, stations[0], None).await, "station-empty");
    assert_eq!((won.len(), lost), (10, 54));
    let batteries: BTreeSet<_> =
        won.iter().map(|order| order.body["battery"]["id"].as_i64().unwrap()).collect();
    assert_eq!(batteries.len(), 10);
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_end_one_order_at_once_one_ends_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[8]).await;
    for ends in [["collect", "collect"], ["cancel", "cancel"], ["collect", "cancel"], ["cancel", "collect"]] {
        let order = service.booked(42, stations[0]).await;
        service.database.forget_facts().await;
        let mut racing = JoinSet::new();
        for end in ends.iter().cycle().take(8) {
            let (api, path) = (service.api.rider(42), format!("/user/orders/{order}/{end}/"));
            racing.spawn(async move { api.post(&path, json!({})).await });
        }
        let answers = racing.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        lost.iter().for_each(|answer| answer.is_problem(409, "order-not-active"));
        assert_eq!((won.len(), lost.len()), (1, 7), "{ends:?}");
        let order = &won[0].body;
        let state = if order["status"] == "collected" { "collected" } else { "available" };
        assert_eq!(service.battery(order["battery"]["id"].as_i64().unwrap()).await.0, state);
        assert_eq!(service.database.backlog().await, 2, "one fact of the battery and one of the order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_who_books_and_cancels_at_once_in_many_places_never_locks_up() {
    let service = Service::for_many_orders().await;
    let stations = service.database.stations(&[4, 4]).await;
    let mut racing = JoinSet::new();
    for worker in 0..16_usize {
        let (api, station) = (service.api.rider(42), stations[worker % 2]);
        racing.spawn(async move {
            for _ in 0..10 {
                let answer = api.post("/user/orders/", json!({"station": station})).await;
                if answer.status == 201 {
                    api.post(&format!("/user/orders/{}/cancel/", answer.body["id"]), json!({})).await.ok();
                } else {
                    answer.is_problem(409, "station-empty");
                }
            }
        });
    }
    racing.join_all().await;
    let available = "SELECT count(*) FROM inventory.batteries WHERE state = 'available'";
    assert_eq!(service.database.number(available).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_booking_is_made_after_the_close_of_its_station_was_committed() {
    let service = Service::for_many_orders().await;
    let stations = service.database.stations(&[60; 6]).await;
    for station in stations {
        let mut racing = JoinSet::new();
        for rider in 100..132 {
            let api = service.api.rider(rider);
            racing.spawn(async move { api.post("/user/orders/", json!({"station": station})).await });
        }
        // Close it while they book: as soon as the first of them is through.
        let first = racing.join_next().await.unwrap().unwrap();
        assert_eq!(first.status, 201);
        let close = format!("UPDATE inventory.stations SET status = 'offline' WHERE id = {station}");
        service.database.run(&close).await;
        let count = format!("SELECT count(*) FROM booking.orders WHERE station_id = {station}");
        let when_closed = service.database.number(&count).await;
        let answers = racing.join_all().await;
        let (won, _) = split(answers, "station-closed");
        assert_eq!(service.database.number(&count).await, when_closed, "none after the close");
        assert_eq!(i64::try_from(won.len()).unwrap() + 1, when_closed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_waits_for_a_booking_that_is_under_way_and_a_booking_for_a_close() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let station = stations[0];
    let other = service.database.connect_as(&service.database.inventory_url()).await;
    let close = format!("UPDATE inventory.stations SET status = 'offline' WHERE id = {station}");

    service.database.run(&format!("BEGIN; SELECT booking.place_order(42, {station})")).await;
    let refused = other.batch_execute(&format!("SET lock_timeout = '200ms'; {close}")).await;
    let code = refused.unwrap_err().code().cloned();
    assert_eq!(code, Some(tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE));
    service.database.run("COMMIT").await;

    other.batch_execute(&format!("BEGIN; {close}")).await.unwrap();
    let api = service.api.rider(43);
    let booking = tokio::spawn(async move { api.post("/user/orders/", json!({"station": station})).await });
    service.database.waits_for_locks(1).await;
    other.batch_execute("COMMIT").await.unwrap();
    booking.await.unwrap().is_problem(409, "station-closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_that_somebody_locks_by_hand_is_waited_for() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    let other = service.database.connect_as(&service.database.superuser_url()).await;
    for strength in ["KEY SHARE", "SHARE", "UPDATE"] {
        let lock = format!("BEGIN; SELECT FROM inventory.batteries WHERE id = 1 FOR {strength}");
        other.batch_execute(&lock).await.unwrap();
        let api = service.api.rider(42);
        let booking =
            tokio::spawn(async move { api.post("/user/orders/", json!({"station": station})).await });
        service.database.waits_for_locks(1).await;
        other.batch_execute("COMMIT").await.unwrap();
        let order = booking.await.unwrap().ok();
        service.api.rider(42).post(&format!("/user/orders/{}/cancel/", order["id"]), json!({})).await.ok();
    }
}
