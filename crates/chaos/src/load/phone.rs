//! A rider's phone: hears messages, disconnects, and comes back with its cursor. It reads the inbox after each greeting
//! with `recovered: false`.

use std::sync::Arc;

use events::{NotificationId, OrderId, UserId};
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;
use service::auth::Role;
use testbed::Api;

use super::Scene;
use super::connection::{Channel, Connection, Kind, Visit, pause};
use crate::history::{Message, ScreenId, What};

/// Watches for ever.
pub(super) async fn watch(scene: Arc<Scene>, rider: UserId, kind: Kind, mut chance: StdRng) {
    let screen = scene.next_screen();
    scene.history.add(What::Phone { screen, rider });
    let api = scene.api().rider(rider.0);
    let token = Some(testbed::token(rider.0, Role::Rider));
    let channel = Channel { base: scene.base.clone(), path: "notifications/".into(), token };
    let mut cursor = None;
    loop {
        if let Some((connection, greeting)) = Connection::open(&channel, kind, cursor.clone()).await {
            let recovered = greeting["recovered"] == true;
            let visit = Visit::draw(&mut chance);
            cursor = follow(&scene, screen, &api, connection, recovered, visit).await;
        }
        pause(&mut chance).await;
    }
}

/// Records what one connection brings; returns the cursor to come back with. Without the inbox there is none: a recovery
/// from that cursor would leave out what only the inbox has.
async fn follow(
    scene: &Scene,
    screen: ScreenId,
    api: &Api,
    mut connection: Connection,
    recovered: bool,
    mut visit: Visit,
) -> Option<String> {
    let inbox = if recovered { None } else { Some(read_inbox(api).await?) };
    scene.history.add(What::Greeted { screen, recovered });
    if let Some(messages) = inbox {
        scene.history.add(What::Inbox { screen, messages });
    }
    while let Some(message) = connection.next().await {
        if let Some(message) = heard(&message) {
            scene.history.add(What::Heard { screen, message });
        }
        if visit.ends().await {
            break;
        }
    }
    connection.cursor
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
