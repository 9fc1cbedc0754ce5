//! What stands at the edge: nginx, what it hides and how it refuses; and what a bad message in the stream does.

use std::fs;

use reqwest::Method;
use serde_json::json;
use testbed::{Api, Broker, Screen, Upgrade, until};

use crate::instance::{all_ready, api, base, gateways, log, metric};
use crate::nginx::Nginx;

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
async fn a_message_that_is_no_event_is_logged_with_its_id_and_offset_counted_and_left_behind() {
    all_ready().await;
    let counter = "swapwire_feed_undecodable_total";
    let before = metric(&gateways()[0], counter).await;
    let id = "11111111-2222-4333-8444-555555555555";
    let headers = json!({"cloudEvents:id": id, "cloudEvents:type": "swap.inventory_update.v1"});
    Broker::of_instance().publish_raw("station.1.inventory_update", &headers, "no JSON").await;
    until("it is counted", async || metric(&gateways()[0], counter).await > before).await;
    let log = log("gateway-1");
    let line = log.lines().rev().find(|line| line.contains(id)).expect("a line with its id");
    assert!(line.contains("offset="), "{line}");
    all_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_path_is_served_with_and_without_the_trailing_slash_and_with_a_query() {
    all_ready().await;
    for path in ["/ws/stations", "/ws/stations/", "/ws/stations?x=%2f", "/ws/stations/?x=%2f"] {
        Screen::open(&base(), path).await;
    }
    for end in ["", "/", "?x=%2f", "/?x=%2f"] {
        // The gateway refuses these: nginx has passed them on.
        api().get(&format!("/sse/notifications{end}")).await.is_problem(401, "unauthenticated");
        api().get(&format!("/sse/stations/999999999{end}")).await.is_problem(404, "station-not-found");
        let refused = Upgrade::new(&base(), &format!("/ws/notifications{end}")).open().await.err();
        assert_eq!(refused.map(|status| status.as_u16()), Some(401), "{end}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_a_live_path_is_not_found() {
    for root in ["ws", "sse"] {
        for path in [
            format!("/{root}"),
            format!("/{root}/"),
            format!("/{root}/anything"),
            format!("/{root}%2fanything/stations"),
            format!("/{root}%2Fstations/"),
            format!("/{root}/%73tations/"),
            format!("/{root}/stations%2f1/"),
            format!("/{root}/stations/%31/"),
            format!("/{root}/stations%3fx=1"),
            format!("/{root}/stations/1a/"),
            format!("/{root}/stations/1/more"),
            format!("/{root}/stations//"),
            format!("//{root}/stations/"),
            format!("/{root}//stations/"),
            format!("/{root}/notifications/1"),
        ] {
            println!("{path}");
            api().get(&path).await.is_problem(404, "not-found");
            let refused = Upgrade::new(&base(), &path).open().await.err();
            assert_eq!(refused.map(|status| status.as_u16()), Some(404), "{path}");
        }
    }
    api().get("/%77s/stations/").await.is_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoded_slash_in_an_api_path_is_not_found() {
    let rider = api().rider(42);
    for path in [
        "/stations%2f",
        "/stations%2F1/",
        "/stations/1%2fbatteries",
        "/batteries%2f",
        "/stats%2f",
        "/user%2forders/",
        "/user/orders%2F1/",
        "/notifications%2f",
    ] {
        println!("{path}");
        rider.get(path).await.is_problem(404, "not-found");
    }
    // The service refuses this one: nginx has passed it on.
    assert_eq!(rider.get("/user/orders/?cursor=a%2fb").await.status, 422, "a query may hold one");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_too_many_live_connections_is_refused_until_one_ends() {
    all_ready().await;
    let nginx = Nginx::start(&[("SWAPWIRE_CONNECTIONS_PER_ADDRESS", "2")]).await;
    let held = Screen::open(&nginx.base, "/ws/stations/").await;
    let _other = Screen::open(&nginx.base, "/ws/stations/").await;
    let refused = Api::new(&nginx.base).get("/sse/stations/").await;
    refused.is_problem(429, "too-many-requests");
    assert_eq!(refused.headers["retry-after"], "1");
    let status = Upgrade::new(&nginx.base, "/ws/stations/").open().await.err();
    assert_eq!(status.map(|status| status.as_u16()), Some(429));
    assert!(Api::new(&nginx.base).get("/stations/").await.status.is_success(), "plain requests don't count");
    drop(held);
    until("there is room again", async || Upgrade::new(&nginx.base, "/ws/stations/").open().await.is_ok())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_fits_its_connections_to_the_limit_of_open_files() {
    let nginx = Nginx::start(&[]).await;
    let settings = fs::read_to_string(nginx.folder.join("etc/nginx/nginx.conf")).unwrap();
    assert!(settings.contains("worker_rlimit_nofile 4096;"), "{settings}");
    assert!(settings.contains("worker_connections 3584;"), "{settings}");
    let log = nginx.log();
    assert!(!["[warn]", "[alert]", "[emerg]"].iter().any(|level| log.contains(level)), "{log}");
}
