//! How much one operator may have, also when many requests come at once.

use serde_json::{Value, json};
use testbed::Api;
use tokio::task::JoinSet;

use crate::app::Service;

async fn service() -> Service {
    Service::with(json!({"quota": {"stations": 3, "batteries": 5}})).await
}

fn station(name: &str) -> Value {
    json!({"name": name, "latitude": 52.5, "longitude": 13.4})
}

fn batteries(serials: &[&str]) -> Value {
    serials.iter().map(|serial| json!({"serial_number": serial, "model": "M"})).collect()
}

async fn post_at_once(api: &Api, path: &'static str, bodies: Vec<Value>) -> Vec<u16> {
    let mut asking = JoinSet::new();
    for body in bodies {
        let api = api.clone();
        asking.spawn(async move { api.post(path, body).await.status.as_u16() });
    }
    asking.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_opens_as_many_stations_as_the_quota_and_gets_room_by_removing_one() {
    let service = service().await;
    let operator = service.api.operator(7);
    let statuses =
        post_at_once(&operator, "/stations/", (0..8).map(|n| station(&format!("{n}"))).collect()).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    operator.post("/stations/", station("one more")).await.is_problem(409, "station-quota-reached");
    service.api.operator(8).post("/stations/", station("another's")).await.ok();
    let own = operator.get("/stations/?own=true").await.ok();
    operator.delete(&format!("/stations/{}/", own["items"][0]["id"])).await;
    operator.post("/stations/", station("in its place")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_batteries_that_does_not_fit_is_refused_as_a_whole() {
    let service = service().await;
    let operator = service.api.operator(7);
    operator.post("/batteries/", batteries(&["a", "b", "c"])).await.ok();
    let refused = operator.post("/batteries/", batteries(&["d", "e", "f"])).await;
    refused.is_problem(409, "battery-quota-reached");
    operator.post("/batteries/", batteries(&["d", "e"])).await.ok();
    let single = json!({"serial_number": "f", "model": "M"});
    operator.post("/batteries/", single).await.is_problem(409, "battery-quota-reached");
    assert_eq!(service.database.number("SELECT count(*) FROM inventory.batteries").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_and_a_network_without_a_quota_have_any_number() {
    let limited = service().await;
    for name in ["1", "2", "3", "4"] {
        limited.api.admin().post("/stations/", station(name)).await.ok();
    }
    let unlimited = Service::with(json!({"quota": {"stations": 0, "batteries": 0}})).await;
    unlimited.api.operator(7).post("/stations/", station("1")).await.ok();
    unlimited.api.operator(7).post("/batteries/", batteries(&["a"])).await.ok();
}
