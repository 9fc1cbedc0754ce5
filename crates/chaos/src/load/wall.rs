//! A wall or a kiosk: shows stations, disconnects, and comes back with its cursor.

use std::sync::Arc;

use events::{Revision, StationId};
use rand::rngs::StdRng;
use serde_json::Value;

use super::Scene;
use super::connection::{Channel, Connection, Kind, Visit, pause};
use crate::history::{ScreenId, Shown, What};

/// Watches for ever.
pub(super) async fn watch(
    scene: Arc<Scene>,
    base: String,
    station: Option<StationId>,
    kind: Kind,
    mut chance: StdRng,
) {
    let screen = scene.next_screen();
    scene.history.add(What::Wall { screen, station });
    let path = station.map_or_else(|| "stations/".into(), |station| format!("stations/{station}/"));
    let channel = Channel { base, path, token: None };
    let mut cursor = None;
    loop {
        if let Some((connection, greeting)) = Connection::open(&channel, kind, cursor.clone()).await {
            let recovered = greeting["recovered"] == true;
            scene.history.add(What::Greeted { screen, recovered });
            cursor = follow(&scene, screen, connection, Visit::draw(&mut chance)).await;
        }
        pause(&mut chance).await;
    }
}

/// Records what one connection brings; returns the cursor to come back with.
async fn follow(
    scene: &Scene,
    screen: ScreenId,
    mut connection: Connection,
    mut visit: Visit,
) -> Option<String> {
    while let Some(message) = connection.next().await {
        match message["type"].as_str() {
            Some("inventory_snapshot") => {
                for state in message["stations"].as_array().into_iter().flatten() {
                    show(scene, screen, state);
                }
            }
            Some("inventory_update") => show(scene, screen, &message),
            _ => {}
        }
        if visit.ends().await {
            break;
        }
    }
    connection.cursor
}

fn show(scene: &Scene, screen: ScreenId, state: &Value) {
    let text = |name: &str| state[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| state[name].as_i64().unwrap_or(-1);
    let counts = ["available_batteries", "booked_batteries", "unavailable_batteries", "total_batteries"];
    let shown = Shown { name: text("station_name"), status: text("status"), counts: counts.map(number) };
    let (station, revision) = (StationId(number("station_id")), Revision(number("revision")));
    scene.history.add(What::Shown { screen, station, revision, state: shown });
}
