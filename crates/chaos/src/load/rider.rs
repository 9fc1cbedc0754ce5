//! A rider: books, gives up or collects, over and over. A request without a clear answer is repeated until it has one,
//! a booking under its `Idempotency-Key`.

use std::sync::Arc;
use std::time::Duration;

use events::{BatteryId, OrderId, StationId, UserId};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testbed::{Answer as Response, Api};
use tokio::time::sleep;

use super::Scene;
use crate::history::{Answer, End, What};

/// Between two requests of a rider, in milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 80..320;
/// Before a request is repeated.
const AGAIN: Duration = Duration::from_millis(50);

struct Rider {
    scene: Arc<Scene>,
    api: Api,
    user: UserId,
    chance: StdRng,
    holds: Vec<(OrderId, BatteryId)>,
}

/// Rides for ever.
pub(super) async fn ride(scene: Arc<Scene>, user: UserId, chance: StdRng) {
    let api = scene.api().rider(user.0);
    let mut rider = Rider { scene, api, user, chance, holds: Vec::new() };
    loop {
        let pause = rider.chance.random_range(PAUSE_MS);
        sleep(Duration::from_millis(pause)).await;
        let scene = Arc::clone(&rider.scene);
        let _turn = scene.turn().await;
        rider.act().await;
    }
}

impl Rider {
    async fn act(&mut self) {
        let full = self.holds.len() > 1;
        if !self.holds.is_empty() && (full || self.chance.random_bool(0.4)) {
            let (order, battery) = self.holds.remove(0);
            self.end(order, battery).await;
        } else {
            self.book().await;
        }
    }

    async fn book(&mut self) {
        let Some(station) = self.scene.stations.choose(&mut self.chance).copied() else { return };
        let key = self.scene.next_key();
        let history = Arc::clone(&self.scene.history);
        history.add(What::Asked { key, rider: self.user, station });
        let api = self.api.with_header("idempotency-key", &format!("chaos-{}-{}", self.scene.seed, key.0));
        // The answer to a key stays the same.
        let times = if self.chance.random_bool(0.1) { 2 } else { 1 };
        for _ in 0..times {
            let answer = ask_until_answered(&api, self.user, station).await;
            history.add(What::Answered { key, answer: answer.clone() });
            match answer {
                Answer::Booked { order, battery, .. } if !self.holds.contains(&(order, battery)) => {
                    self.holds.push((order, battery));
                }
                Answer::Refused { code } if code == "order-limit-reached" => self.reload_holds().await,
                _ => {}
            }
        }
    }

    /// After a restore of the database a rider may hold a battery again that was given up after the copy was made.
    async fn reload_holds(&mut self) {
        let Some(list) = self.ask(Method::GET, "/user/orders/?status=booked").await else { return };
        let orders = list.body["items"].as_array().cloned().unwrap_or_default();
        self.holds = orders.iter().filter_map(booked).collect();
    }

    async fn end(&mut self, order: OrderId, battery: BatteryId) {
        let history = Arc::clone(&self.scene.history);
        history.add(What::EndAsked { rider: self.user, order });
        let verb = if self.chance.random_bool(0.3) { "collect" } else { "cancel" };
        let how = loop {
            let ended = self.ask(Method::POST, &format!("/user/orders/{order}/{verb}/")).await;
            match ended.as_ref().and_then(standing) {
                Some(how) => break how,
                // It had ended before: an answer was lost on its way.
                None if ended.is_some_and(|answer| answer.body["code"] == "order-not-active") => {
                    let order = self.ask(Method::GET, &format!("/user/orders/{order}/")).await;
                    if let Some(how) = order.as_ref().and_then(standing) {
                        break how;
                    }
                }
                None => {}
            }
            sleep(AGAIN).await;
        };
        history.add(What::Ended { order, how });
        if how == End::Collected {
            self.scene.collected.lock().await.push(battery);
        }
    }

    async fn ask(&self, method: Method, path: &str) -> Option<Response> {
        self.api.try_send(method, path, None).await.ok()
    }
}

/// Repeats a booking until the answer is definite.
async fn ask_until_answered(api: &Api, rider: UserId, station: StationId) -> Answer {
    let body = json!({ "station": station }).to_string();
    loop {
        let response = api.try_send(Method::POST, "/user/orders/", Some(body.clone())).await;
        if let Some(answer) = response.ok().and_then(|response| definite(rider, &response)) {
            return answer;
        }
        sleep(AGAIN).await;
    }
}

/// `None` for an answer that leaves open what happened, or that is none to this request.
fn definite(rider: UserId, response: &Response) -> Option<Answer> {
    if response.status == StatusCode::CREATED {
        let (order, battery) = booked(&response.body)?;
        return Some(Answer::Booked { rider, order, battery });
    }
    let code = response.body["code"].as_str()?;
    let refused = [StatusCode::NOT_FOUND, StatusCode::CONFLICT].contains(&response.status);
    (refused && code != "idempotency-key-in-flight").then(|| Answer::Refused { code: code.to_owned() })
}

fn booked(order: &Value) -> Option<(OrderId, BatteryId)> {
    Some((OrderId(order["id"].as_i64()?), BatteryId(order["battery"]["id"].as_i64()?)))
}

/// How an order has ended, if the answer says so.
fn standing(answer: &Response) -> Option<End> {
    if answer.status == StatusCode::NOT_FOUND && answer.body["code"] == "order-not-found" {
        return Some(End::Gone);
    }
    match answer.body["status"].as_str().filter(|_| answer.status.is_success())? {
        "collected" => Some(End::Collected),
        "cancelled" => Some(End::Cancelled),
        _ => None,
    }
}
