//! `Idempotency-Key`: asked twice, booked once.

use serde_json::{Value, json};
use testbed::{Answer, Api, until};
use tokio::task::JoinSet;

use crate::app::Service;

async fn ask(api: &Api, key: &str, body: &Value) -> Answer {
    api.with_header("idempotency-key", key).post("/user/orders/", body.clone()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_first_answer_on_any_instance() {
    let mut service = Service::start().await;
    let stations = service.database.stations(&[5]).await;
    let (api, other) = (service.api.rider(42), service.another().rider(42));
    let body = json!({"station": stations[0]});
    let first = ask(&api, "a key", &body).await;
    assert_eq!(first.status, 201);
    assert!(!first.headers.contains_key("idempotent-replayed"));
    // What has become of the order meanwhile does not change the answer.
    api.post(&format!("/user/orders/{}/cancel/", first.body["id"]), json!({})).await.ok();
    for again in [ask(&other, "a key", &body).await, ask(&api, "a key", &body).await] {
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(again.headers["idempotent-replayed"], "true");
    }
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 1);
    let somebody_else = ask(&service.api.rider(43), "a key", &body).await;
    assert_ne!(somebody_else.body["id"], first.body["id"], "a key is its rider's own");
    assert_ne!(ask(&api, "another key", &body).await.body["id"], first.body["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_repeated_too_and_another_body_is_refused() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0, 1]).await;
    let api = service.api.rider(42);
    for (key, body, status, code) in [
        ("empty", json!({"station": stations[0]}), 409, "station-empty"),
        ("unknown", json!({"station": 999}), 404, "station-not-found"),
        ("no battery", json!({"station": stations[1], "battery": 999}), 404, "battery-not-found"),
    ] {
        let first = ask(&api, key, &body).await;
        first.is_problem(status, code);
        service
            .database
            .run(&format!(
                "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id) \
                 VALUES (7, '{key}', 'M', {})",
                stations[0]
            ))
            .await;
        let again = ask(&api, key, &body).await;
        again.is_problem(status, code);
        assert_eq!(again.body, first.body);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let reused = ask(&api, key, &json!({"station": stations[1]})).await;
        reused.is_problem(422, "idempotency-key-reused");
    }
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 0);
    // What is not about booking is not kept: the corrected request may use the key.
    ask(&api, "fresh", &json!({"station": "x"})).await.is_problem(422, "validation-failed");
    ask(&service.api, "fresh", &json!({"station": stations[1]})).await.is_problem(401, "unauthenticated");
    assert_eq!(ask(&api, "fresh", &json!({"station": stations[1]})).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_books_and_the_others_wait_or_get_its_answer() {
    let mut service = Service::start().await;
    let stations = service.database.stations(&[50]).await;
    let instances = [service.api.clone(), service.another()];
    for round in 0..5 {
        let mut asking = JoinSet::new();
        for attempt in 0..20_usize {
            let api = instances[attempt % 2].rider(100 + round);
            let (key, body) = (format!("round {round}"), json!({"station": stations[0]}));
            asking.spawn(async move { ask(&api, &key, &body).await });
        }
        let answers = asking.join_all().await;
        let mut orders: Vec<i64> = Vec::new();
        for answer in &answers {
            match answer.body["id"].as_i64() {
                Some(id) => orders.push(id),
                None => answer.is_problem(409, "idempotency-key-in-flight"),
            }
        }
        orders.dedup();
        assert_eq!(orders.len(), 1, "one order, whoever asked");
    }
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_flight_is_refused_at_once_and_free_again_when_nothing_came_of_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[5]).await;
    let (api, body) = (service.api.rider(42), json!({"station": stations[0]}));
    let place = format!(
        "BEGIN; SELECT booking.place_order_once('slow', '1 day', 42, {}, NULL, '1 day', '1 hour', 2)",
        stations[0]
    );
    service.database.run(&place).await;
    ask(&api, "slow", &body).await.is_problem(409, "idempotency-key-in-flight");
    service.database.run("ROLLBACK").await;
    let booked = ask(&api, "slow", &body).await;
    assert_eq!(booked.status, 201);
    assert!(!booked.headers.contains_key("idempotent-replayed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_forgotten_after_a_day_and_one_that_can_not_be_read_is_refused() {
    let service = Service::start().await;
    let stations = service.database.stations(&[5]).await;
    let (api, body) = (service.api.rider(42), json!({"station": stations[0]}));
    let first = ask(&api, "day", &body).await.ok();
    let age =
        "UPDATE booking.idempotency_keys SET created_at = now() - interval '1 day' + interval '1 minute'";
    service.database.run(age).await;
    assert_eq!(ask(&api, "day", &body).await.body["id"], first["id"], "kept to the end of the day");
    service.database.run("UPDATE booking.idempotency_keys SET created_at = now() - interval '1 day'").await;
    assert_ne!(ask(&api, "day", &body).await.body["id"], first["id"], "and then a new request");
    let mut sweeping = Service::start().await;
    sweeping
        .database
        .run(
            "INSERT INTO booking.idempotency_keys (user_id, key, station_id, refusal, created_at) \
             SELECT 42, n::text, 1, 'station-empty', now() - (n || ' hours')::interval FROM generate_series(1, 500) n",
        )
        .await;
    // The first sweep may have been before: a fresh instance starts with one.
    sweeping.another();
    until("old keys are gone", async || {
        sweeping.database.number("SELECT count(*) FROM booking.idempotency_keys").await == 23
    })
    .await;
    for key in ["", " ", &"x".repeat(256)] {
        ask(&api, key, &body).await.is_invalid(&["Idempotency-Key"]);
    }
    for key in ["t\tab", "ünïcode"] {
        ask(&api, key, &body).await.is_problem(400, "bad-request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_repeated_to_several_at_once() {
    let service = Service::start().await;
    let stations = service.database.stations(&[5]).await;
    let (api, body) = (service.api.rider(42), json!({"station": stations[0]}));
    let first = ask(&api, "a key", &body).await;
    // As while another repetition of the request is at work.
    service.database.run("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('a key', 42))").await;
    let again = ask(&api, "a key", &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    ask(&api, "a new key", &body).await.ok();
}
