//! `GET /user/holds/`: what is held at an operator's stations, and until when.

use serde_json::{Value, json};

use crate::app::{Service, time};

const PATH: &str = "/user/holds/";

/// Stations of operators 7, 7 and 8, with three batteries each. Every battery is held, those of the three stations in
/// turns, each a minute longer than the one before. The ids of the batteries in the order of their ends.
async fn network(service: &Service) -> Vec<i64> {
    let stations = service.database.stations(&[3, 3, 3]).await;
    service
        .database
        .run(&format!("UPDATE inventory.stations SET owner_id = 8 WHERE id = {}", stations[2]))
        .await;
    let mut batteries = Vec::new();
    for place in 0..3 {
        for station in 0..3 {
            let battery = 3 * station + place + 1;
            service.book(40 + battery, stations[usize::try_from(station).unwrap()], Some(battery)).await.ok();
            let ends = format!(
                "UPDATE booking.orders SET expires_at = timestamptz '2999-01-01' + interval '{} minutes' \
                 WHERE battery_id = {battery}",
                batteries.len()
            );
            service.database.run(&ends).await;
            batteries.push(battery);
        }
    }
    batteries
}

fn batteries(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|hold| hold["battery_id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_what_is_held_at_the_own_stations_and_an_admin_everything_those_that_end_first_first()
 {
    let service = Service::start().await;
    let all = network(&service).await;
    let of_7: Vec<i64> = all.iter().copied().filter(|battery| *battery <= 6).collect();
    let of_8: Vec<i64> = all.iter().copied().filter(|battery| *battery > 6).collect();
    for (caller, expected) in [
        (service.api.operator(7), &of_7),
        (service.api.operator(8), &of_8),
        (service.api.operator(9), &Vec::new()),
        (service.api.admin(), &all),
    ] {
        let whole = caller.get(PATH).await.ok();
        assert_eq!((&batteries(&whole), &whole["next"]), (expected, &Value::Null));
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = caller.get(&format!("{PATH}?limit=2{after}")).await.ok();
            paged.extend(batteries(&page));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(&paged, expected);
    }
    // Holds that end at the same time are told apart by their batteries.
    service.database.run("UPDATE booking.orders SET expires_at = '2999-01-01'").await;
    let first = service.api.admin().get(&format!("{PATH}?limit=4")).await.ok();
    let next = first["next"].as_str().unwrap();
    let second = service.api.admin().get(&format!("{PATH}?after={next}")).await.ok();
    assert_eq!((batteries(&first), batteries(&second)), (vec![1, 2, 3, 4], vec![5, 6, 7, 8, 9]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_says_which_battery_where_and_until_when_and_never_for_whom() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    let order = service.book(42, station, None).await.ok();
    let answer = service.api.operator(7).get(PATH).await;
    let expected = json!({
        "station_id": station,
        "battery_id": order["battery"]["id"],
        "booked_at": order["booked_at"],
        "expires_at": order["expires_at"],
    });
    assert_eq!(answer.body, json!({"items": [expected], "next": null}));
    // Who held it is not even in the view that the service reads.
    let columns = "SELECT count(*) FROM information_schema.columns \
        WHERE table_schema = 'booking' AND table_name = 'holds' AND column_name LIKE '%user%'";
    assert_eq!(service.database.number(columns).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_holds_that_end_before_a_time_are_listed_when_it_is_named_and_only_while_they_last() {
    let service = Service::start().await;
    let all = network(&service).await;
    let admin = service.api.admin();
    let whole = admin.get(PATH).await.ok();
    let fourth = &whole["items"][3]["expires_at"];
    time(fourth);
    let soon = admin.get(&format!("{PATH}?expires_before={}", fourth.as_str().unwrap())).await.ok();
    assert_eq!(batteries(&soon), all[..3], "before that time, not at it");
    let none = admin.get(&format!("{PATH}?expires_before=2026-01-01T00:00:00Z")).await.ok();
    assert_eq!(none, json!({"items": [], "next": null}));
    for (index, end) in ["collect", "cancel"].iter().enumerate() {
        let sql = format!("SELECT id FROM booking.orders WHERE battery_id = {}", all[index]);
        let order = service.database.number(&sql).await;
        let rider = service.api.rider(40 + all[index]);
        rider.post(&format!("/user/orders/{order}/{end}/"), json!({})).await.ok();
    }
    assert_eq!(batteries(&admin.get(PATH).await.ok()), all[2..], "what has ended is no hold");
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_are_for_operators_and_for_queries_that_make_sense() {
    let service = Service::start().await;
    service.api.get(PATH).await.is_problem(401, "unauthenticated");
    service.api.rider(42).get(PATH).await.is_problem(403, "forbidden");
    let operator = service.api.operator(7);
    operator.post(PATH, json!({})).await.is_problem(405, "method-not-allowed");
    for (query, field) in [
        ("expires_before=soon", "expires_before"),
        ("expires_before=%2B99999-01-01T00:00:00Z", "expires_before"),
        ("limit=0", "limit"),
        ("after=1", "after"),
        ("station=1", "station"),
    ] {
        operator.get(&format!("{PATH}?{query}")).await.is_invalid(&[field]);
    }
}
