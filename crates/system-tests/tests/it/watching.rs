//! Prometheus and Alertmanager of an instance that is observed (`OBSERVE=1`, which `make test` sets).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testbed::environment::variable;
use testbed::{Broker, until};

use crate::instance::all_ready;

/// What only a replica or a certificate brings.
const CONDITIONAL: [&str; 2] = ["pg_stat_replication_pg_wal_lsn_diff", "probe_ssl_earliest_cert_expiry"];

/// An answer of Prometheus' API.
async fn prometheus(path: &str) -> Value {
    let base = variable("SWAPWIRE_TEST_PROMETHEUS_URL");
    assert!(!base.is_empty(), "nobody watches this instance: start it with OBSERVE=1 make test-up");
    let answer = reqwest::get(format!("{base}/api/v1/{path}")).await.expect("Prometheus");
    answer.json::<Value>().await.expect("JSON")["data"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_is_scraped() {
    all_ready().await;
    until("every target is up", async || {
        let targets = prometheus("targets?state=active").await;
        let targets = targets["activeTargets"].as_array().expect("targets").clone();
        let jobs: BTreeSet<_> = targets.iter().map(|target| target["labels"]["job"].to_string()).collect();
        println!("{jobs:?}");
        jobs.len() == 11 && targets.iter().all(|target| target["health"] == "up")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_of_an_exporter_that_rules_and_dashboards_use_is_there() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/prometheus/exporters.txt");
    let text = std::fs::read_to_string(file).expect("the list");
    let used = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && *line != "ALERTS");
    let used: Vec<&str> = used.filter(|name| !CONDITIONAL.contains(name)).collect();
    assert!(used.len() > 20, "{used:?}");
    until("all of them are there", async || {
        let names = prometheus("label/__name__/values").await;
        let names: BTreeSet<&str> =
            names.as_array().expect("names").iter().filter_map(Value::as_str).collect();
        let missing: Vec<_> = used.iter().filter(|name| !names.contains(*name)).collect();
        println!("missing: {missing:?}");
        missing.is_empty()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_reaches_the_log_of_alerts_with_its_chapter_of_the_runbook() {
    all_ready().await;
    let headers = json!({"cloudEvents:id": "no event", "cloudEvents:type": "swap.inventory_update.v1"});
    Broker::of_instance().publish_raw("station.1.inventory_update", &headers, "no JSON").await;
    let log = format!("{}/log/alerts.log", variable("SWAPWIRE_INSTANCE"));
    until("the alert is in the log", async || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.lines().any(|line| {
            line.contains("firing warning FeedUndecodable: Gateway gateway-")
                && line.contains("docs/runbook.md#screens-differ")
        })
    })
    .await;
}
