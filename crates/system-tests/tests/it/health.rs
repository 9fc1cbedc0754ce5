//! How the parts do, for an admin: through nginx, each in its own words.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::instance::{all_ready, api, gateways};

/// The names of a part's dependencies.
fn dependencies(report: &Value) -> BTreeSet<&str> {
    report["dependencies"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_reads_how_each_part_does_and_nobody_else_does() {
    all_ready().await;
    let refused = api().send(Method::POST, "/health/parts/", None).await;
    refused.is_problem(405, "method-not-allowed");
    assert_eq!(refused.headers["allow"], "GET, HEAD");
    let parts = api().get("/health/parts/").await.ok();
    let names: Vec<&str> =
        parts["parts"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let gateways: Vec<String> = (1..=gateways().len()).map(|number| format!("gateway-{number}")).collect();
    let expected = ["inventory", "booking"].into_iter().chain(gateways.iter().map(String::as_str));
    assert_eq!(names, expected.collect::<Vec<_>>());
    for name in names {
        for path in [format!("/health/parts/{name}/"), format!("/health/parts/{name}")] {
            println!("{path}");
            api().get(&path).await.is_problem(401, "unauthenticated");
            api().rider(42).get(&path).await.is_problem(403, "forbidden");
            api().operator(7).get(&path).await.is_problem(403, "forbidden");
            api().admin().send(Method::POST, &path, None).await.is_problem(405, "method-not-allowed");
            let report = api().admin().get(&path).await.ok();
            assert_eq!(report["status"], "ready");
            let known: &[&str] = match name {
                "inventory" => &["battery_ready_relay", "postgres", "rabbitmq", "relay"],
                "booking" => &["dead_letters", "postgres", "rabbitmq", "relay"],
                _ => &["feed", "live", "workers"],
            };
            assert_eq!(dependencies(&report), known.iter().copied().collect());
            assert!(
                report["dependencies"].as_object().unwrap().values().all(|state| state == "ok"),
                "{report}"
            );
        }
    }
    for path in [
        "/health/parts/gateway-99/",
        "/health/parts/postgres",
        "/health/parts/x%2fy",
        "/health/report",
        "/health/ready",
    ] {
        api().admin().get(path).await.is_problem(404, "not-found");
    }
}
