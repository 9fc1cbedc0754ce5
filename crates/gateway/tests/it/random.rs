//! Many clients on two gateways that come, go, come back and stall while everything changes. Whatever happens:
//! no rider misses, repeats or reorders a message, and every wall ends with what is so.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use service::auth::Role;
use testbed::{Screen, token};

use crate::app::{Gateway, booked, notice, station, update};

const STATIONS: i64 = 20;
const RIDERS: i64 = 3;
const STEPS: usize = 400;

/// What is so.
struct Truth {
    revisions: BTreeMap<i64, i64>,
    notices: BTreeMap<i64, i64>,
    revision: i64,
}

/// A client, with what it has seen over all its connections.
struct Client {
    rider: Option<i64>,
    socket: Option<Screen>,
    cursor: Option<String>,
    shown: BTreeMap<i64, i64>,
    last_notice: i64,
    /// Whether it was refused a resume: a rider reads the inbox then.
    refused: usize,
}

impl Client {
    async fn connect(&mut self, gateway: &Gateway, narrow: bool) {
        let path = if self.rider.is_some() { "/ws/notifications/" } else { "/ws/stations/" };
        let since = self.cursor.as_ref().map(|cursor| format!("?since={cursor}")).unwrap_or_default();
        let mut upgrade = gateway.upgrade(&format!("{path}{since}"));
        if let Some(rider) = self.rider {
            upgrade = upgrade.token(&token(rider, Role::Rider));
        }
        if narrow {
            upgrade = upgrade.narrow();
        }
        let mut socket = upgrade.open().await.ok().unwrap();
        let first = socket.message().await;
        let recovered = first["recovered"] == true;
        self.refused += usize::from(self.cursor.is_some() && !recovered);
        if self.rider.is_some() {
            self.cursor = first["cursor"].as_str().map(ToOwned::to_owned);
        } else if !recovered {
            self.shown.clear();
        }
        self.socket = Some(socket);
    }

    fn see(&mut self, message: &Value) {
        if let Some(cursor) = message["cursor"].as_str() {
            self.cursor = Some(cursor.to_owned());
        }
        match message["type"].as_str().unwrap() {
            "inventory_snapshot" => {
                for station in message["stations"].as_array().unwrap() {
                    let id = station["station_id"].as_i64().unwrap();
                    self.shown.insert(id, station["revision"].as_i64().unwrap());
                }
            }
            "inventory_update" => {
                let id = message["station_id"].as_i64().unwrap();
                let revision = message["revision"].as_i64().unwrap();
                assert!(self.shown.get(&id).is_none_or(|shown| *shown < revision), "state never goes back");
                self.shown.insert(id, revision);
            }
            "notification" => {
                let id = message["notification_id"].as_i64().unwrap();
                assert_eq!(id, self.last_notice + 1, "each message once, in order, without a hole");
                self.last_notice = id;
            }
            "battery_booked" | "lagged" => {}
            other => panic!("{other} was not expected"),
        }
    }

    async fn read(&mut self, mut wanted: impl FnMut(&Self) -> bool) {
        while !wanted(self) {
            let Some(socket) = &mut self.socket else { return };
            let message = socket.message().await;
            self.see(&message);
        }
    }

    /// Reads until it has what is so.
    async fn catch_up(&mut self, truth: &Truth) {
        match self.rider {
            Some(rider) => self.read(|client| client.last_notice >= truth.notices[&rider]).await,
            None => self.read(|client| client.shown == truth.revisions).await,
        }
    }
}

impl Truth {
    async fn change(&mut self, random: &mut StdRng, gateway: &Gateway) {
        let mut batch = Vec::new();
        for _ in 0..random.random_range(1..20) {
            if random.random_bool(0.3) {
                let rider = random.random_range(1..=RIDERS);
                let last = self.notices.entry(rider).or_default();
                *last += 1;
                batch.push(notice(rider, *last));
            } else {
                let id = random.random_range(1..=STATIONS);
                self.revision += 1;
                self.revisions.insert(id, self.revision);
                batch.push(update(station(id, self.revision, 1)));
                if random.random_bool(0.5) {
                    batch.push(booked(id, self.revision));
                }
            }
        }
        gateway.publish(&batch).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_riders_miss_nothing_and_walls_show_what_is_so() {
    let seed = std::env::var("SWAPWIRE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| rand::rng().random());
    // Shown when the test fails; SWAPWIRE_TEST_SEED runs the same again.
    println!("SWAPWIRE_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let first = Gateway::with_stations(STATIONS).await;
    let gateways = [first.sibling().await, first];
    let mut truth = Truth {
        revisions: (1..=STATIONS).map(|id| (id, 100)).collect(),
        notices: (1..=RIDERS).map(|rider| (rider, 0)).collect(),
        revision: 100,
    };
    let riders = (1..=RIDERS).cycle().take(6).map(Some);
    let mut clients: Vec<Client> = riders
        .chain([None; 6])
        .map(|rider| Client {
            rider,
            socket: None,
            cursor: None,
            shown: BTreeMap::new(),
            last_notice: 0,
            refused: 0,
        })
        .collect();
    for client in &mut clients {
        client.connect(&gateways[0], false).await;
    }
    for _ in 0..STEPS {
        let client = random.random_range(0..clients.len());
        let client = &mut clients[client];
        match random.random_range(0..10) {
            0..5 => truth.change(&mut random, &gateways[0]).await,
            // Those who are not read meanwhile are stalled.
            5..7 => client.catch_up(&truth).await,
            7 => client.socket = None,
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
        client.catch_up(&truth).await;
        assert_eq!(client.refused, 0, "everything that was missed is in the window");
        let socket = client.socket.as_mut().unwrap();
        for late in socket.all_so_far().await {
            assert_ne!(late["type"], "notification", "nothing is repeated: {late}");
        }
    }
}
