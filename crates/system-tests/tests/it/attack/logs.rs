//! What the logs of the instance must not hold, whatever clients send: tokens, secrets, names and texts of people.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Client, Method};
use serde_json::json;
use service::auth::Role;
use testbed::environment::variable;
use testbed::{token, until};

use crate::instance::{all_ready, api, base};

#[tokio::test(flavor = "multi_thread")]
async fn no_token_secret_name_or_text_is_in_any_log() {
    all_ready().await;
    let stamp = std::process::id();
    let rider = token(77_001, Role::Rider);
    let (name, text) = (format!("Secret station {stamp}"), format!("Secret text {stamp}"));
    let code = format!("secret-code-{stamp}");
    api().operator(77).post("/stations/", json!({"name": name, "latitude": 1, "longitude": 1})).await.ok();
    let notification = json!({"user_id": 77_001, "title": text, "message": text, "level": "info"});
    api().admin().post("/notifications/", notification).await.ok();
    let marker = format!("/nothing-{stamp}");
    for path in [
        &format!("/ws/notifications/?token={rider}"),
        &format!("/sse/notifications/?token={rider}"),
        &format!("/sse/stations/?access_token={rider}&since={rider}"),
        &format!("/user/orders/?token={rider}"),
        &format!("/user/orders/?status={text}"),
        &format!("/stations/?near={code}"),
        &format!("/sign-in/callback?code={code}&state={rider}"),
        &format!("/?{code}"),
        &format!("/assets/nothing.js?{code}"),
        &marker,
    ] {
        // A stream that is refused has an end, any other would go on: the head of the answer is enough.
        let _ = Client::new().get(format!("{}{path}", base())).send().await.unwrap();
    }
    // Violations of what the database itself checks, and bodies that do not fit.
    let operator = api().operator(77);
    for _ in 0..2 {
        let battery = json!({"serial_number": code, "model": text, "state_of_health_percent": 90});
        operator.post("/batteries/", battery).await;
    }
    operator.post("/stations/", json!({"name": text.repeat(100), "latitude": 1, "longitude": 1})).await;
    operator.send(Method::POST, "/stations/", Some(format!("{{\"{text}\": 1}}"))).await;
    api().with_token(format!("{rider}x")).get("/user/orders/").await.is_problem(401, "unauthenticated");

    let nginx = logs().into_iter().find(|log| log.ends_with("nginx-access.log")).expect("nginx writes a log");
    until("the last request is in the log", async || fs::read_to_string(&nginx).unwrap().contains(&marker))
        .await;
    let mut forbidden = vec![rider.clone(), name, text, code];
    // The signature alone, and the demo identities' tokens.
    forbidden.extend(rider.rsplit('.').next().map(ToOwned::to_owned));
    forbidden.push("eyJ".into());
    forbidden.extend(secrets());
    for log in logs() {
        let content = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
        for (number, line) in content.lines().enumerate() {
            let found = forbidden.iter().find(|text| line.contains(*text));
            assert!(found.is_none(), "{} line {}: {line}", log.display(), number + 1);
        }
    }
}

/// Every secret that the bootstrap has made.
fn secrets() -> Vec<String> {
    let file = fs::read_to_string(instance().join("etc/secrets.env")).unwrap();
    let values = file
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(_, value)| value.trim_matches('\'').to_owned());
    let secrets: Vec<_> = values.filter(|value| value.len() >= 16).collect();
    assert!(secrets.len() >= 8, "the secrets are elsewhere");
    secrets
}

fn logs() -> Vec<PathBuf> {
    let folders = ["log", "rabbitmq/log"].map(|folder| instance().join(folder));
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn instance() -> PathBuf {
    Path::new(&variable("SWAPWIRE_INSTANCE")).to_owned()
}
