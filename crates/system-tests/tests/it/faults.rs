//! Each part killed with -9 in the middle of a stream of bookings. Afterwards every committed booking has been
//! seen, orders and messages agree, the screens show what the database says, and no battery is booked twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Api, Database, Screen, token, until};
use tokio::task::JoinHandle;

use crate::instance::{all_ready, api, gateways, metric, program};

const WORKERS: i64 = 8;
/// Work before the kill, and after everything is back.
const SOME: u64 = 150;

/// Riders who book and cancel, and screens on a gateway that watch them.
struct Rush {
    database: Database,
    first_order: i64,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    workers: Vec<JoinHandle<()>>,
    phones: Vec<JoinHandle<Vec<(i64, i64)>>>,
    wall: JoinHandle<Wall>,
    end: i64,
}

/// What a wall that shows all stations has seen.
#[derive(Default)]
struct Wall {
    /// The latest state of each station.
    stations: BTreeMap<i64, Value>,
    /// How often each `battery_booked` came, by event id.
    booked: HashMap<String, usize>,
}

impl Rush {
    async fn start(gateway: &str) -> Self {
        all_ready().await;
        let database = Database::of_instance().await;
        let stations = database.stations(&[30, 30, 30]).await;
        // The end of the watch: a station that appears when all is done.
        let end = database
            .number("INSERT INTO inventory.stations (owner_id, name, latitude, longitude) VALUES (7, 'End', 0, 0) RETURNING id")
            .await;
        told(&database).await;
        let first_order = database.number("SELECT coalesce(max(id), 0) + 1 FROM booking.orders").await;
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut phones = Vec::new();
        for worker in 0..WORKERS {
            let mut phone = Screen::of_rider(gateway, &token(rider(worker), Role::Rider)).await;
            phone.greeting().await;
            phones.push(tokio::spawn(watch_phone(phone)));
        }
        let mut screen = Screen::open(gateway, "/ws/stations/").await;
        let (_, snapshot) = screen.greeting().await;
        let wall = tokio::spawn(watch_wall(screen, snapshot, end));
        let workers = (0..WORKERS)
            .map(|worker| tokio::spawn(work(worker, stations.clone(), Arc::clone(&stop), Arc::clone(&done))))
            .collect();
        Self { database, first_order, stop, done, workers, phones, wall, end }
    }

    /// Lets the riders do some more work.
    async fn some_work(&self) {
        let goal = self.done.load(Ordering::Relaxed) + SOME;
        until("bookings go on", async || self.done.load(Ordering::Relaxed) >= goal).await;
    }

    /// Stops the riders and compares what was seen with what is so.
    async fn agrees(self) {
        self.stop.store(true, Ordering::Relaxed);
        for worker in self.workers {
            worker.await.unwrap();
        }
        all_ready().await;
        told(&self.database).await;
        let database = &self.database;
        for worker in 0..WORKERS {
            database
                .run(&format!("SELECT booking.send_notification({}, 'end', 'end', 'info')", rider(worker)))
                .await;
        }
        database.run(&format!("UPDATE inventory.stations SET name = 'Over' WHERE id = {}", self.end)).await;

        let mut seen = Vec::new();
        for phone in self.phones {
            let messages = phone.await.unwrap();
            let mut in_order: Vec<i64> = messages.iter().map(|(notification, _)| *notification).collect();
            let first = in_order.first().copied().unwrap_or(1);
            assert_eq!(
                in_order,
                (first..).take(messages.len()).collect::<Vec<_>>(),
                "a rider's messages come in order, each once, without a hole"
            );
            in_order.clear();
            seen.extend(messages.into_iter().map(|(_, booking)| booking).filter(|booking| *booking > 0));
        }
        seen.sort_unstable();
        let rows = database
            .psql
            .query("SELECT id FROM booking.orders WHERE id >= $1 ORDER BY id", &[&self.first_order])
            .await
            .unwrap();
        let orders: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
        assert!(!orders.is_empty());
        assert_eq!(seen, orders, "every committed booking was confirmed to its rider, and nothing else");

        let wall = self.wall.await.unwrap();
        assert_eq!(wall.booked.len(), orders.len(), "every booking was on the wall");
        same_state(database, &wall.stations).await;
        let (_, fresh) = Screen::open(&gateways()[0], "/ws/stations/").await.greeting().await;
        same_state(database, &by_id(fresh)).await;
        let double = "SELECT count(*) FROM (SELECT battery_id FROM booking.orders WHERE status = 'booked' \
                      GROUP BY battery_id HAVING count(*) > 1) d";
        assert_eq!(database.number(double).await, 0);
        let unheld = "SELECT count(*) FROM booking.orders o JOIN inventory.batteries b ON b.id = o.battery_id \
                      WHERE o.status = 'booked' AND b.state <> 'booked'";
        assert_eq!(database.number(unheld).await, 0, "who has booked a battery holds it");
    }
}

fn rider(worker: i64) -> i64 {
    5_000 + worker
}

/// Books and gives up again, whatever the answers; what was committed is asked of the database later.
async fn work(worker: i64, stations: Vec<i64>, stop: Arc<AtomicBool>, done: Arc<AtomicU64>) {
    let rider: Api = api().rider(rider(worker));
    let post = async |path: String, body: Value| {
        rider
            .try_send(Method::POST, &path, Some(body.to_string()))
            .await
            .ok()
            .filter(|answer| answer.status.is_success())
    };
    for station in stations.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match post("/user/orders/".into(), json!({ "station": station })).await {
            Some(order) => {
                done.fetch_add(1, Ordering::Relaxed);
                post(format!("/user/orders/{}/cancel/", order.body["id"]), Value::Null).await;
            }
            // A part is away: no need to ask faster than it can come back. And then a rider who got no answer
            // looks what came of it.
            None => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                let held = rider.try_send(Method::GET, "/user/orders/?status=booked", None).await;
                let held = held.map(|answer| answer.body["items"].as_array().cloned()).ok().flatten();
                for order in held.unwrap_or_default() {
                    post(format!("/user/orders/{}/cancel/", order["id"]), Value::Null).await;
                }
            }
        }
    }
}

/// The notification id of every message, and the booking that it confirms (0 for others).
async fn watch_phone(mut phone: Screen) -> Vec<(i64, i64)> {
    let messages = phone.until(|message| message["title"] == "end").await;
    messages
        .iter()
        .filter_map(|message| {
            // A message about the connection is no notification.
            let notification = message["notification_id"].as_i64()?;
            let confirmed = message["type"] == "booking_confirmed";
            let booking = message["booking_id"].as_i64().filter(|_| confirmed);
            Some((notification, booking.unwrap_or(0)))
        })
        .collect()
}

async fn watch_wall(mut screen: Screen, snapshot: Vec<Value>, end: i64) -> Wall {
    let mut wall = Wall { stations: by_id(snapshot), ..Wall::default() };
    loop {
        let message = screen.message().await;
        // A message about the connection names no station.
        let station = message["station_id"].as_i64().unwrap_or_default();
        match message["type"].as_str().unwrap() {
            "inventory_update" => {
                let shown = wall.stations.get(&station).and_then(|shown| shown["revision"].as_i64());
                assert!(message["revision"].as_i64() > shown, "state never goes back");
                let over = station == end && message["station_name"] == "Over";
                wall.stations.insert(station, message);
                if over {
                    return wall;
                }
            }
            "battery_booked" => {
                *wall.booked.entry(message["id"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            _ => {}
        }
    }
}

fn by_id(stations: Vec<Value>) -> BTreeMap<i64, Value> {
    stations.into_iter().map(|station| (station["station_id"].as_i64().unwrap(), station)).collect()
}

/// Asserts that a screen shows what the database says.
async fn same_state(database: &Database, shown: &BTreeMap<i64, Value>) {
    let sql =
        "SELECT id, available_batteries, booked_batteries, total_batteries FROM inventory.station_states";
    for row in database.psql.query(sql, &[]).await.unwrap() {
        let station: i64 = row.get(0);
        let counts = |value: &Value| {
            ["available_batteries", "booked_batteries", "total_batteries"]
                .map(|name| value[name].as_i64().unwrap())
        };
        let is: [i64; 3] = [row.get(1), row.get(2), row.get(3)];
        let shown = shown.get(&station).unwrap_or_else(|| panic!("station {station} is not shown"));
        assert_eq!(counts(shown), is, "station {station}");
    }
}

/// Waits until the relays have published everything.
async fn told(database: &Database) {
    until("the outboxes are empty", async || database.backlog().await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_booking_service_is_killed() {
    let rush = Rush::start(&gateways()[0]).await;
    rush.some_work().await;
    program("booking").kill();
    rush.some_work().await;
    rush.agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inventory_service_that_leads_is_killed() {
    let rush = Rush::start(&gateways()[0]).await;
    rush.some_work().await;
    program("inventory").kill();
    // Bookings don't need it.
    rush.some_work().await;
    rush.agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_killed_while_another_one_stays() {
    let rush = Rush::start(&gateways()[1]).await;
    rush.some_work().await;
    program("gateway-1").kill();
    rush.some_work().await;
    // `agrees` compares the killed one's state after its restart, too.
    rush.agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_broker_is_killed() {
    let rush = Rush::start(&gateways()[0]).await;
    rush.some_work().await;
    program("rabbitmq").kill();
    // Bookings don't need it; what they change waits in the outbox, and the metrics say so.
    rush.some_work().await;
    until("the backlog is measured", async || {
        metric("inventory", "swapwire_outbox_backlog_facts").await > 0.0
            && metric("booking", "swapwire_outbox_oldest_age_seconds").await > 0.0
    })
    .await;
    // The gateway shows what it knows and says that it may be old.
    let mut late = Screen::open(&gateways()[0], "/ws/stations/").await;
    late.until(|message| message["type"] == "feed" && message["stale_since"].is_string()).await;
    late.until(|message| message["type"] == "feed" && message["stale_since"].is_null()).await;
    all_ready().await;
    rush.some_work().await;
    rush.agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_killed() {
    let rush = Rush::start(&gateways()[0]).await;
    rush.some_work().await;
    program("postgres").kill();
    until("the services say that it is away or back", async || {
        let answer = api().get("/stations/").await;
        assert!([200, 503].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.body);
        answer.status.is_success()
    })
    .await;
    rush.some_work().await;
    let database = Database::of_instance().await;
    Rush { database, ..rush }.agrees().await;
}
