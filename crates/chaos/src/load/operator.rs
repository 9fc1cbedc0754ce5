//! Operators: bring collected batteries back, rename stations, close and open them, charge batteries.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::Api;
use tokio::time::sleep;

use super::{OPERATOR, Scene};

const PAUSE_MS: std::ops::Range<u64> = 200..600;
const AGAIN: Duration = Duration::from_millis(50);

/// Brings collected batteries to stations.
pub(super) async fn bring_back(scene: Arc<Scene>, mut chance: StdRng) {
    let api = scene.api().operator(OPERATOR.0);
    loop {
        sleep(Duration::from_millis(chance.random_range(PAUSE_MS))).await;
        let _turn = scene.turn().await;
        let batteries = std::mem::take(&mut *scene.collected.lock().await);
        let Some(station) = scene.stations.choose(&mut chance) else { return };
        // One by one: a battery that the copy of a database has elsewhere must not keep the others away.
        for battery in batteries {
            let body = json!({ "batteries": [battery] });
            ask(&api, Method::PUT, &format!("/stations/{station}/batteries/"), body).await;
        }
    }
}

/// Changes stations and batteries.
pub(super) async fn change(scene: Arc<Scene>, mut chance: StdRng) {
    let api = scene.api().operator(OPERATOR.0);
    for number in 0_u64.. {
        sleep(Duration::from_millis(chance.random_range(PAUSE_MS))).await;
        let _turn = scene.turn().await;
        let Some(station) = scene.stations.choose(&mut chance) else { return };
        let path = format!("/stations/{station}/");
        match chance.random_range(0..3) {
            0 => ask(&api, Method::PATCH, &path, json!({"name": format!("Chaos {station} {number}")})).await,
            1 => {
                ask(&api, Method::PATCH, &path, json!({"status": "maintenance"})).await;
                ask(&api, Method::PATCH, &path, json!({"status": "online"})).await;
            }
            _ => {
                let list = api.try_send(Method::GET, &format!("{path}batteries/"), None).await;
                let list = list.map(|list| list.body["items"].as_array().cloned()).ok().flatten();
                let Some(battery) = list.unwrap_or_default().choose(&mut chance).cloned() else { continue };
                let body = json!({"state_of_charge_percent": chance.random_range(60..100)});
                ask(&api, Method::PATCH, &format!("/batteries/{}/", battery["id"]), body).await;
            }
        }
    }
}

/// Asks until there is an answer; these requests do the same when they are repeated.
async fn ask(api: &Api, method: Method, path: &str, body: Value) {
    loop {
        match api.try_send(method.clone(), path, Some(body.to_string())).await {
            Ok(answer) if !answer.status.is_server_error() && answer.status != 429 => return,
            _ => sleep(AGAIN).await,
        }
    }
}
