//! `/stations/{id}/history/`: who changed what and when, whoever it was.

use serde_json::{Value, json};

use crate::app::Service;

/// The lines of a station's history, oldest first, as (action, actor, battery).
async fn lines(service: &Service, station: i64) -> Vec<(String, Value, Value)> {
    let path = format!("/stations/{station}/history/");
    let history = service.api.operator(7).get(&path).await.ok();
    let mut lines: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (line["action"].as_str().unwrap().to_owned(), line["actor"].clone(), line["battery_id"].clone())
        })
        .collect();
    lines.reverse();
    lines
}

fn user(id: i64) -> Value {
    json!({"kind": "user", "user_id": id})
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_through_the_api_stands_in_the_name_of_the_caller() {
    let service = Service::start().await;
    let api = service.api.operator(7);
    let place = json!({"name": "Mitte", "latitude": 52.5, "longitude": 13.4});
    let station = api.post("/stations/", place).await.ok()["id"].as_i64().unwrap();
    let path = format!("/stations/{station}/");
    let new = json!([{"serial_number": "A", "model": "M"}, {"serial_number": "B", "model": "M"}]);
    api.post("/batteries/", new).await.ok();
    api.put(&format!("{path}batteries/"), json!({"batteries": [1, 2]})).await.ok();
    api.patch("/batteries/1/", json!({"state": "faulty", "state_of_charge_percent": 5})).await.ok();
    api.delete(&format!("{path}batteries/2/")).await;
    let change = json!({"name": "Mitte 2", "status": "maintenance", "status_message": "New lockers"});
    service.api.admin().patch(&path, change).await.ok();
    let seen = lines(&service, station).await;
    let expected = [
        ("station_created", user(7), json!(null)),
        ("battery_added", user(7), json!(1)),
        ("battery_added", user(7), json!(2)),
        ("battery_changed", user(7), json!(1)),
        ("battery_removed", user(7), json!(2)),
        ("station_changed", user(1), json!(null)),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(a, b, c)| (a.to_owned(), b, c)).collect();
    assert_eq!(seen, expected);
    let history = api.get(&format!("{path}history/?limit=1")).await.ok();
    assert_eq!(
        history["items"][0]["changes"],
        json!({
            "name": ["Mitte", "Mitte 2"],
            "status": ["online", "maintenance"],
            "status_message": ["", "New lockers"]
        })
    );
    let registered =
        "SELECT count(*) FROM inventory.history WHERE action = 'battery_registered' AND actor_id = 7";
    assert_eq!(service.database.number(registered).await, 2);
    api.patch("/batteries/1/", json!({"state_of_charge_percent": 6})).await.ok();
    assert_eq!(lines(&service, station).await.len(), 6, "a reading is no decision");
}

#[tokio::test(flavor = "multi_thread")]
async fn riders_time_and_somebody_at_psql_are_told_apart() {
    let service = Service::start().await;
    let stations = service.database.stations(&[3]).await;
    let station = stations[0];
    let database = &service.database;
    database.run(&format!("BEGIN; SELECT booking.place_order(42, {station}, 1); UPDATE inventory.batteries SET state = 'charging' WHERE id = 2; COMMIT")).await;
    database.run("SELECT booking.cancel_order(1, NULL, 1)").await;
    database.run(&format!("SELECT booking.place_order(43, {station}, 1)")).await;
    database.run("UPDATE booking.orders SET booked_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = 2; SELECT booking.expire_orders()").await;
    database.run(&format!("SELECT booking.place_order(44, {station}, 3)")).await;
    database.run("SELECT booking.collect_order(3, 44, 44)").await;
    let seen: Vec<_> = lines(&service, station).await.split_off(4);
    let expected = [
        ("battery_booked", user(42), 1),
        ("battery_changed", json!({"kind": "database"}), 2),
        ("battery_released", user(1), 1),
        ("battery_booked", user(43), 1),
        ("battery_released", json!({"kind": "time"}), 1),
        ("battery_booked", user(44), 3),
        ("battery_collected", user(44), 3),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(a, b, c)| (a.to_owned(), b, json!(c))).collect();
    assert_eq!(seen, expected);
    let ends =
        "SELECT array_agg(cause::text ORDER BY id) FROM inventory.history WHERE held_since IS NOT NULL";
    let causes: Vec<Option<String>> = database.row(ends).await.get(0);
    assert_eq!(
        causes,
        [Some("cancelled".into()), Some("expired".into()), None],
        "each end knows its beginning"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_for_the_owner_in_pages_and_nobody_rewrites_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[7, 0]).await;
    let path = format!("/stations/{}/history/", stations[0]);
    service.api.get(&path).await.is_problem(401, "unauthenticated");
    service.api.rider(42).get(&path).await.is_problem(403, "forbidden");
    service.api.operator(8).get(&path).await.is_problem(403, "forbidden");
    service.api.operator(7).get("/stations/999/history/").await.is_problem(404, "station-not-found");
    for query in ["after=x", "after=1_x", "after=-8000000000000000000_1", "limit=0", "from=1"] {
        service.api.operator(7).get(&format!("{path}?{query}")).await.is_problem(422, "validation-failed");
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = service.api.admin().get(&format!("{path}?limit=3{after}")).await.ok();
        seen.extend(page["items"].as_array().unwrap().iter().map(|line| line["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut newest_first = seen.clone();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!((seen.len(), &seen), (8, &newest_first));
    for sql in [
        "UPDATE inventory.history SET actor_id = 1",
        "DELETE FROM inventory.history",
        "TRUNCATE inventory.history",
    ] {
        let error = service.database.psql.batch_execute(sql).await.expect_err(sql);
        assert!(error.to_string().contains("db error"), "{error}");
    }
}
