//! The load: riders who book, operators who change stations, and screens that come back with their cursors. Everybody
//! writes down what they asked, were answered and were shown.

mod connection;
mod operator;
mod phone;
mod rider;
mod wall;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use events::{BatteryId, StationId, UserId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use testbed::Api;
use tokio::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::task::JoinSet;

use crate::history::{History, Key, ScreenId};
use connection::Kind;

/// Riders who book.
pub const RIDERS: std::ops::Range<i64> = 910_001..910_013;
/// Who owns the stations.
pub const OPERATOR: UserId = UserId(7);
/// How long an answer is waited for before it counts as unknown.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// What everybody of the load shares.
pub struct Scene {
    /// Where riders, operators and screens connect.
    pub base: String,
    /// The gateways' own addresses.
    pub gateways: Vec<String>,
    /// The stations where things happen.
    pub stations: Vec<StationId>,
    /// Batteries that riders have collected and operators bring back.
    collected: Mutex<Vec<BatteryId>>,
    /// What is written down.
    pub history: Arc<History>,
    /// Held to read by whoever waits for an answer.
    gate: RwLock<()>,
    seed: u64,
    actors: AtomicU64,
    keys: AtomicU64,
    screens: AtomicUsize,
}

/// The load at work; it ends with this value.
pub struct Load {
    scene: Arc<Scene>,
    _tasks: JoinSet<()>,
}

impl Scene {
    /// A scene of these stations.
    pub fn new(
        base: String,
        gateways: Vec<String>,
        stations: Vec<StationId>,
        history: Arc<History>,
        seed: u64,
    ) -> Self {
        Self {
            base,
            gateways,
            stations,
            collected: Mutex::default(),
            history,
            gate: RwLock::default(),
            seed,
            actors: AtomicU64::default(),
            keys: AtomicU64::default(),
            screens: AtomicUsize::default(),
        }
    }

    /// Chance, of its own for each who asks, and the same in each run with the seed.
    fn chance(&self) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_add(self.actors.fetch_add(1, Ordering::Relaxed)))
    }

    fn next_key(&self) -> Key {
        Key(self.keys.fetch_add(1, Ordering::Relaxed))
    }

    fn next_screen(&self) -> ScreenId {
        ScreenId(self.screens.fetch_add(1, Ordering::Relaxed))
    }

    /// Waits until the load may ask.
    async fn turn(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().await
    }

    fn api(&self) -> Api {
        Api::within(&self.base, ANSWERED_WITHIN)
    }
}

impl Load {
    /// Begins.
    pub fn start(scene: Arc<Scene>) -> Self {
        let mut tasks = JoinSet::new();
        for rider in RIDERS.map(UserId) {
            tasks.spawn(rider::ride(Arc::clone(&scene), rider, scene.chance()));
            let kind = if rider.0 % 2 == 0 { Kind::Socket } else { Kind::Events };
            tasks.spawn(phone::watch(Arc::clone(&scene), rider, kind, scene.chance()));
        }
        tasks.spawn(phone::watch(Arc::clone(&scene), UserId(RIDERS.start), Kind::Socket, scene.chance()));
        tasks.spawn(operator::bring_back(Arc::clone(&scene), scene.chance()));
        tasks.spawn(operator::change(Arc::clone(&scene), scene.chance()));
        let mut wall = |base: &str, station, kind| {
            tasks.spawn(wall::watch(Arc::clone(&scene), base.to_owned(), station, kind, scene.chance()));
        };
        for kind in [Kind::Socket, Kind::Events] {
            wall(&scene.base, None, kind);
            wall(&scene.base, scene.stations.first().copied(), kind);
        }
        for gateway in &scene.gateways {
            wall(gateway, None, Kind::Socket);
        }
        Self { scene, _tasks: tasks }
    }

    /// Waits until nobody waits for an answer. Nothing is asked while the guard lives; screens stay open.
    pub async fn rest(&self) -> RwLockWriteGuard<'_, ()> {
        self.scene.gate.write().await
    }
}
