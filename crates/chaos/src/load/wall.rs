//! A wall or a kiosk: shows stations, vanishes, and comes back with its cursor.

use std::sync::Arc;
use std::time::Duration;

use events::{Revision, StationId};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::time::sleep;

use super::Scene;
use super::line::{Channel, Kind, Line};
use crate::history::{ScreenId, Shown, What};

const AGAIN: Duration = Duration::from_millis(100);

/// How long a client stays, and whether it stops reading for a while.
pub(super) struct Mood {
    messages: u32,
    stalls_at: u32,
    stall: Duration,
}

impl Mood {
    pub(super) fn draw(chance: &mut StdRng) -> Self {
        let messages = chance.random_range(50..600);
        let stall = Duration::from_millis(chance.random_range(100..1_500));
        Self { messages, stalls_at: chance.random_range(0..600), stall }
    }

    /// Called for each message; whether the client vanishes now.
    pub(super) async fn leaves(&mut self) -> bool {
        self.messages -= 1;
        if self.messages == self.stalls_at {
            sleep(self.stall).await;
        }
        self.messages == 0
    }
}

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
        if let Some((line, greeting)) = Line::open(&channel, kind, cursor.clone()).await {
            let recovered = greeting["recovered"] == true;
            scene.history.add(What::Greeted { screen, recovered });
            cursor = connection(&scene, screen, line, Mood::draw(&mut chance)).await;
        }
        sleep(AGAIN + Duration::from_millis(chance.random_range(0..200))).await;
    }
}

/// One connection; returns the cursor to come back with.
async fn connection(scene: &Scene, screen: ScreenId, mut line: Line, mut mood: Mood) -> Option<String> {
    while let Some(message) = line.next().await {
        match message["type"].as_str() {
            Some("inventory_snapshot") => {
                for state in message["stations"].as_array().into_iter().flatten() {
                    show(scene, screen, state);
                }
            }
            Some("inventory_update") => show(scene, screen, &message),
            _ => {}
        }
        if mood.leaves().await {
            break;
        }
    }
    line.cursor
}

fn show(scene: &Scene, screen: ScreenId, state: &Value) {
    let text = |name: &str| state[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| state[name].as_i64().unwrap_or(-1);
    let counts = ["available_batteries", "booked_batteries", "unavailable_batteries", "total_batteries"];
    let shown = Shown { name: text("station_name"), status: text("status"), counts: counts.map(number) };
    let (station, revision) = (StationId(number("station_id")), Revision(number("revision")));
    scene.history.add(What::Shown { screen, station, revision, state: shown });
}
