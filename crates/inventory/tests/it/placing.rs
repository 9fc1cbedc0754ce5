//! `/stations/{id}/batteries/`: placing batteries at a station and taking them away.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{Service, ids};
use crate::batteries::{battery, many};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_batteries_are_placed_at_once_and_placing_them_again_changes_nothing() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0]).await;
    let operator = service.api.operator(7);
    operator.post("/batteries/", json!(many(1_000))).await.ok();
    let (station, all) = (format!("/stations/{}/", stations[0]), (1..=1_000).collect::<Vec<i64>>());
    let path = format!("{station}batteries/");
    let few = operator.put(&path, json!({"batteries": [3, 1, 2, 3]})).await.ok();
    assert_eq!(few, json!({"added": [1, 2, 3], "already_here": []}), "a repeated id counts once");
    let placed = operator.put(&path, json!({"batteries": all})).await.ok();
    assert_eq!(placed, json!({"added": all[3..], "already_here": [1, 2, 3]}));
    assert_eq!(service.api.get(&station).await.ok()["available_batteries"], 1_000);
    service.database.forget_facts().await;
    let again = operator.put(&path, json!({"batteries": all})).await.ok();
    assert_eq!(again, json!({"added": [], "already_here": all}));
    assert_eq!(service.database.backlog().await, 0, "nothing happened, so nothing is told");
    assert_eq!(
        operator.put(&path, json!({"batteries": []})).await.ok(),
        json!({"added": [], "already_here": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_battery_that_can_not_be_placed_leaves_all_where_they_were() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0, 1]).await;
    let operator = service.api.operator(7);
    let free = ids(&operator.post("/batteries/", json!(many(3))).await.ok());
    let foreign = service.api.operator(8).post("/batteries/", battery("foreign")).await.ok()["id"].clone();
    let path = format!("/stations/{}/batteries/", stations[0]);
    let with = |other: &Value| json!({"batteries": [free[0], free[1], other, free[2]]});
    operator.put(&path, with(&json!(1))).await.is_problem(409, "battery-elsewhere");
    operator.put(&path, with(&json!(12_345))).await.is_problem(404, "battery-not-found");
    operator.put(&path, with(&foreign)).await.is_problem(404, "battery-not-found");
    assert_eq!(ids(&service.api.get(&path).await.ok()), Vec::<i64>::new());
    assert_eq!(operator.get("/batteries/1/").await.ok()["station_id"], stations[1]);
    let placed = service.api.admin().put(&path, with(&foreign)).await.ok();
    assert_eq!(placed["added"].as_array().unwrap().len(), 4, "an admin places anybody's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_battery_is_already_here_and_stays_booked() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1, 0]).await;
    service.database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    let operator = service.api.operator(7);
    let place = |station: i64| (format!("/stations/{station}/batteries/"), json!({"batteries": [1]}));
    let (here, body) = place(stations[0]);
    assert_eq!(operator.put(&here, body).await.ok(), json!({"added": [], "already_here": [1]}));
    let (elsewhere, body) = place(stations[1]);
    operator.put(&elsewhere, body).await.is_problem(409, "battery-elsewhere");
    assert_eq!(operator.get("/batteries/1/").await.ok()["state"], "booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collected_battery_returns_available_or_charging_below_the_ready_mark() {
    let service = Service::start().await;
    let stations = service.database.stations(&[4, 0]).await;
    service
        .database
        .run(
            "UPDATE inventory.batteries SET state_of_charge_percent = (ARRAY[100, 90, 89.9, 5])[id]; \
             UPDATE inventory.batteries SET state = 'collected', station_id = NULL WHERE id <= 3; \
             UPDATE inventory.batteries SET state = 'faulty', station_id = NULL WHERE id = 4",
        )
        .await;
    let operator = service.api.operator(7);
    let path = format!("/stations/{}/batteries/", stations[1]);
    let placed = operator.put(&path, json!({"batteries": [1, 2, 3, 4]})).await.ok();
    assert_eq!(placed["added"], json!([1, 2, 3, 4]));
    let there = service.api.get(&path).await.ok();
    let states: Vec<_> =
        there["items"].as_array().unwrap().iter().map(|b| b["state"].as_str().unwrap()).collect();
    assert_eq!(
        states,
        ["available", "available", "charging", "faulty"],
        "only a collected one changes its state"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_place_batteries_that_can_not_be_accepted_is_named() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0]).await;
    let operator = service.api.operator(7);
    let path = format!("/stations/{}/batteries/", stations[0]);
    let cases = [
        (json!({}), "batteries"),
        (json!({"batteries": 1}), "batteries"),
        (json!({"batteries": [1, "2"]}), "batteries[1]"),
        (json!({"batteries": [1.5]}), "batteries[0]"),
        (json!({"batteries": [null]}), "batteries[0]"),
        (json!({"batteries": (1..=1_001).collect::<Vec<_>>()}), "batteries"),
        (json!({"batteries": [], "station": 1}), "station"),
    ];
    for (body, field) in cases {
        operator.put(&path, body).await.is_invalid(&[field]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_is_taken_away_from_its_station_unless_a_rider_holds_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2, 1]).await;
    let operator = service.api.operator(7);
    let path = |station: i64, battery: i64| format!("/stations/{station}/batteries/{battery}/");
    assert_eq!(operator.delete(&path(stations[0], 1)).await.status, 204);
    let away = operator.get("/batteries/1/").await.ok();
    assert_eq!((&away["station_id"], &away["state"]), (&Value::Null, &json!("available")));
    operator.delete(&path(stations[0], 1)).await.is_problem(404, "battery-not-found");
    operator.delete(&path(stations[0], 3)).await.is_problem(404, "battery-not-found");
    service.database.run(&format!("SELECT inventory.reserve_battery({}, 2)", stations[0])).await;
    for caller in [operator.clone(), service.api.admin()] {
        caller.delete(&path(stations[0], 2)).await.is_problem(409, "battery-booked");
    }
    let station = service.api.get(&format!("/stations/{}/", stations[0])).await.ok();
    assert_eq!((&station["booked_batteries"], &station["total_batteries"]), (&json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_place_the_same_batteries_at_once_share_them_out_and_never_lock_up() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0]).await;
    let all = ids(&service.api.operator(7).post("/batteries/", json!(many(200))).await.ok());
    let mut racing = JoinSet::new();
    for worker in 0..8_usize {
        let (api, path) = (service.api.operator(7), format!("/stations/{}/batteries/", stations[0]));
        let mut batteries = all.clone();
        batteries.rotate_left(worker * 25);
        if worker % 2 == 1 {
            batteries.reverse();
        }
        racing.spawn(async move { api.put(&path, json!({"batteries": batteries})).await.ok() });
    }
    let answers = racing.join_all().await;
    let sizes = |field: &str| answers.iter().map(|a| a[field].as_array().unwrap().len()).collect::<Vec<_>>();
    assert_eq!(sizes("added").iter().sum::<usize>(), 200, "each is added once");
    assert!(sizes("added").iter().zip(sizes("already_here")).all(|(added, here)| added + here == 200));
    let told = "SELECT coalesce(sum(cardinality(battery_ids)), 0) FROM inventory.outbox WHERE kind = 'battery_added'";
    assert_eq!(service.database.number(told).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_is_either_booked_or_taken_away_when_both_are_tried_at_once() {
    let service = Service::start().await;
    let stations = service.database.stations(&[20]).await;
    let booking = service.database.connect_as(&service.database.booking_url()).await;
    for battery in 1..=20_i64 {
        let sql = format!("SELECT inventory.reserve_battery({}, {battery})", stations[0]);
        let path = format!("/stations/{}/batteries/{battery}/", stations[0]);
        let operator = service.api.operator(7);
        let (booked, taken) = tokio::join!(booking.batch_execute(&sql), operator.delete(&path));
        match booked {
            Ok(()) => taken.is_problem(409, "battery-booked"),
            Err(error) => {
                let constraint = error.as_db_error().and_then(|error| error.constraint());
                assert_eq!((constraint, taken.status.as_u16()), (Some("battery-unavailable"), 204));
            }
        }
    }
    let sql = "SELECT count(*) FROM inventory.batteries WHERE (state = 'booked') = (station_id IS NULL)";
    assert_eq!(service.database.number(sql).await, 0);
}
