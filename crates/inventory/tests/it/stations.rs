//! `/stations/`: opening, changing and giving up stations.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::Answer;

use crate::app::{Service, is_a_time};

const ORDINARY_BYTES: usize = 64 * 1024;

/// Opens a station there, as operator 7.
pub(crate) async fn open(service: &Service, name: &str, latitude: f64, longitude: f64) -> i64 {
    let body = json!({"name": name, "latitude": latitude, "longitude": longitude});
    service.api.operator(7).post("/stations/", body).await.ok()["id"].as_i64().unwrap()
}

fn not_allowed(answer: &Answer) {
    answer.is_problem(405, "method-not-allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_opens_a_station_and_anybody_reads_it_at_its_location() {
    let service = Service::start().await;
    let body = json!({"name": "  Alexanderplatz ", "latitude": 52.5219, "longitude": 13.4132});
    let answer = service.api.operator(7).post("/stations/", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let station = answer.body;
    assert_eq!(location, format!("/stations/{}/", station["id"]));
    is_a_time(&station["updated_at"]);
    assert_eq!(
        station,
        json!({
            "id": station["id"].as_i64().unwrap(),
            "name": "Alexanderplatz",
            "latitude": 52.5219,
            "longitude": 13.4132,
            "status": "online",
            "status_message": "",
            "available_batteries": 0,
            "booked_batteries": 0,
            "unavailable_batteries": 0,
            "total_batteries": 0,
            "updated_at": station["updated_at"],
        })
    );
    assert_eq!(service.api.get(&location).await.ok(), station);
    assert_eq!(service.api.get("/stations/").await.ok(), json!({"items": [station], "next": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_works_without_its_trailing_slash() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    let body = json!({"name": "A", "latitude": 1, "longitude": 2});
    let id = operator.post("/stations", body).await.ok()["id"].clone();
    assert_eq!(service.api.get("/stations").await.ok(), service.api.get("/stations/").await.ok());
    let (bare, slashed) = (format!("/stations/{id}"), format!("/stations/{id}/"));
    assert_eq!(service.api.get(&bare).await.ok(), service.api.get(&slashed).await.ok());
    assert_eq!(
        service.api.get(&format!("{bare}/batteries")).await.ok(),
        service.api.get(&format!("{bare}/batteries/")).await.ok()
    );
    assert_eq!(operator.patch(&bare, json!({"name": "B"})).await.ok()["name"], "B");
    assert_eq!(operator.put(&format!("{bare}/batteries"), json!({"batteries": []})).await.status, 200);
    assert_eq!(operator.delete(&bare).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_a_station_are_those_of_its_batteries() {
    let service = Service::start().await;
    let stations = service.database.stations(&[6, 2]).await;
    service
        .database
        .run(&format!(
            "UPDATE inventory.batteries SET state = CASE id % 6 WHEN 1 THEN 'booked' WHEN 2 THEN 'charging' \
             WHEN 3 THEN 'faulty' ELSE 'available' END WHERE station_id = {}",
            stations[0]
        ))
        .await;
    let station = service.api.get(&format!("/stations/{}/", stations[0])).await.ok();
    assert_eq!(station["available_batteries"], 3);
    assert_eq!(station["booked_batteries"], 1);
    assert_eq!(station["unavailable_batteries"], 2);
    assert_eq!(station["total_batteries"], 6);
    assert_eq!(service.api.get("/stations/").await.ok()["items"][0], station);
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_stations_needs_a_token_and_the_role_of_an_operator() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let station = format!("/stations/{}/", stations[0]);
    let new = json!({"name": "A", "latitude": 1, "longitude": 2}).to_string();
    let calls = [
        (Method::POST, "/stations/".to_owned(), Some(new)),
        (Method::PATCH, station.clone(), Some("{}".to_owned())),
        (Method::DELETE, station.clone(), None),
        (Method::PUT, format!("{station}batteries/"), Some(r#"{"batteries":[]}"#.to_owned())),
        (Method::DELETE, format!("{station}batteries/1/"), None),
    ];
    for (method, path, body) in calls {
        let answer = service.api.send(method.clone(), &path, body.clone()).await;
        answer.is_problem(401, "unauthenticated");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        let stranger = service.api.with_token("not.a.token".into());
        stranger.send(method.clone(), &path, body.clone()).await.is_problem(401, "unauthenticated");
        service.api.rider(7).send(method, &path, body).await.is_problem(403, "forbidden");
    }
    assert_eq!(service.database.number("SELECT count(*) FROM inventory.stations").await, 1);
    assert_eq!(service.database.number("SELECT count(station_id) FROM inventory.batteries").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_is_changed_by_its_owner_or_an_admin_and_nobody_else() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let station = format!("/stations/{}/", stations[0]);
    let before = service.api.get(&station).await.ok();
    let foreign = service.api.operator(8);
    foreign.patch(&station, json!({"name": "Mine"})).await.is_problem(403, "forbidden");
    foreign.delete(&station).await.is_problem(403, "forbidden");
    foreign.put(&format!("{station}batteries/"), json!({"batteries": []})).await.is_problem(403, "forbidden");
    foreign.delete(&format!("{station}batteries/1/")).await.is_problem(403, "forbidden");
    assert_eq!(service.api.get(&station).await.ok(), before);

    let admin = service.api.admin();
    assert_eq!(admin.patch(&station, json!({"name": "Ours"})).await.ok()["name"], "Ours");
    assert_eq!(admin.delete(&format!("{station}batteries/1/")).await.status, 204);
    let placed = admin.put(&format!("{station}batteries/"), json!({"batteries": [1]})).await.ok();
    assert_eq!(placed, json!({"added": [1], "already_here": []}));
    assert_eq!(admin.delete(&station).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_can_not_be_read_is_refused_before_anything_happens() {
    let service = Service::start().await;
    let stations = service.database.stations(&[0]).await;
    let operator = service.api.operator(7);
    operator.refuses_unreadable_bodies(Method::POST, "/stations/", ORDINARY_BYTES).await;
    let station = format!("/stations/{}/", stations[0]);
    operator.refuses_unreadable_bodies(Method::PATCH, &station, ORDINARY_BYTES).await;
    assert_eq!(service.database.number("SELECT count(*) FROM inventory.stations").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_a_new_station_that_can_not_be_accepted_is_named() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    let good = json!({"name": "A", "latitude": 1, "longitude": 2});
    for missing in ["name", "latitude", "longitude"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        operator.post("/stations/", body).await.is_invalid(&[missing]);
    }
    let bad = [
        ("name", json!("")),
        ("name", json!(" \t ")),
        ("name", json!("x".repeat(201))),
        ("name", json!("a\0b")),
        ("name", json!(5)),
        ("name", json!(null)),
        ("latitude", json!(90.000_001)),
        ("latitude", json!(-91)),
        ("latitude", json!("52")),
        ("longitude", json!(180.1)),
        ("longitude", json!(-181)),
        ("longitude", json!(null)),
        ("owner_id", json!(8)),
        ("status", json!("online")),
    ];
    for (field, value) in bad {
        let mut body = good.clone();
        body[field] = value;
        operator.post("/stations/", body).await.is_invalid(&[field]);
    }
    operator.post("/stations/", json!([good])).await.is_problem(422, "validation-failed");
    assert_eq!(service.database.number("SELECT count(*) FROM inventory.stations").await, 0);
    for (latitude, longitude) in [(90, 180), (-90, -180)] {
        let body = json!({"name": "ö".repeat(200), "latitude": latitude, "longitude": longitude});
        assert_eq!(operator.post("/stations/", body).await.status, 201, "the edges belong to the range");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_hardly_off_zero_is_at_zero() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    for (latitude, longitude) in [(5e-324, -5e-324), (90.0, 3e-308), (-1e-16, 0.0)] {
        let body = json!({"name": "A", "latitude": latitude, "longitude": longitude});
        let station = operator.post("/stations/", body).await.ok();
        let kept = if latitude > 1.0 { 90.0 } else { 0.0 };
        assert_eq!((&station["latitude"], &station["longitude"]), (&json!(kept), &json!(0.0)));
        let path = format!("/stations/{}/", station["id"]);
        let moved = operator.patch(&path, json!({"latitude": latitude, "longitude": 1e-310})).await.ok();
        assert_eq!((&moved["latitude"], &moved["longitude"]), (&json!(kept), &json!(0.0)));
        let near = format!("/stations/?near={latitude:e},{longitude:e}&radius_km=1e-300");
        assert_eq!(service.api.get(&near).await.status, 200, "{near}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_touches_the_fields_it_names_and_no_others() {
    let service = Service::start().await;
    let id = open(&service, "A", 1.0, 2.0).await;
    let operator = service.api.operator(7);
    let station = format!("/stations/{id}/");
    let mut expected = service.api.get(&station).await.ok();
    let changes = [
        ("name", json!("B")),
        ("status", json!("maintenance")),
        ("status_message", json!("A new lock is fitted.")),
        ("latitude", json!(-3.5)),
        ("longitude", json!(179.5)),
        ("status", json!("offline")),
        ("status", json!("online")),
        ("status_message", json!("")),
    ];
    for (field, value) in changes {
        let changed = operator.patch(&station, json!({field: value})).await.ok();
        expected[field] = value;
        assert!(changed["updated_at"].as_str() > expected["updated_at"].as_str(), "{field}");
        expected["updated_at"] = changed["updated_at"].clone();
        assert_eq!(changed, expected);
    }
    let both = operator.patch(&station, json!({"name": "C", "status": "offline"})).await.ok();
    assert_eq!((&both["name"], &both["status"]), (&json!("C"), &json!("offline")));
    assert_eq!(operator.patch(&station, json!({})).await.ok(), both, "an empty change changes nothing");
    assert_eq!(
        operator.patch(&station, json!({"name": "C"})).await.ok(),
        both,
        "nor does one that says the same"
    );
    assert_eq!(service.api.get(&station).await.ok(), both);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_can_not_be_accepted_changes_nothing() {
    let service = Service::start().await;
    let id = open(&service, "A", 1.0, 2.0).await;
    let station = format!("/stations/{id}/");
    let before = service.api.get(&station).await.ok();
    let bad = [
        ("name", json!("")),
        ("status", json!("closed")),
        ("status", json!("removed")),
        ("status_message", json!("x".repeat(501))),
        ("status_message", json!("\0")),
        ("latitude", json!(91)),
        ("longitude", json!(-180.5)),
        ("id", json!(3)),
        ("total_batteries", json!(3)),
    ];
    for (field, value) in bad {
        let mut body = json!({"name": "B"});
        body[field] = value;
        service.api.operator(7).patch(&station, body).await.is_invalid(&[field]);
    }
    assert_eq!(service.api.get(&station).await.ok(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_is_not_there_is_not_found_by_any_method() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    for id in ["1", "0", "-1", "x", "1.5", "99999999999999999999"] {
        let station = format!("/stations/{id}/");
        service.api.get(&station).await.is_problem(404, "station-not-found");
        operator.patch(&station, json!({})).await.is_problem(404, "station-not-found");
        operator.delete(&station).await.is_problem(404, "station-not-found");
        let batteries = format!("{station}batteries/");
        service.api.get(&batteries).await.is_problem(404, "station-not-found");
        operator.put(&batteries, json!({"batteries": []})).await.is_problem(404, "station-not-found");
        operator.delete(&format!("{batteries}1/")).await.is_problem(404, "station-not-found");
    }
    service.api.get("/station/").await.is_problem(404, "not-found");
    service.api.get("/stations/1/bikes/").await.is_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_know_is_not_allowed() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        not_allowed(&operator.send(method, "/stations/", None).await);
    }
    for method in [Method::PUT, Method::POST] {
        not_allowed(&operator.send(method, "/stations/1/", None).await);
    }
    for method in [Method::POST, Method::PATCH, Method::DELETE] {
        not_allowed(&operator.send(method, "/stations/1/batteries/", None).await);
    }
    for method in [Method::GET, Method::PUT, Method::PATCH] {
        not_allowed(&operator.send(method, "/stations/1/batteries/1/", None).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_is_given_up_and_its_batteries_stay_at_no_station() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2, 1]).await;
    let station = format!("/stations/{}/", stations[0]);
    let answer = service.api.operator(7).delete(&station).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    service.api.get(&station).await.is_problem(404, "station-not-found");
    service.api.operator(7).delete(&station).await.is_problem(404, "station-not-found");
    let batteries = service.api.operator(7).get("/batteries/").await.ok();
    let places: Vec<_> =
        batteries["items"].as_array().unwrap().iter().map(|b| b["station_id"].as_i64()).collect();
    assert_eq!(places, [None, None, Some(stations[1])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_where_a_rider_holds_a_battery_can_not_be_given_up() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let station = format!("/stations/{}/", stations[0]);
    service.database.run(&format!("SELECT inventory.reserve_battery({}, 2)", stations[0])).await;
    for caller in [service.api.operator(7), service.api.admin()] {
        caller.delete(&station).await.is_problem(409, "battery-booked");
    }
    assert_eq!(service.api.get(&station).await.ok()["total_batteries"], 2);
    service.database.run("SELECT inventory.release_battery(2)").await;
    assert_eq!(service.api.operator(7).delete(&station).await.status, 204);
}
