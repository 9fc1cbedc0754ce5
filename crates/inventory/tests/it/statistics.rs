//! `/stations/{id}/stats/` and `/stats/`: what riders did, by hour and by day.

use serde_json::{Value, json};

use crate::app::Service;

/// A day that is over, so that no hour ends while a test counts.
const NOON: &str = "2026-03-01T12:00:00Z";

/// A past without triggers: (action, hours before noon, minutes held, cause), all at one station.
async fn past(service: &Service, station: i64, lines: &[(&str, f64, Option<f64>, Option<&str>)]) {
    for (action, before_noon, minutes_held, cause) in lines {
        let held = minutes_held.map_or("NULL".into(), |m| format!("at - interval '{m} minutes'"));
        let cause = cause.map_or("NULL".into(), |cause| format!("'{cause}'"));
        service
            .database
            .run(&format!(
                "INSERT INTO inventory.history (at, action, station_id, battery_id, held_since, cause) \
                 SELECT at, '{action}', {station}, 1, {held}, {cause} \
                 FROM (SELECT timestamptz '{NOON}' - interval '{before_noon} hours') t(at)"
            ))
            .await;
    }
}

async fn stats(service: &Service, path: &str) -> Value {
    service.api.admin().get(path).await.ok()
}

/// So many hours before noon.
fn before_noon(hours: u32) -> String {
    format!("2026-03-01T{:02}:00:00Z", 12 - hours)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hour_counts_what_happened_in_it() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2, 0]).await;
    past(
        &service,
        stations[0],
        &[
            ("battery_booked", 5.0, None, None),
            ("battery_booked", 4.5, None, None),
            ("battery_collected", 4.25, Some(15.0), None),
            ("battery_collected", 4.0, Some(60.0), None),
            ("battery_booked", 3.5, None, None),
            ("battery_released", 3.25, Some(15.0), Some("cancelled")),
            ("battery_booked", 3.0, None, None),
            ("battery_released", 2.0, Some(60.0), Some("expired")),
        ],
    )
    .await;
    let (from, to) = (before_noon(5), before_noon(1));
    let path = format!("/stations/{}/stats/?from={from}&to={to}&bucket=hour", stations[0]);
    let told = stats(&service, &path).await;
    let column = |name: &str| -> Vec<Value> {
        told["items"].as_array().unwrap().iter().map(|item| item[name].clone()).collect()
    };
    assert_eq!(told["items"].as_array().unwrap().len(), 4);
    assert_eq!(column("bookings"), [2, 1, 1, 0]);
    assert_eq!(column("collections"), [1, 1, 0, 0]);
    assert_eq!(column("cancellations"), [0, 1, 0, 0]);
    assert_eq!(column("expiries"), [0, 0, 0, 1]);
    assert_eq!(column("mean_seconds_to_collection"), [json!(900.0), json!(3600.0), json!(null), json!(null)]);
    // Fifteen minutes and sixty in the first hour; fifteen in the second; sixty in the third.
    assert_eq!(column("mean_booked_batteries"), [1.25, 0.25, 1.0, 0.0]);
    assert_eq!(column("occupancy_percent"), [62.5, 12.5, 50.0, 0.0]);
    let total = &told["total"];
    assert_eq!((&total["bookings"], &total["collections"]), (&json!(4), &json!(2)));
    assert_eq!(total["mean_seconds_to_collection"], 2250.0);
    assert_eq!(total["mean_booked_batteries"], 0.625);
    let network = stats(&service, &format!("/stats/?from={from}&to={to}")).await;
    assert_eq!((&network["items"], &network["total"]), (&told["items"], &told["total"]));
    let empty = stats(&service, &format!("/stations/{}/stats/?from={from}&to={to}", stations[1])).await;
    assert_eq!(empty["total"]["occupancy_percent"], json!(null), "no battery, no occupancy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_counts_in_every_hour_that_it_touches_also_while_it_goes_on() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    past(&service, station, &[("battery_collected", 1.0, Some(150.0), None)]).await;
    service.database.run(&format!("SELECT booking.place_order(42, {station})")).await;
    let since =
        format!("UPDATE inventory.batteries SET booked_at = timestamptz '{NOON}' - interval '30 minutes'");
    service.database.run(&since).await;
    let (from, to) = (before_noon(4), before_noon(0));
    let told = stats(&service, &format!("/stations/{station}/stats/?from={from}&to={to}")).await;
    let held: Vec<f64> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["mean_booked_batteries"].as_f64().unwrap())
        .collect();
    assert_eq!(held, [0.5, 1.0, 1.0, 0.5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_riders_do_is_counted_as_they_do_it() {
    let service = Service::start().await;
    let station = service.database.stations(&[4]).await[0];
    for sql in [
        &format!("SELECT booking.place_order(42, {station})"),
        "SELECT booking.collect_order(1)",
        &format!("SELECT booking.place_order(42, {station})"),
        "SELECT booking.cancel_order(2)",
        &format!("SELECT booking.place_order(43, {station})"),
        "UPDATE booking.orders SET booked_at = now() - interval '2 days', expires_at = now() WHERE id = 3",
        "SELECT booking.expire_orders()",
    ] {
        service.database.run(sql).await;
    }
    let told = stats(&service, &format!("/stations/{station}/stats/?bucket=day")).await;
    let total = &told["total"];
    for (name, count) in [("bookings", 3), ("collections", 1), ("cancellations", 1), ("expiries", 1)] {
        assert_eq!(total[name], count, "{name}: {told}");
    }
    assert!(total["mean_seconds_to_collection"].as_f64().unwrap() >= 0.0);
    assert_eq!(told["bucket"], "day");
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_for_the_owner_and_in_a_range_that_makes_sense() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    let path = format!("/stations/{station}/stats/");
    service.api.get(&path).await.is_problem(401, "unauthenticated");
    service.api.rider(42).get(&path).await.is_problem(403, "forbidden");
    service.api.operator(8).get(&path).await.is_problem(403, "forbidden");
    assert_eq!(service.api.operator(7).get(&path).await.status, 200);
    service.api.operator(7).get("/stats/").await.is_problem(403, "forbidden");
    service.api.operator(7).get("/stations/999/stats/").await.is_problem(404, "station-not-found");
    for query in [
        "from=2020-01-01T00:00:00Z",
        "from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z",
        "from=2999-01-01T00:00:00Z",
        "from=-5000-01-01T00:00:00Z&to=-4999-01-01T00:00:00Z&bucket=day",
        "to=-5000-01-01T00:00:00Z",
        "from=yesterday",
        "bucket=week",
        "to=0000-01-01T00:00:00Z",
        "x=1",
    ] {
        let answer = service.api.operator(7).get(&format!("{path}?{query}")).await;
        if query.starts_with("to=") {
            // A range in a distant past is empty, not wrong.
            assert!(answer.status == 200 || answer.status == 422, "{query}");
        } else {
            answer.is_problem(422, "validation-failed");
        }
    }
}
