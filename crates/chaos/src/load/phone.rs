//! A rider's phone: hears messages, vanishes, comes back with its cursor, and reads the inbox whenever it is told that it
//! can't be given what it missed.

use std::sync::Arc;
use std::time::Duration;

use events::{NotificationId, OrderId, UserId};
use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;
use service::auth::Role;
use testbed::Api;
use tokio::time::sleep;

use super::Scene;
use super::line::{Channel, Kind, Line};
use super::wall::Mood;
use crate::history::{Message, ScreenId, What};

const AGAIN: Duration = Duration::from_millis(100);

/// Watches for ever.
pub(super) async fn watch(scene: Arc<Scene>, rider: UserId, kind: Kind, mut chance: StdRng) {
    let screen = scene.next_screen();
    scene.history.add(What::Phone { screen, rider });
    let api = scene.api().rider(rider.0);
    let token = Some(testbed::token(rider.0, Role::Rider));
    let channel = Channel { base: scene.base.clone(), path: "notifications/".into(), token };
    let mut cursor = None;
    loop {
        if let Some((line, greeting)) = Line::open(&channel, kind, cursor.clone()).await {
            let recovered = greeting["recovered"] == true;
            cursor = connection(&scene, screen, &api, line, recovered, Mood::draw(&mut chance)).await;
        }
        sleep(AGAIN + Duration::from_millis(chance.random_range(0..200))).await;
    }
}

/// One connection; returns the cursor to come back with. Without the inbox that belongs to it a cursor proves nothing.
async fn connection(
    scene: &Scene,
    screen: ScreenId,
    api: &Api,
    mut line: Line,
    recovered: bool,
    mut mood: Mood,
) -> Option<String> {
    if !recovered {
        let inbox = read_inbox(api).await?;
        scene.history.add(What::Greeted { screen, recovered });
        scene.history.add(What::Inbox { screen, messages: inbox });
    } else {
        scene.history.add(What::Greeted { screen, recovered });
    }
    while let Some(message) = line.next().await {
        if let Some(message) = heard(&message) {
            scene.history.add(What::Heard { screen, message });
        }
        if mood.leaves().await {
            break;
        }
    }
    line.cursor
}

fn heard(message: &Value) -> Option<Message> {
    // A message about the connection is in no inbox.
    let id = NotificationId(message["notification_id"].as_i64()?);
    let kind = message["type"].as_str()?.to_owned();
    Some(Message { id, kind, order: message["booking_id"].as_i64().map(OrderId) })
}

async fn read_inbox(api: &Api) -> Option<Vec<Message>> {
    let (mut messages, mut after) = (Vec::new(), String::from("0"));
    loop {
        let path = format!("/user/notifications/?limit=500&after={after}");
        let page =
            api.try_send(Method::GET, &path, None).await.ok().filter(|page| page.status.is_success())?;
        for item in page.body["items"].as_array()? {
            messages.push(Message {
                id: NotificationId(item["id"].as_i64()?),
                kind: item["type"].as_str()?.to_owned(),
                order: item["booking_id"].as_i64().map(OrderId),
            });
        }
        match page.body["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return Some(messages),
        }
    }
}
