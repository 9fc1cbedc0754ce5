//! `/batteries/`: registering, finding and changing batteries.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Service, ids, is_a_time};

const ORDINARY_BYTES: usize = 64 * 1024;
const BULK_BYTES: usize = 1024 * 1024;

pub(crate) fn battery(serial_number: &str) -> Value {
    json!({"serial_number": serial_number, "model": "PowerCell M"})
}

pub(crate) fn many(count: usize) -> Vec<Value> {
    (1..=count).map(|number| battery(&format!("SN-{number}"))).collect()
}

async fn count(service: &Service) -> i64 {
    service.database.number("SELECT count(*) FROM inventory.batteries").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_registers_a_battery_and_reads_it_at_its_location() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    let body = json!({
        "serial_number": " SN-1 ", "model": "PowerCell M",
        "state_of_charge_percent": 87.5, "state_of_health_percent": 0
    });
    let answer = operator.post("/batteries/", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let registered = answer.body;
    assert_eq!(location, format!("/batteries/{}/", registered["id"]));
    is_a_time(&registered["updated_at"]);
    assert_eq!(
        registered,
        json!({
            "id": registered["id"].as_i64().unwrap(),
            "serial_number": "SN-1",
            "model": "PowerCell M",
            "state": "available",
            "station_id": null,
            "owner_id": 7,
            "state_of_charge_percent": 87.5,
            "state_of_health_percent": 0.0,
            "updated_at": registered["updated_at"],
        })
    );
    assert_eq!(operator.get(&location).await.ok(), registered);
    assert_eq!(operator.get("/batteries/").await.ok(), json!({"items": [registered], "next": null}));
    let plain = operator.post("/batteries", battery("SN-2")).await.ok();
    assert_eq!(
        (&plain["state_of_charge_percent"], &plain["state_of_health_percent"]),
        (&json!(100.0), &json!(100.0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_batteries_are_registered_at_once_and_answered_in_their_order() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    let answer = operator.post("/batteries/", json!(many(1_000))).await.ok();
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.len(), 1_000);
    for (number, item) in (1..).zip(items) {
        assert_eq!(item["serial_number"], format!("SN-{number}"));
    }
    assert_eq!(count(&service).await, 1_000);
    let one = operator.post("/batteries/", json!([battery("alone")])).await.ok();
    assert_eq!(one["items"][0]["serial_number"], "alone", "an array answers items, also one of one");
    assert_eq!(operator.post("/batteries/", json!([])).await.ok(), json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_battery_among_a_thousand_leaves_none_registered() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    let mut batch = many(1_000);
    batch[500]["state_of_charge_percent"] = json!(101);
    operator.post("/batteries/", json!(batch)).await.is_invalid(&["[500].state_of_charge_percent"]);
    batch[500] = json!({"serial_number": "SN-501"});
    operator.post("/batteries/", json!(batch)).await.is_invalid(&["[500].model"]);
    batch[500] = json!(5);
    operator.post("/batteries/", json!(batch)).await.is_invalid(&["[500]"]);
    operator.post("/batteries/", json!(many(1_001))).await.is_problem(422, "validation-failed");
    assert_eq!(count(&service).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serial_number_that_is_taken_leaves_none_registered() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    operator.post("/batteries/", battery("SN-999")).await.ok();
    operator.post("/batteries/", battery("SN-999")).await.is_problem(409, "serial-number-taken");
    service
        .api
        .operator(8)
        .post("/batteries/", battery("SN-999"))
        .await
        .is_problem(409, "serial-number-taken");
    operator.post("/batteries/", json!(many(1_000))).await.is_problem(409, "serial-number-taken");
    let twice = json!([battery("X"), battery("Y"), battery("X")]);
    operator.post("/batteries/", twice).await.is_problem(409, "serial-number-taken");
    assert_eq!(count(&service).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_a_new_battery_that_can_not_be_accepted_is_named() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    for missing in ["serial_number", "model"] {
        let mut body = battery("SN-1");
        body.as_object_mut().unwrap().remove(missing);
        operator.post("/batteries/", body).await.is_invalid(&[missing]);
    }
    let bad = [
        ("serial_number", json!("")),
        ("serial_number", json!("x".repeat(101))),
        ("serial_number", json!("a\0")),
        ("serial_number", json!(12)),
        ("model", json!("  ")),
        ("model", json!("x".repeat(101))),
        ("state_of_charge_percent", json!(-0.1)),
        ("state_of_charge_percent", json!(100.1)),
        ("state_of_charge_percent", json!("90")),
        ("state_of_health_percent", json!(-1)),
        ("state_of_health_percent", json!(1e300)),
        ("state", json!("charging")),
        ("station_id", json!(1)),
        ("owner_id", json!(8)),
    ];
    for (field, value) in bad {
        let mut body = battery("SN-1");
        body[field] = value;
        operator.post("/batteries/", body).await.is_invalid(&[field]);
    }
    operator.post("/batteries/", json!("SN-1")).await.is_problem(422, "validation-failed");
    assert_eq!(count(&service).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_can_not_be_read_is_refused_before_anything_happens() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let operator = service.api.operator(7);
    operator.refuses_unreadable_bodies(Method::POST, "/batteries/", BULK_BYTES).await;
    operator.refuses_unreadable_bodies(Method::PATCH, "/batteries/1/", ORDINARY_BYTES).await;
    let batteries = format!("/stations/{}/batteries/", stations[0]);
    operator.refuses_unreadable_bodies(Method::PUT, &batteries, BULK_BYTES).await;
    assert_eq!(count(&service).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn batteries_are_for_operators_and_one_is_read_by_anybody_with_a_token() {
    let service = Service::start().await;
    service.database.stations(&[1]).await;
    let calls = [
        (Method::GET, "/batteries/", None),
        (Method::POST, "/batteries/", Some(battery("SN-1").to_string())),
        (Method::PATCH, "/batteries/1/", Some(json!({"state": "faulty"}).to_string())),
    ];
    for (method, path, body) in calls {
        service.api.send(method.clone(), path, body.clone()).await.is_problem(401, "unauthenticated");
        service.api.rider(7).send(method, path, body).await.is_problem(403, "forbidden");
    }
    service.api.get("/batteries/1/").await.is_problem(401, "unauthenticated");
    assert_eq!(service.api.rider(42).get("/batteries/1/").await.ok()["state"], "available");
    assert_eq!(count(&service).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_ones_own_batteries_and_an_admin_all() {
    let service = Service::start().await;
    service.api.operator(7).post("/batteries/", json!([battery("A"), battery("B")])).await.ok();
    service.api.operator(8).post("/batteries/", battery("C")).await.ok();
    assert_eq!(ids(&service.api.operator(7).get("/batteries/").await.ok()), [1, 2]);
    assert_eq!(ids(&service.api.operator(8).get("/batteries").await.ok()), [3]);
    assert_eq!(ids(&service.api.operator(9).get("/batteries/").await.ok()), Vec::<i64>::new());
    assert_eq!(ids(&service.api.admin().get("/batteries/").await.ok()), [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_is_found_by_what_is_printed_on_it() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    operator.post("/batteries/", json!([battery("P7/1 ü"), battery("P7/10")])).await.ok();
    let found = async |api: &testbed::Api, query: &str| {
        let page = api.get(&format!("/batteries/?{query}")).await.ok();
        assert_eq!(page["next"], Value::Null);
        ids(&page)
    };
    assert_eq!(found(&operator, "serial_number=P7%2F1%20%C3%BC").await, [1]);
    assert_eq!(
        found(&operator, "serial_number=%20P7/10%20&limit=1").await,
        [2],
        "blanks around it don't count"
    );
    assert_eq!(found(&operator, "serial_number=P7/1").await, [0_i64; 0], "not by its beginning");
    assert_eq!(found(&operator, "serial_number=P7/10&state=faulty").await, [0_i64; 0]);
    assert_eq!(found(&service.api.operator(8), "serial_number=P7/10").await, [0_i64; 0], "another's");
    assert_eq!(found(&service.api.admin(), "serial_number=P7/10").await, [2]);
    let long = "x".repeat(101);
    for serial_number in ["", "%20", "a%00b", &long] {
        operator
            .get(&format!("/batteries/?serial_number={serial_number}"))
            .await
            .is_problem(422, "validation-failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_batteries_come_in_pages_and_by_state() {
    let service = Service::start().await;
    let stations = service.database.stations(&[25, 3]).await;
    service.database.run("UPDATE inventory.batteries SET state = 'charging' WHERE id % 5 = 0").await;
    let of_station = format!("/stations/{}/batteries/", stations[0]);
    let operator = service.api.operator(7);
    for (path, total, charging) in [("/batteries/", 28, 5), (of_station.as_str(), 25, 5)] {
        let all = operator.get(path).await.ok();
        assert_eq!((ids(&all).len(), &all["next"]), (total, &Value::Null));
        assert_eq!(ids(&operator.get(&format!("{path}?state=charging")).await.ok()).len(), charging);
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = operator.get(&format!("{path}?limit=7{after}")).await.ok();
            assert!(ids(&page).len() <= 7);
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ids(&all));
        for query in ["state=broken", "limit=0", "limit=501", "after=x", "owner=7"] {
            operator.get(&format!("{path}?{query}")).await.is_problem(422, "validation-failed");
        }
    }
    assert_eq!(
        service.api.get(&of_station).await.ok(),
        operator.get(&of_station).await.ok(),
        "no token is needed"
    );
    let item = &service.api.get(&of_station).await.ok()["items"][0];
    assert_eq!(item, &operator.get("/batteries/1/").await.ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_takes_a_battery_out_of_service_and_reports_its_charge() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let operator = service.api.operator(7);
    let mut expected = operator.get("/batteries/1/").await.ok();
    let changes = [
        ("state", json!("faulty")),
        ("state", json!("charging")),
        ("state_of_charge_percent", json!(12.5)),
        ("state_of_health_percent", json!(0.0)),
        ("state_of_charge_percent", json!(100.0)),
        ("state", json!("available")),
    ];
    for (field, value) in changes {
        let changed = operator.patch("/batteries/1/", json!({field: value})).await.ok();
        expected[field] = value;
        assert!(changed["updated_at"].as_str() > expected["updated_at"].as_str());
        expected["updated_at"] = changed["updated_at"].clone();
        assert_eq!(changed, expected);
        let station = service.api.get(&format!("/stations/{}/", stations[0])).await.ok();
        let available = i32::from(changed["state"] == "available");
        assert_eq!(station["available_batteries"], available);
        assert_eq!(station["unavailable_batteries"], 1 - available);
    }
    assert_eq!(
        operator.patch("/batteries/1", json!({})).await.ok(),
        expected,
        "an empty change changes nothing"
    );
    assert_eq!(
        service.api.admin().patch("/batteries/1/", json!({"state": "faulty"})).await.ok()["state"],
        "faulty"
    );
    service
        .api
        .operator(8)
        .patch("/batteries/1/", json!({"state": "charging"}))
        .await
        .is_problem(403, "forbidden");
    assert_eq!(operator.get("/batteries/1/").await.ok()["state"], "faulty");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_battery_that_a_rider_holds_or_has_is_not_the_owners_to_set() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let operator = service.api.operator(7);
    service.database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    for state in ["available", "charging", "faulty"] {
        operator.patch("/batteries/1/", json!({"state": state})).await.is_problem(409, "battery-booked");
    }
    let both = json!({"state": "faulty", "state_of_charge_percent": 3});
    service.api.admin().patch("/batteries/1/", both).await.is_problem(409, "battery-booked");
    let charged = operator.patch("/batteries/1/", json!({"state_of_charge_percent": 55})).await.ok();
    assert_eq!((&charged["state"], &charged["state_of_charge_percent"]), (&json!("booked"), &json!(55.0)));
    service.database.run("SELECT inventory.collect_battery(1)").await;
    operator.patch("/batteries/1/", json!({"state": "available"})).await.is_problem(409, "battery-collected");
    assert_eq!(operator.get("/batteries/1/").await.ok()["state"], "collected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_battery_that_can_not_be_accepted_changes_nothing() {
    let service = Service::start().await;
    service.database.stations(&[1]).await;
    let operator = service.api.operator(7);
    let before = operator.get("/batteries/1/").await.ok();
    let bad = [
        ("state", json!("booked")),
        ("state", json!("collected")),
        ("state", json!("Available")),
        ("state_of_charge_percent", json!(101)),
        ("state_of_charge_percent", json!(-1)),
        ("state_of_health_percent", json!("90")),
        ("station_id", json!(1)),
        ("serial_number", json!("SN-2")),
    ];
    for (field, value) in bad {
        let mut body = json!({"state": "faulty"});
        body[field] = value;
        operator.patch("/batteries/1/", body).await.is_invalid(&[field]);
    }
    assert_eq!(operator.get("/batteries/1/").await.ok(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_that_is_not_there_is_not_found() {
    let service = Service::start().await;
    let stations = service.database.stations(&[1]).await;
    let operator = service.api.operator(7);
    for id in ["2", "0", "-1", "x", "99999999999999999999"] {
        operator.get(&format!("/batteries/{id}/")).await.is_problem(404, "battery-not-found");
        operator.patch(&format!("/batteries/{id}/"), json!({})).await.is_problem(404, "battery-not-found");
    }
    for id in ["2", "0", "-1"] {
        let path = format!("/stations/{}/batteries/{id}/", stations[0]);
        operator.delete(&path).await.is_problem(404, "battery-not-found");
    }
    for id in ["x", "99999999999999999999"] {
        let path = format!("/stations/{}/batteries/{id}/", stations[0]);
        operator.delete(&path).await.is_problem(404, "battery-not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_know_is_not_allowed() {
    let service = Service::start().await;
    let operator = service.api.operator(7);
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        operator.send(method, "/batteries/", None).await.is_problem(405, "method-not-allowed");
    }
    for method in [Method::PUT, Method::POST, Method::DELETE] {
        operator.send(method, "/batteries/1/", None).await.is_problem(405, "method-not-allowed");
    }
}
