//! Two stations of a test's own in the shared instance, and screens that watch them.

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Api, Database, Screen, token};

use crate::instance::{all_ready, api, base};

/// The operator of the test's stations.
pub(crate) const OPERATOR: i64 = 7;
/// The rider who is notified, and one who never is.
pub(crate) const RIDER: i64 = 42;
const BYSTANDER: i64 = 43;

pub(crate) struct City {
    pub(crate) database: Database,
    pub(crate) operator: Api,
    pub(crate) rider: Api,
    pub(crate) admin: Api,
    /// The station where things happen, and one where nothing does.
    pub(crate) station: i64,
    quiet: i64,
    /// At the station, available, the fullest first.
    pub(crate) batteries: Vec<i64>,
    /// At no station.
    pub(crate) spare: Vec<i64>,
    all: Screen,
    own: Screen,
    other: Screen,
    phone: Screen,
    bystander: Screen,
}

impl City {
    pub(crate) async fn open() -> Self {
        all_ready().await;
        let database = Database::of_instance().await;
        let (operator, rider, admin) = (api().operator(OPERATOR), api().rider(RIDER), api().admin());
        let mut stations = Vec::new();
        for name in ["Busy", "Quiet"] {
            let body = json!({"name": name, "latitude": 52.5, "longitude": 13.4});
            stations.push(operator.post("/stations/", body).await.ok()["id"].as_i64().unwrap());
        }
        let (station, quiet) = (stations[0], stations[1]);
        let new: Vec<Value> = (0..4)
            .map(|n| json!({"serial_number": format!("T{station}-{n}"), "model": "M", "state_of_charge_percent": 99 - n}))
            .collect();
        let made = operator.post("/batteries/", json!(new)).await.ok();
        let ids: Vec<i64> =
            made["items"].as_array().unwrap().iter().map(|b| b["id"].as_i64().unwrap()).collect();
        let (batteries, spare) = (ids[..2].to_vec(), ids[2..].to_vec());
        let here = format!("/stations/{station}/batteries/");
        operator.put(&here, json!({ "batteries": batteries })).await.ok();
        // Opened once these are published: what follows is all that the screens get.
        let base = base();
        let mut city = Self {
            all: Screen::open(&base, "/ws/stations/").await,
            own: Screen::open(&base, &format!("/ws/stations/{station}/")).await,
            other: Screen::open(&base, &format!("/ws/stations/{quiet}/")).await,
            phone: Screen::of_rider(&base, &token(RIDER, Role::Rider)).await,
            bystander: Screen::of_rider(&base, &token(BYSTANDER, Role::Rider)).await,
            database,
            operator,
            rider,
            admin,
            station,
            quiet,
            batteries,
            spare,
        };
        for screen in [&mut city.all, &mut city.own, &mut city.other, &mut city.phone, &mut city.bystander] {
            screen.greeting().await;
        }
        city.mark().await;
        city
    }

    /// Asserts what every screen got since the last call: exactly these types, each once, in this order, on
    /// exactly the channels that they are for. Returns the messages of the station and of the rider.
    pub(crate) async fn expect(
        &mut self,
        what: &str,
        station: &[&str],
        rider: &[&str],
    ) -> (Vec<Value>, Vec<Value>) {
        // First everything that must come, and only then the mark: it must not be merged with it.
        let mut on_all = Vec::new();
        while on_all.len() < station.len() {
            let message = self.all.message().await;
            on_all.push(message);
        }
        let mut on_phone = Vec::new();
        while on_phone.len() < rider.len() {
            on_phone.push(self.phone.message().await);
        }
        let rest = self.mark().await;
        on_all.extend(rest.all);
        on_phone.extend(rest.phone);
        assert_eq!(types(&on_all), station, "{what}: on stations_all");
        assert_eq!(types(&on_phone), rider, "{what}: on the rider's channel");
        assert!(rest.other.is_empty(), "{what}: on another station's channel: {:?}", rest.other);
        assert!(rest.bystander.is_empty(), "{what}: on another rider's channel: {:?}", rest.bystander);
        let about = on_all.first().and_then(|message| message["station_id"].as_i64());
        if about == Some(self.station) {
            assert_eq!(types(&rest.own), station, "{what}: on the station's own channel");
        } else {
            assert!(rest.own.is_empty(), "{what}: on the station's own channel: {:?}", rest.own);
        }
        let mut ids: Vec<&str> =
            on_all.iter().chain(&on_phone).map(|message| message["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), on_all.len() + on_phone.len(), "{what}: every event has an id of its own");
        (on_all, on_phone)
    }

    /// A message for every screen; returns what each got before it.
    async fn mark(&mut self) -> Rest {
        let (station, quiet) = (self.station, self.quiet);
        self.database.run(&format!("SELECT inventory.announce_stations(ARRAY[{station}, {quiet}])")).await;
        for user in [RIDER, BYSTANDER] {
            let body = json!({"user_id": user, "title": "mark", "message": "mark", "level": "info"});
            self.admin.post("/notifications/", body).await.ok();
        }
        let on_quiet = move |message: &Value| message["action"] == "test" && message["station_id"] == quiet;
        let test = |message: &Value| message["action"] == "test";
        let note = |message: &Value| message["title"] == "mark";
        let before = |mut messages: Vec<Value>| {
            messages.pop();
            messages
        };
        let mut all = before(self.all.until(on_quiet).await);
        all.retain(|message| message["action"] != "test");
        // A deleted station is announced no more: the quiet one comes after it on the shared channel only.
        let own = if self.exists(station).await {
            before(self.own.until(test).await)
        } else {
            self.own.all_so_far().await
        };
        Rest {
            all,
            own,
            other: before(self.other.until(test).await),
            phone: before(self.phone.until(note).await),
            bystander: before(self.bystander.until(note).await),
        }
    }

    async fn exists(&self, station: i64) -> bool {
        self.database.number(&format!("SELECT count(*) FROM inventory.stations WHERE id = {station}")).await
            == 1
    }
}

struct Rest {
    all: Vec<Value>,
    own: Vec<Value>,
    other: Vec<Value>,
    phone: Vec<Value>,
    bystander: Vec<Value>,
}

pub(crate) fn types(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["type"].as_str().unwrap()).collect()
}
