//! `/user/orders/`: booking, reading, collecting and cancelling.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Service, ids, time};

const ORDINARY_BYTES: usize = 64 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_books_the_battery_that_was_named() {
    let service = Service::start().await;
    let stations = service.database.stations(&[3]).await;
    let answer = service.book(42, stations[0], Some(2)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let order = answer.body;
    assert_eq!(location, format!("/user/orders/{}/", order["id"]));
    assert_eq!(time(&order["expires_at"]) - time(&order["booked_at"]), TimeDelta::hours(24));
    assert_eq!(
        order,
        json!({
            "id": order["id"].as_i64().unwrap(),
            "status": "booked",
            "station": {"id": stations[0], "name": "Station 1"},
            "battery": {
                "id": 2, "serial_number": format!("S{}-2", stations[0]), "model": "PowerCell M",
                "state_of_charge_percent": 98.0
            },
            "booked_at": order["booked_at"],
            "expires_at": order["expires_at"],
            "collected_at": null,
            "cancelled_at": null,
        })
    );
    let rider = service.api.rider(42);
    assert_eq!(rider.get(&location).await.ok(), order);
    assert_eq!(rider.get(location.trim_end_matches('/')).await.ok(), order);
    assert_eq!(rider.get("/user/orders/").await.ok(), json!({"items": [order], "next": null}));
    assert_eq!(service.battery(2).await, ("booked".into(), Some(stations[0])));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_battery_the_fullest_available_one_is_booked() {
    let service = Service::start().await;
    let stations = service.database.stations(&[5]).await;
    service
        .database
        .run(
            "UPDATE inventory.batteries SET state_of_charge_percent = (ARRAY[70, 100, 95, 99, 95])[id], \
             state = CASE id WHEN 2 THEN 'faulty' WHEN 4 THEN 'charging' ELSE state END",
        )
        .await;
    let mut booked = Vec::new();
    for _ in 0..3 {
        let rider = 42 + i64::try_from(booked.len()).unwrap();
        booked.push(service.book(rider, stations[0], None).await.ok()["battery"]["id"].as_i64().unwrap());
    }
    assert_eq!(booked, [3, 5, 1]);
    service.book(42, stations[0], None).await.is_problem(409, "station-empty");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_booked_is_refused_by_its_name_and_leaves_no_trace() {
    let service = Service::start().await;
    let stations = service.database.stations(&[4, 1, 0, 1]).await;
    service
        .database
        .run(&format!(
            "UPDATE inventory.batteries SET state = 'charging' WHERE id = 1; \
             UPDATE inventory.batteries SET state = 'faulty' WHERE id = 2; \
             UPDATE inventory.batteries SET state = 'collected', station_id = NULL WHERE id = 3; \
             UPDATE inventory.stations SET status = 'maintenance' WHERE id = {}",
            stations[3]
        ))
        .await;
    let held = service.book(41, stations[0], Some(4)).await.ok()["battery"]["id"].as_i64().unwrap();
    service.database.forget_facts().await;
    let cases = [
        (12_345, None, 404, "station-not-found"),
        (12_345, Some(1), 404, "station-not-found"),
        (-1, None, 404, "station-not-found"),
        (stations[0], Some(12_345), 404, "battery-not-found"),
        (stations[0], Some(1), 409, "battery-unavailable"),
        (stations[0], Some(2), 409, "battery-unavailable"),
        (stations[0], Some(3), 409, "battery-unavailable"),
        (stations[0], Some(held), 409, "battery-unavailable"),
        (stations[0], Some(5), 409, "battery-unavailable"),
        (stations[0], None, 409, "station-empty"),
        (stations[2], None, 409, "station-empty"),
        (stations[3], None, 409, "station-closed"),
        (stations[3], Some(6), 409, "station-closed"),
    ];
    for (station, battery, status, code) in cases {
        service.book(42, station, battery).await.is_problem(status, code);
    }
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 1);
    assert_eq!(service.database.number("SELECT count(*) FROM booking.riders").await, 1);
    assert_eq!(service.database.backlog().await, 0);
    let offline = format!("UPDATE inventory.stations SET status = 'offline' WHERE id = {}", stations[3]);
    service.database.run(&offline).await;
    service.book(42, stations[3], None).await.is_problem(409, "station-closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_collects_the_battery_and_it_leaves_its_station() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let order = service.book(42, stations[0], Some(1)).await.ok();
    service.database.run("UPDATE inventory.batteries SET state_of_charge_percent = 100 WHERE id = 1").await;
    let rider = service.api.rider(42);
    let path = format!("/user/orders/{}/", order["id"]);
    let answer = rider.send(Method::POST, &format!("{path}collect/"), None).await;
    assert_eq!(answer.status, 200);
    let collected = answer.body;
    assert!(time(&collected["collected_at"]) >= time(&order["booked_at"]));
    let mut expected = order.clone();
    expected["status"] = json!("collected");
    expected["collected_at"] = collected["collected_at"].clone();
    expected["battery"]["state_of_charge_percent"] = json!(100.0);
    assert_eq!(collected, expected);
    assert_eq!(service.battery(1).await, ("collected".into(), None));
    service.database.run("UPDATE inventory.batteries SET state_of_charge_percent = 20 WHERE id = 1").await;
    assert_eq!(rider.get(&path).await.ok(), collected, "an ended order keeps the charge of its end");
    for end in ["collect", "collect/", "cancel/"] {
        let again = rider.send(Method::POST, &format!("{path}{end}"), None).await;
        again.is_problem(409, "order-not-active");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_cancels_and_the_battery_is_available_again() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let order = service.book(42, stations[0], None).await.ok();
    let rider = service.api.rider(42);
    let path = format!("/user/orders/{}/", order["id"]);
    let answer = rider.send(Method::POST, &format!("{path}cancel/"), None).await;
    assert_eq!(answer.status, 200);
    let cancelled = answer.body;
    assert!(time(&cancelled["cancelled_at"]) >= time(&order["booked_at"]));
    let mut expected = order;
    expected["status"] = json!("cancelled");
    expected["cancelled_at"] = cancelled["cancelled_at"].clone();
    assert_eq!(cancelled, expected);
    assert_eq!(rider.get(&path).await.ok(), cancelled);
    assert_eq!(service.battery(1).await, ("available".into(), Some(stations[0])));
    for end in ["cancel", "cancel/", "collect/"] {
        let again = rider.send(Method::POST, &format!("{path}{end}"), None).await;
        again.is_problem(409, "order-not-active");
    }
    assert_eq!(service.book(43, stations[0], None).await.status, 201, "somebody else can have it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_ends_an_order_also_where_the_station_has_closed() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let (first, second) = (service.booked(42, stations[0]).await, service.booked(42, stations[0]).await);
    service.database.run("UPDATE inventory.stations SET status = 'offline', name = 'Renamed'").await;
    let rider = service.api.rider(42);
    let cancelled = rider.post(&format!("/user/orders/{first}/cancel/"), json!({})).await.ok();
    assert_eq!(cancelled["station"]["name"], "Renamed");
    assert_eq!(rider.post(&format!("/user/orders/{second}/collect/"), json!({})).await.status, 200);
    service.database.run("DELETE FROM inventory.stations").await;
    let orders = rider.get("/user/orders/").await.ok();
    assert_eq!(orders["items"][0]["station"], json!({"id": stations[0], "name": "Station 1"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_newest_first_by_status_and_in_pages() {
    let service = Service::for_many_orders().await;
    let stations = service.database.stations(&[20]).await;
    let mut orders = Vec::new();
    for _ in 0..10 {
        orders.push(service.booked(42, stations[0]).await);
        service.booked(43, stations[0]).await;
    }
    let rider = service.api.rider(42);
    rider.post(&format!("/user/orders/{}/cancel/", orders[3]), json!({})).await.ok();
    rider.post(&format!("/user/orders/{}/collect/", orders[5]), json!({})).await.ok();
    orders.reverse();
    assert_eq!(ids(&rider.get("/user/orders").await.ok()), orders);
    assert_eq!(ids(&rider.get("/user/orders/?status=cancelled").await.ok()), [orders[6]]);
    assert_eq!(ids(&rider.get("/user/orders/?status=collected").await.ok()), [orders[4]]);
    assert_eq!(ids(&rider.get("/user/orders/?status=booked").await.ok()).len(), 8);
    assert_eq!(ids(&rider.get("/user/orders/?status=expired").await.ok()), Vec::<i64>::new());
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = rider.get(&format!("/user/orders/?limit=3{after}")).await.ok();
        seen.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, orders);
    for query in ["status=open", "limit=0", "limit=501", "limit=x", "after=x", "user=43"] {
        rider.get(&format!("/user/orders/?{query}")).await.is_problem(422, "validation-failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_order_is_not_there() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let order = service.booked(42, stations[0]).await;
    let other = service.api.rider(43);
    for id in [order.to_string(), "12345".into(), "0".into(), "-1".into(), "x".into(), "9".repeat(20)] {
        other.get(&format!("/user/orders/{id}/")).await.is_problem(404, "order-not-found");
        for end in ["collect", "cancel"] {
            let answer = other.post(&format!("/user/orders/{id}/{end}/"), json!({})).await;
            answer.is_problem(404, "order-not-found");
        }
    }
    assert_eq!(other.get("/user/orders/").await.ok(), json!({"items": [], "next": null}));
    assert_eq!(service.api.rider(42).get(&format!("/user/orders/{order}/")).await.ok()["status"], "booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_acts_for_any_rider() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let (first, second) = (service.booked(42, stations[0]).await, service.booked(43, stations[0]).await);
    let admin = service.api.admin();
    assert_eq!(admin.get(&format!("/user/orders/{first}/")).await.ok()["id"], first);
    let collected = admin.post(&format!("/user/orders/{first}/collect/"), json!({})).await.ok();
    assert_eq!(collected["status"], "collected");
    let cancelled = admin.post(&format!("/user/orders/{second}/cancel/"), json!({})).await.ok();
    assert_eq!(cancelled["status"], "cancelled");
    admin.post("/user/orders/12345/cancel/", json!({})).await.is_problem(404, "order-not-found");
    let inbox = service.api.rider(42).get("/user/notifications/").await.ok();
    assert_eq!(inbox["items"][1]["type"], "booking_collected", "the rider is told, whoever did it");
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_need_a_token_and_are_not_for_operators() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let order = service.booked(42, stations[0]).await;
    let body = json!({"station": stations[0]}).to_string();
    let calls = [
        (Method::POST, "/user/orders/".to_owned(), Some(body)),
        (Method::GET, "/user/orders/".to_owned(), None),
        (Method::GET, format!("/user/orders/{order}/"), None),
        (Method::POST, format!("/user/orders/{order}/collect/"), None),
        (Method::POST, format!("/user/orders/{order}/cancel/"), None),
    ];
    for (method, path, body) in calls {
        let answer = service.api.send(method.clone(), &path, body.clone()).await;
        answer.is_problem(401, "unauthenticated");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        service.api.operator(42).send(method, &path, body).await.is_problem(403, "forbidden");
    }
    assert_eq!(service.battery(1).await.0, "booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_can_not_be_read_or_accepted_is_refused() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let rider = service.api.rider(42);
    rider.refuses_unreadable_bodies(Method::POST, "/user/orders/", ORDINARY_BYTES).await;
    let cases = [
        (json!({}), "station"),
        (json!({"battery": 1}), "station"),
        (json!({"station": "1"}), "station"),
        (json!({"station": 1.5}), "station"),
        (json!({"station": null}), "station"),
        (json!({"station": stations[0], "battery": "1"}), "battery"),
        (json!({"station": stations[0], "user_id": 43}), "user_id"),
        (json!({"station": stations[0], "battery": 1, "hold_s": 1}), "hold_s"),
    ];
    for (body, field) in cases {
        rider.post("/user/orders/", body).await.is_invalid(&[field]);
    }
    assert_eq!(service.battery(1).await.0, "available");
    let null = json!({"station": stations[0], "battery": null});
    assert_eq!(rider.post("/user/orders", null).await.status, 201, "null is none named");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_know_is_not_allowed() {
    let service = Service::start().await;
    let rider = service.api.rider(42);
    let cases: [(&str, &[Method]); 3] = [
        ("/user/orders/", &[Method::PUT, Method::PATCH, Method::DELETE]),
        ("/user/orders/1/", &[Method::PUT, Method::PATCH, Method::DELETE, Method::POST]),
        ("/user/orders/1/cancel/", &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE]),
    ];
    for (path, methods) in cases {
        for method in methods {
            rider.send(method.clone(), path, None).await.is_problem(405, "method-not-allowed");
        }
    }
    rider.get("/user/orders/1/collect/").await.is_problem(405, "method-not-allowed");
    let nothing: Value = rider.get("/user/").await.body;
    assert_eq!(nothing["code"], "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_frees_a_held_battery_by_hand_is_refused_and_told_how_to_end_the_hold() {
    let service = Service::for_many_orders().await;
    let station = service.database.stations(&[2]).await[0];
    let order = service.booked(42, station).await;
    let free = "UPDATE inventory.batteries SET state = 'available' WHERE id = 1";
    let error = service.database.psql.batch_execute(free).await.expect_err(free);
    let error = error.as_db_error().unwrap();
    assert_eq!((error.code().code(), error.constraint()), ("SW409", Some("battery-booked")));
    assert!(error.hint().is_some_and(|hint| hint.contains("inventory.release_battery")), "{error:?}");
    assert_eq!(service.book(43, station, None).await.ok()["battery"]["id"], 2);
    service.book(43, station, None).await.is_problem(409, "station-empty");
    service.book(43, station, Some(1)).await.is_problem(409, "battery-unavailable");
    service.database.run(&format!("SELECT booking.cancel_order({order})")).await;
    assert_eq!(service.book(43, station, None).await.ok()["battery"]["id"], 1);
}
