//! What belongs to somebody else, by every id of the API and as every role; and fields that only the service may set.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::{Answer, Api};

use crate::instance::{all_ready, api};

/// A station with a booked and a free battery of operator 7,101, and the order of rider 7,201.
struct Victim {
    station: i64,
    battery: i64,
    order: i64,
    notification: i64,
}

async fn victim() -> Victim {
    all_ready().await;
    let owner = api().operator(7_101);
    let station = json!({"name": "victim", "latitude": 10, "longitude": 10});
    let station = id(&owner.post("/stations/", station).await.ok());
    let stamp = station;
    let batteries: Vec<Value> =
        (0..2).map(|n| json!({"serial_number": format!("victim-{stamp}-{n}"), "model": "M"})).collect();
    let batteries = owner.post("/batteries/", json!(batteries)).await.ok();
    let batteries: Vec<i64> = batteries["items"].as_array().unwrap().iter().map(id).collect();
    owner.put(&format!("/stations/{station}/batteries/"), json!({"batteries": batteries})).await.ok();
    let rider = api().rider(7_201);
    let order = id(&rider.post("/user/orders/", json!({"station": station})).await.ok());
    let text = json!({"user_id": 7_201, "title": "t", "message": "m", "level": "info"});
    api().admin().post("/notifications/", text).await.ok();
    let inbox = rider.get("/user/notifications/?limit=500").await.ok();
    let notification = id(inbox["items"].as_array().unwrap().last().unwrap());
    Victim { station, battery: batteries[0], order, notification }
}

fn id(value: &Value) -> i64 {
    value["id"].as_i64().unwrap_or_else(|| panic!("no id: {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_what_belongs_to_somebody_else() {
    let Victim { station, battery, order, notification } = victim().await;
    let (nobody, rider, operator) = (api(), api().rider(7_202), api().operator(7_102));
    for (method, path, body) in [
        (Method::GET, format!("/user/orders/{order}/"), None),
        (Method::POST, format!("/user/orders/{order}/collect/"), None),
        (Method::POST, format!("/user/orders/{order}/cancel/"), None),
        (Method::PATCH, format!("/stations/{station}/"), Some(json!({"name": "mine"}))),
        (Method::DELETE, format!("/stations/{station}/"), None),
        (Method::PUT, format!("/stations/{station}/batteries/"), Some(json!({"batteries": [battery]}))),
        (Method::DELETE, format!("/stations/{station}/batteries/{battery}/"), None),
        (Method::PATCH, format!("/batteries/{battery}/"), Some(json!({"state": "faulty"}))),
        (
            Method::POST,
            "/notifications/".into(),
            Some(json!({"user_id": 7_201, "title": "t", "message": "m", "level": "info"})),
        ),
    ] {
        for (who, api, statuses) in [
            ("nobody", &nobody, &[401][..]),
            ("rider", &rider, &[403, 404]),
            ("operator", &operator, &[403, 404]),
        ] {
            let answer = api.send(method.clone(), &path, body.as_ref().map(Value::to_string)).await;
            assert!(
                statuses.contains(&answer.status.as_u16()),
                "{who} {method} {path}: {} {}",
                answer.status,
                answer.body
            );
            says_nothing(&answer);
        }
    }
    // Ids of an inbox count from 1 for each rider: a stranger's request names one of the stranger's own, or none.
    let read = format!("/user/notifications/{notification}/read/");
    rider.send(Method::POST, &read, None).await.is_problem(404, "notification-not-found");
    let owner = api().rider(7_201);
    let unread = owner.get("/user/notifications/?unread=true&limit=500").await.ok();
    assert!(
        unread["items"].as_array().unwrap().iter().any(|item| id(item) == notification),
        "it is still unread"
    );
    assert_eq!(owner.get(&format!("/user/orders/{order}/")).await.ok()["status"], "booked");
    assert_eq!(api().get(&format!("/stations/{station}/")).await.ok()["total_batteries"], 2);
    owner.send(Method::POST, &format!("/user/orders/{order}/cancel/"), None).await.ok();
}

/// Nothing of what was asked for is in the refusal.
fn says_nothing(answer: &Answer) {
    let text = answer.body.to_string();
    assert!(!["victim", "7101", "7201", "booked"].iter().any(|part| text.contains(part)), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_only_the_service_sets_is_refused() {
    all_ready().await;
    let (rider, operator) = (api().rider(7_203), api().operator(7_103));
    let station = json!({"name": "s", "latitude": 1, "longitude": 1});
    let battery = json!({"serial_number": "s", "model": "m"});
    for (api, path, body, field, value) in [
        (&operator, "/stations/", &station, "owner_id", json!(1)),
        (&operator, "/stations/", &station, "id", json!(1)),
        (&operator, "/stations/", &station, "status", json!("online")),
        (&operator, "/stations/", &station, "__proto__", json!({})),
        (&operator, "/batteries/", &battery, "owner_id", json!(1)),
        (&operator, "/batteries/", &battery, "state", json!("available")),
        (&operator, "/batteries/", &battery, "station_id", json!(1)),
        (&rider, "/user/orders/", &json!({"station": 1}), "user_id", json!(1)),
        (&rider, "/user/orders/", &json!({"station": 1}), "status", json!("collected")),
        (&rider, "/user/orders/", &json!({"station": 1}), "expires_at", json!("2999-01-01T00:00:00Z")),
    ] {
        refuses(api, path, body, field, value).await;
    }
}

async fn refuses(api: &Api, path: &str, body: &Value, field: &str, value: Value) {
    let mut body = body.clone();
    body[field] = value;
    let answer = api.post(path, body).await;
    answer.is_problem(422, "validation-failed");
}
