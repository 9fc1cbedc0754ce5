//! Many clients on two gateways that come, go, come back, stall and pan their maps while everything changes and
//! stations move. Whatever happens: no rider misses, repeats or reorders a message, and every wall and map ends with
//! what is so.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, booked, located, notice, update};

/// Stations that change; they move along a parallel between the first and the last of as many degrees.
const STATIONS: i64 = 20;
/// Degrees of longitude that a map shows.
const WIDE: f64 = 6.0;
const RIDERS: i64 = 3;

/// A station: its revision, and where it is.
type Shown = BTreeMap<i64, (i64, f64)>;

/// What is so.
struct Truth {
    stations: Shown,
    notices: BTreeMap<i64, i64>,
    revision: i64,
}

/// What a client watches.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Watching {
    Rider(i64),
    Everything,
    /// A box from this degree on.
    Map(f64),
}

/// A client, with what it has seen over all its connections.
struct Client {
    watching: Watching,
    socket: Option<Screen>,
    cursor: Option<String>,
    scope: Option<String>,
    shown: Shown,
    last_notice: i64,
    /// Whether it was refused a resume: a rider reads the inbox then.
    refused: usize,
}

fn bbox(west: f64) -> [f64; 4] {
    [west, 5.0, west + WIDE, 15.0]
}

fn is_inside(west: f64, longitude: f64) -> bool {
    (west..=west + WIDE).contains(&longitude)
}

impl Client {
    fn new(watching: Watching) -> Self {
        Self {
            watching,
            socket: None,
            cursor: None,
            scope: None,
            shown: Shown::new(),
            last_notice: 0,
            refused: 0,
        }
    }

    fn path(&self) -> String {
        let since = self.cursor.as_ref().map(|cursor| format!("since={cursor}")).unwrap_or_default();
        match self.watching {
            Watching::Rider(_) => format!("/ws/notifications/?{since}"),
            Watching::Everything => format!("/ws/stations/?{since}"),
            Watching::Map(west) => {
                let bbox = bbox(west).map(|edge| edge.to_string()).join(",");
                let scope = self.scope.clone().unwrap_or_default();
                format!("/ws/stations/?bbox={bbox}&{since}&scope={scope}")
            }
        }
    }

    async fn connect(&mut self, gateway: &Gateway, narrow: bool) {
        let mut upgrade = gateway.upgrade(&self.path());
        if let Watching::Rider(rider) = self.watching {
            upgrade = upgrade.token(&token(rider, Role::Rider));
        }
        if narrow {
            upgrade = upgrade.narrow();
        }
        let mut socket = upgrade.open().await.ok().unwrap();
        let first = socket.message().await;
        let recovered = first["recovered"] == true;
        self.refused += usize::from(self.cursor.is_some() && !recovered);
        self.scope = first["scope"].as_str().map(ToOwned::to_owned);
        if let Watching::Rider(_) = self.watching {
            self.cursor = first["cursor"].as_str().map(ToOwned::to_owned);
        } else if !recovered {
            self.cursor = None;
            self.shown.clear();
        }
        self.socket = Some(socket);
    }

    /// Pans the map; what is shown changes when the answer comes.
    async fn pan(&mut self, random: &mut StdRng) {
        let west = f64::from(random.random_range(0..15));
        let view = json!({"type": "view", "bbox": bbox(west)}).to_string();
        if let (Watching::Map(_), Some(socket)) = (self.watching, &mut self.socket) {
            socket.try_say(&view).await;
        }
    }

    fn see(&mut self, message: &Value) {
        if let Some(cursor) = message["cursor"].as_str() {
            self.cursor = Some(cursor.to_owned());
        }
        match message["type"].as_str().unwrap() {
            "inventory_snapshot" => {
                for station in message["stations"].as_array().unwrap() {
                    self.show(station);
                }
            }
            "inventory_update" => self.show(message),
            "viewing" => {
                let west = message["bbox"][0].as_f64().unwrap();
                self.watching = Watching::Map(west);
                self.scope = message["scope"].as_str().map(ToOwned::to_owned);
                self.shown.retain(|_, (_, longitude)| is_inside(west, *longitude));
                // Until the last frame of the snapshot there is nothing to come back to.
                self.cursor = None;
            }
            "notification" => {
                let id = message["notification_id"].as_i64().unwrap();
                assert_eq!(id, self.last_notice + 1, "each message once, in order, without a hole");
                self.last_notice = id;
            }
            "battery_booked" | "lagged" | "position" => {}
            other => panic!("{other} was not expected"),
        }
    }

    fn show(&mut self, station: &Value) {
        let number = |name: &str| station[name].as_i64().unwrap();
        let (id, revision, longitude) =
            (number("station_id"), number("revision"), station["longitude"].as_f64().unwrap());
        let before = self.shown.insert(id, (revision, longitude));
        assert!(before.is_none_or(|(before, _)| before < revision), "state never goes back");
        if matches!(self.watching, Watching::Map(west) if !is_inside(west, longitude)) {
            self.shown.remove(&id);
        }
    }

    fn is_right(&self, truth: &Truth) -> bool {
        match self.watching {
            Watching::Rider(rider) => self.last_notice >= truth.notices[&rider],
            Watching::Everything => self.shown == truth.stations,
            Watching::Map(west) => {
                let inside = truth.stations.iter().filter(|(_, (_, longitude))| is_inside(west, *longitude));
                inside.eq(self.shown.iter()) && self.cursor.is_some()
            }
        }
    }

    /// Reads until it has what is so.
    async fn catch_up(&mut self, truth: &Truth) {
        while !self.is_right(truth) {
            let Some(socket) = &mut self.socket else { return };
            let message = socket.message().await;
            self.see(&message);
        }
    }

    /// Reads all that was sent to it so far.
    async fn read_all(&mut self) {
        let Some(socket) = &mut self.socket else { return };
        for message in socket.all_so_far().await {
            self.see(&message);
        }
    }
}

impl Truth {
    async fn change(&mut self, random: &mut StdRng, gateway: &Gateway) {
        let mut batch = Vec::new();
        for _ in 0..random.random_range(1..20) {
            if random.random_bool(0.3) {
                // One rider in three hears of nothing for long.
                let rider = if random.random_bool(0.02) { RIDERS } else { random.random_range(1..RIDERS) };
                let last = self.notices.entry(rider).or_default();
                *last += 1;
                batch.push(notice(rider, *last));
            } else {
                let id = random.random_range(1..=STATIONS);
                self.revision += 1;
                let stays = self.stations[&id].1;
                let moves = random.random_bool(0.2);
                let longitude = if moves { f64::from(random.random_range(1..=20)) } else { stays };
                self.stations.insert(id, (self.revision, longitude));
                batch.push(update(located(id, self.revision, 10.0, longitude)));
                if random.random_bool(0.5) {
                    batch.push(booked(id, self.revision));
                }
            }
        }
        gateway.publish(&batch).await;
    }
}

/// Two gateways that know so many stations; what is so of those that change.
async fn begin(known: i64) -> ([Gateway; 2], Truth) {
    // So small that a thread counts as overloaded now and then.
    let settings = json!({"backlog": {"messages": 8, "age_ms": 100}});
    let first = Gateway::with_settings(known, settings.clone()).await;
    let second = Gateway::start_with(Arc::clone(&first.broker), settings).await;
    second.until_live().await;
    let mut truth = Truth {
        stations: Shown::new(),
        notices: (1..=RIDERS).map(|rider| (rider, 0)).collect(),
        revision: 1_000,
    };
    let mut batch = Vec::new();
    for (id, degree) in (1..=STATIONS).zip(1_i32..) {
        truth.revision += 1;
        truth.stations.insert(id, (truth.revision, f64::from(degree)));
        batch.push(update(located(id, truth.revision, 10.0, f64::from(degree))));
    }
    first.publish(&batch).await;
    ([first, second], truth)
}

async fn whatever_happens(known: i64, steps: usize, watching: Vec<Watching>) {
    let seed = std::env::var("SWAPWIRE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| rand::rng().random());
    // Shown when the test fails; SWAPWIRE_TEST_SEED runs the same again.
    println!("SWAPWIRE_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let (gateways, mut truth) = begin(known).await;
    let mut clients: Vec<Client> = watching.into_iter().map(Client::new).collect();
    for client in &mut clients {
        client.connect(&gateways[0], false).await;
    }
    for _ in 0..steps {
        let client = random.random_range(0..clients.len());
        let client = &mut clients[client];
        match random.random_range(0..11) {
            0..5 => truth.change(&mut random, &gateways[0]).await,
            // Those who are not read meanwhile are stalled.
            5..7 => client.catch_up(&truth).await,
            7 => client.socket = None,
            8 => client.pan(&mut random).await,
            _ if client.socket.is_none() => {
                let gateway = &gateways[random.random_range(0..2)];
                client.connect(gateway, random.random_bool(0.5)).await;
            }
            _ => {}
        }
    }
    for client in &mut clients {
        if client.socket.is_none() {
            client.connect(&gateways[0], false).await;
        }
        // Answers to the last moves of a map may still be on their way.
        client.read_all().await;
        client.catch_up(&truth).await;
        client.read_all().await;
        assert!(client.is_right(&truth), "{:?}", client.watching);
        assert_eq!(client.refused, 0, "everything that was missed is in the window");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_riders_miss_nothing_and_walls_and_maps_show_what_is_so() {
    let riders = (1..=RIDERS).cycle().take(6).map(Watching::Rider);
    let walls = [Watching::Everything; 4];
    let maps = [0.0, 3.0, 7.0, 12.0].map(Watching::Map);
    whatever_happens(STATIONS, 400, riders.chain(walls).chain(maps).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_network_of_a_hundred_thousand_stations_maps_show_what_is_so() {
    let riders = (1..=RIDERS).map(Watching::Rider);
    let maps = [0.0, 5.0, 10.0, 13.0].map(Watching::Map);
    whatever_happens(100_000, 150, riders.chain(maps).collect()).await;
}
