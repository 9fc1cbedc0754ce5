//! `/stats/stations/`, and the network's statistics in a box and by the hour of the week.

use serde_json::{Value, json};

use crate::app::Service;

/// A Sunday that is over.
const RANGE: &str = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";

/// A past without triggers: so many bookings, each followed by what became of it half an hour later.
async fn past(service: &Service, station: i64, bookings: u32, ended: &str, cause: &str) {
    for hour in 1..=bookings {
        let sql = format!(
            "INSERT INTO inventory.history (at, action, station_id, battery_id, held_since, cause) VALUES \
             ('2026-03-01T{hour:02}:00:00Z', 'battery_booked', {station}, 1, NULL, NULL), \
             ('2026-03-01T{hour:02}:30:00Z', '{ended}', {station}, 1, '2026-03-01T{hour:02}:00:00Z', {cause})"
        );
        service.database.run(&sql).await;
    }
}

/// Four stations, the last far away: three collections at two batteries, one cancellation at four, nothing at none,
/// two expiries at one battery.
async fn network(service: &Service) -> Vec<i64> {
    let stations = service.database.stations(&[2, 4, 0, 1]).await;
    past(service, stations[0], 3, "battery_collected", "NULL").await;
    past(service, stations[1], 1, "battery_released", "'cancelled'").await;
    past(service, stations[3], 2, "battery_released", "'expired'").await;
    let sql =
        format!("UPDATE inventory.stations SET latitude = -10, longitude = 179 WHERE id = {}", stations[3]);
    service.database.run(&sql).await;
    stations
}

fn ranked(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().unwrap().iter().map(|item| item["station"]["id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_are_ranked_by_each_figure_and_what_can_not_be_told_comes_last() {
    let service = Service::start().await;
    let stations = network(&service).await;
    let [a, b, c, d] = stations[..] else { panic!("four stations") };
    let admin = service.api.admin();
    for (query, expected) in [
        ("", [a, d, b, c]),
        ("&order=asc", [c, b, d, a]),
        ("&sort=collections", [a, b, c, d]),
        ("&sort=cancellations", [b, a, c, d]),
        ("&sort=expiries", [d, a, b, c]),
        ("&sort=occupancy", [d, a, b, c]),
        ("&sort=occupancy&order=asc", [b, a, d, c]),
        ("&sort=time_to_collection", [a, b, c, d]),
    ] {
        let whole = admin.get(&format!("/stats/stations/?{RANGE}{query}")).await.ok();
        assert_eq!((ranked(&whole), &whole["next"]), (expected.to_vec(), &Value::Null), "{query}");
        // The same page by page, over the stations that share a figure too.
        let mut paged = Vec::new();
        let mut after = String::new();
        loop {
            let page = admin.get(&format!("/stats/stations/?{RANGE}{query}&limit=1{after}")).await.ok();
            paged.extend(ranked(&page));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(paged, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranked_station_has_the_figures_of_its_own_statistics() {
    let service = Service::start().await;
    let stations = network(&service).await;
    let admin = service.api.admin();
    let ranking = admin.get(&format!("/stats/stations/?{RANGE}&limit=1")).await.ok();
    let own = admin.get(&format!("/stations/{}/stats/?{RANGE}", stations[0])).await.ok();
    let mut expected = own["total"].clone();
    expected["station"] =
        json!({"id": stations[0], "name": "Station 1", "latitude": 52.5, "longitude": 13.4});
    assert_eq!(ranking["items"], json!([expected]));
    assert_eq!((&ranking["from"], &ranking["to"]), (&own["from"], &own["to"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_takes_its_stations_only() {
    let service = Service::start().await;
    let stations = network(&service).await;
    let admin = service.api.admin();
    let (berlin, pacific) = ("bbox=13,52,14,53", "bbox=178,-11,-178,-9");
    let here = admin.get(&format!("/stats/stations/?{RANGE}&{berlin}")).await.ok();
    assert_eq!(ranked(&here), [stations[0], stations[1], stations[2]]);
    let there = admin.get(&format!("/stats/stations/?{RANGE}&{pacific}")).await.ok();
    assert_eq!(ranked(&there), [stations[3]]);
    let nowhere = admin.get(&format!("/stats/stations/?{RANGE}&bbox=0,0,1,1")).await.ok();
    assert_eq!(ranked(&nowhere), [0; 0]);
    for (area, bookings, occupancy) in [
        ("", 6, json!(3.0 / 24.0 * 100.0 / 7.0)),
        (berlin, 4, json!(2.0 / 24.0 * 100.0 / 6.0)),
        (pacific, 2, json!(1.0 / 24.0 * 100.0)),
        ("bbox=0,0,1,1", 0, Value::Null),
    ] {
        let total = admin.get(&format!("/stats/?{RANGE}&{area}")).await.ok()["total"].clone();
        assert_eq!(total["bookings"], bookings, "{area}");
        match (total["occupancy_percent"].as_f64(), occupancy.as_f64()) {
            (Some(told), Some(expected)) => assert!((told - expected).abs() < 1e-9, "{area}: {told}"),
            (told, expected) => assert_eq!(told, expected, "{area}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_has_168_hours_with_means_over_the_weeks_of_the_range() {
    let service = Service::start().await;
    let stations = network(&service).await;
    let path = format!("/stations/{}/stats/?bucket=hour_of_week", stations[0]);
    // Two Sundays, of which one has three bookings.
    let range = "&from=2026-02-22T00:00:00Z&to=2026-03-02T00:00:00Z";
    let told = service.api.operator(7).get(&format!("{path}{range}")).await.ok();
    let items = told["items"].as_array().unwrap();
    let hours: Vec<_> =
        items.iter().map(|i| (i["weekday"].as_i64().unwrap(), i["hour"].as_i64().unwrap())).collect();
    let expected: Vec<_> = (1..=7).flat_map(|weekday| (0..24).map(move |hour| (weekday, hour))).collect();
    assert_eq!(hours, expected);
    let sunday = &items[6 * 24..];
    assert_eq!(sunday[1]["bookings"], 1);
    assert_eq!(sunday[1]["mean_booked_batteries"], 0.25, "half of one of two hours");
    assert_eq!(sunday[1]["occupancy_percent"], 12.5);
    assert_eq!(sunday[4]["mean_booked_batteries"], 0.0);
    assert_eq!(told["total"]["bookings"], 3);
    assert_eq!(told["bucket"], "hour_of_week");
    assert_eq!(
        service.api.admin().get("/stats/?bucket=hour_of_week").await.ok()["items"].as_array().unwrap().len(),
        168
    );
    let too_long = format!("{path}&from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z");
    service.api.operator(7).get(&too_long).await.is_invalid(&["from"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ranking_is_for_admins_and_for_queries_that_make_sense() {
    let service = Service::start().await;
    let path = "/stats/stations/";
    service.api.get(path).await.is_problem(401, "unauthenticated");
    for caller in [service.api.rider(42), service.api.operator(7)] {
        caller.get(path).await.is_problem(403, "forbidden");
    }
    let admin = service.api.admin();
    assert_eq!(admin.get(path).await.ok()["items"], json!([]));
    for (query, field) in [
        ("sort=luck", "sort"),
        ("order=up", "order"),
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("after=NaN_1", "after"),
        ("bbox=1,2,3", "bbox"),
        ("from=2999-01-01T00:00:00Z", "from"),
        ("bucket=day", "bucket"),
    ] {
        admin.get(&format!("{path}?{query}")).await.is_invalid(&[field]);
    }
    admin.get("/stats/?bbox=x").await.is_invalid(&["bbox"]);
    service.api.operator(7).get("/stations/1/stats/?bbox=1,1,2,2").await.is_invalid(&["bbox"]);
}
