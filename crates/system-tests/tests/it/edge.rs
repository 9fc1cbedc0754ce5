//! What stands at the edge: nginx, what it hides and how it refuses; and what a bad message in the stream does.

use reqwest::Method;
use serde_json::json;
use testbed::{Api, Broker, until};

use crate::instance::{Program, all_ready, api, base, gateways, log, metric};

#[tokio::test(flavor = "multi_thread")]
async fn paths_work_with_and_without_the_trailing_slash() {
    for path in ["/stations", "/stations/", "/stations/?limit=1", "/stations?limit=1"] {
        assert!(api().get(path).await.status.is_success(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem_whoever_refuses() {
    let rider = api().rider(42);
    api().get("/nothing/here").await.is_problem(404, "not-found");
    api().get("/stations/1/nothing").await.is_problem(404, "not-found");
    api().send(Method::DELETE, "/stations/", None).await.is_problem(405, "method-not-allowed");
    rider.send(Method::POST, "/user/orders/", Some("{".into())).await.is_problem(400, "malformed-json");
    rider.post("/user/orders/", json!({"station": "x"})).await.is_problem(422, "validation-failed");
    let large = format!("{{\"x\":\"{}\"}}", "x".repeat(70_000));
    rider.send(Method::POST, "/user/orders/", Some(large)).await.is_problem(413, "body-too-large");
    api().get("/user/orders/").await.is_problem(401, "unauthenticated");
    let not_a_handshake = api().get("/ws/stations/").await;
    assert!(not_a_handshake.status.is_client_error() && not_a_handshake.body["code"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_on_the_services_own_ports_only() {
    api().get("/metrics").await.is_problem(404, "not-found");
    assert!(Api::new(&gateways()[0]).get("/metrics").await.status.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_and_the_management_ui_are_served() {
    let page = reqwest::get(base()).await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.text().await.unwrap().contains("<script type=\"module\""));
    let ui = reqwest::get(format!("{}/rabbitmq/", base())).await.unwrap();
    assert!(ui.text().await.unwrap().contains("RabbitMQ Management"));
    let login = reqwest::get(format!("{}/rabbitmq/api/overview", base())).await.unwrap();
    assert_eq!(login.status().as_u16(), 401, "behind its own login");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_event_is_logged_with_its_id_and_offset_counted_and_left_behind() {
    all_ready().await;
    let counter = "swapwire_feed_undecodable_total";
    let before = metric(&gateways()[0], counter).await;
    let id = "11111111-2222-4333-8444-555555555555";
    let headers = json!({"cloudEvents:id": id, "cloudEvents:type": "swap.inventory_update.v1"});
    Broker::of_instance().publish_raw("station.1.inventory_update", &headers, "no JSON").await;
    until("it is counted", async || metric(&gateways()[0], counter).await > before).await;
    let log = log(Program::Gateway1);
    let line = log.lines().rev().find(|line| line.contains(id)).expect("a line with its id");
    assert!(line.contains("offset="), "{line}");
    all_ready().await;
}
