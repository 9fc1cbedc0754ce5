//! Riders who book and cancel through both nginx and record the answers. A request without a definite answer is
//! repeated under its `Idempotency-Key` until it has one.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use testbed::environment::variable;
use testbed::{Api, Screen};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::machines::Machine;
use crate::phones::{Shown, open_phone, watch};

const RIDERS: i64 = 6;
const STATIONS: usize = 3;
/// Bookings before a fault, during it, and after it.
const SOME: u64 = 30;
/// A request that takes longer is one without an answer.
pub(crate) const REQUEST: Duration = Duration::from_secs(8);
/// A wait fails after this.
const GIVE_UP: Duration = Duration::from_secs(240);

/// What all riders have been answered.
#[derive(Default)]
pub(crate) struct Answers {
    /// Orders that were confirmed.
    booked: Mutex<BTreeSet<i64>>,
    /// When each booking was answered.
    times: Mutex<Vec<Instant>>,
    done: AtomicU64,
    /// Requests that were refused for now, and those without an answer.
    pub(crate) unclear: AtomicU64,
    stop: AtomicBool,
}

/// Riders at work.
pub(crate) struct Rush {
    database: tokio_postgres::Client,
    first_order: i64,
    first_rider: i64,
    answers: Arc<Answers>,
    riders: Vec<JoinHandle<()>>,
    phones: Vec<JoinHandle<Shown>>,
    began: Option<Instant>,
}

fn address(machine: u32, port: u16) -> String {
    format!("http://{}.{machine}:{port}", variable("SWAPWIRE_CLUSTER_NETWORK"))
}

pub(crate) fn doors() -> [Api; 2] {
    [1, 2].map(|machine| Api::new(address(machine, 8000)))
}

pub(crate) fn gateway(machine: u32) -> String {
    address(machine, 8103)
}

/// The database that takes writes, once there is one.
async fn database() -> tokio_postgres::Client {
    let url: SecretString = variable("SWAPWIRE_CLUSTER_SUPERUSER_URL").into();
    let connecting = async {
        loop {
            match database::connect(&url, "test").await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    return client;
                }
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    timeout(GIVE_UP, connecting).await.expect("a database that takes writes")
}

async fn number(database: &tokio_postgres::Client, sql: &str) -> i64 {
    database.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
}

/// The machine at an address of Postgres.
fn machine_at(address: &str) -> Machine {
    Machine(address.rsplit('.').next().and_then(|number| number.parse().ok()).expect("an address"))
}

pub(crate) async fn database_leader() -> Machine {
    let row = database().await.query_one("SELECT host(inet_server_addr())", &[]).await;
    machine_at(row.expect("the address").get(0))
}

pub(crate) async fn synchronous_replica() -> Machine {
    let sql = "SELECT host(client_addr) FROM pg_stat_replication WHERE sync_state = 'sync'";
    machine_at(database().await.query_one(sql, &[]).await.expect("a synchronous replica").get(0))
}

async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !ask().await {
            sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(timeout(GIVE_UP, asking).await.is_ok(), "{what}: not within {GIVE_UP:?}");
}

/// Whether every queue has all three members.
async fn queues_are_whole() -> bool {
    let url = format!("{}/rabbitmq/api/queues/swapwire", address(1, 15672));
    let ask = reqwest::Client::new()
        .get(url)
        .basic_auth("swapwire_admin", Some(variable("SWAPWIRE_CLUSTER_ADMIN_PASSWORD")))
        .timeout(REQUEST)
        .send();
    let Ok(answer) = ask.await else { return false };
    let queues: Value = answer.json().await.unwrap_or_default();
    let whole = |queue: &Value| queue["online"].as_array().is_some_and(|members| members.len() == 3);
    queues.as_array().is_some_and(|queues| queues.len() == 3 && queues.iter().all(whole))
}

/// Every part of every machine is well, and a commit is on two machines.
async fn all_is_well() {
    for (machine, port) in [(1, 8101), (2, 8101), (1, 8102), (2, 8102), (1, 8103), (2, 8103), (3, 8103)] {
        let part = Api::new(address(machine, port));
        until(&format!("{} is ready", address(machine, port)), async || {
            let answer = timeout(REQUEST, part.try_send(Method::GET, "/health/ready", None)).await;
            answer.is_ok_and(|answer| answer.is_ok_and(|answer| answer.body["status"] == "ready"))
        })
        .await;
    }
    until("every queue has three members", queues_are_whole).await;
    until("two replicas follow, one of them synchronous", async || {
        let sql = "SELECT count(*) + 10 * count(*) FILTER (WHERE sync_state = 'sync') FROM pg_stat_replication \
                   WHERE state = 'streaming'";
        number(&database().await, sql).await == 12
    })
    .await;
}

impl Rush {
    pub(crate) async fn start() -> Self {
        all_is_well().await;
        let database = database().await;
        let mut stations = Vec::new();
        for place in 0..STATIONS {
            let made = format!(
                "WITH made AS (INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
                     VALUES (7, 'Station {place}', 52.5, 13.4) RETURNING id) \
                 SELECT id FROM made"
            );
            let id = number(&database, &made).await;
            let fill = format!(
                "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id, state_of_charge_percent) \
                 SELECT 7, 'C{id}-' || n, 'PowerCell M', {id}, 100 - n FROM generate_series(1, 30) n"
            );
            database.batch_execute(&fill).await.expect("batteries");
            stations.push(id);
        }
        let first_order = number(&database, "SELECT coalesce(max(id), 0) + 1 FROM booking.orders").await;
        let first_rider = number(&database, "SELECT coalesce(max(user_id), 0) + 1 FROM booking.riders").await;
        let answers = Arc::new(Answers::default());
        let people = first_rider..first_rider + RIDERS;
        let mut phones = Vec::new();
        for rider in people.clone() {
            let opened = open_phone(rider, rider, None).await.expect("a rider's socket");
            phones.push(tokio::spawn(watch(rider, opened, Arc::clone(&answers))));
        }
        let riders =
            people.map(|rider| tokio::spawn(ride(rider, stations.clone(), Arc::clone(&answers)))).collect();
        Self { database, first_order, first_rider, answers, riders, phones, began: None }
    }

    /// Lets the riders do some more work.
    pub(crate) async fn some_work(&self) {
        let goal = self.answers.done.load(Ordering::Relaxed) + SOME;
        until("bookings go on", async || self.answers.done.load(Ordering::Relaxed) >= goal).await;
    }

    pub(crate) fn fault_begins(&mut self) {
        self.began = Some(Instant::now());
    }

    /// Waits until bookings are refused. From then on the one machine that is left answers 503 and confirms none.
    pub(crate) async fn refused_for_good(&self, left: Machine) {
        let mut confirmed = self.answers.done.load(Ordering::Relaxed);
        let refused = self.answers.unclear.load(Ordering::Relaxed) + 3 * RIDERS.unsigned_abs();
        until("bookings are refused", async || {
            let now = self.answers.done.load(Ordering::Relaxed);
            let same = now == confirmed;
            confirmed = now;
            same && self.answers.unclear.load(Ordering::Relaxed) >= refused
        })
        .await;
        if left.0 <= 2 {
            let rider = Api::new(address(left.0, 8000)).rider(self.first_rider + RIDERS);
            let order = Some(json!({"station": 1}).to_string());
            let answer =
                timeout(Duration::from_secs(40), rider.try_send(Method::POST, "/user/orders/", order)).await;
            let answer = answer.expect("an answer in time").expect("an answer");
            answer.is_problem(503, "dependency-unavailable");
            assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
        }
        assert_eq!(
            self.answers.done.load(Ordering::Relaxed),
            confirmed,
            "one machine of three confirms nothing"
        );
    }

    /// Stops the riders and compares what they were answered and shown with what is so; adds a row to the table.
    pub(crate) async fn agrees(self, fault: &str) {
        all_is_well().await;
        self.answers.stop.store(true, Ordering::Relaxed);
        for rider in self.riders {
            rider.await.expect("a rider");
        }
        let database = if self.database.is_closed() { database().await } else { self.database };
        let backlog =
            "SELECT (SELECT count(*) FROM inventory.outbox) + (SELECT count(*) FROM booking.outbox)";
        until("the outboxes are empty", async || number(&database, backlog).await == 0).await;
        let first = self.first_rider;
        for (rider, phone) in (first..).zip(self.phones) {
            let end = format!("SELECT booking.send_notification({rider}, 'end', 'end', 'info')");
            database.batch_execute(&end).await.expect("the last message");
            let shown = phone.await.expect("a phone");
            shown.agrees(&database, rider).await;
        }
        let rows = database
            .query(
                "SELECT id FROM booking.orders WHERE id >= $1 AND user_id >= $2",
                &[&self.first_order, &first],
            )
            .await
            .expect("the orders");
        let orders: BTreeSet<i64> = rows.iter().map(|row| row.get(0)).collect();
        let booked = self.answers.booked.lock().expect("the answers").clone();
        let (lost, doubled) = (booked.difference(&orders).count(), orders.difference(&booked).count());
        let held_twice = number(
            &database,
            "SELECT count(*) FROM (SELECT FROM booking.orders WHERE status = 'booked' GROUP BY battery_id \
             HAVING count(*) > 1) d",
        )
        .await;
        let unclear = self.answers.unclear.load(Ordering::Relaxed);
        let gap = longest_gap(&self.answers.times.lock().expect("the times"), self.began.expect("a fault"));
        report(fault, [orders.len(), lost, doubled], held_twice, unclear, gap);
        assert_eq!(
            (lost, doubled, held_twice),
            (0, 0, 0),
            "{fault}: {booked:?} were answered, {orders:?} are there"
        );
        for machine in 1..=3 {
            shows_what_is_so(&database, machine).await;
        }
    }
}

/// The longest time without a confirmed booking since the fault began.
fn longest_gap(times: &[Instant], began: Instant) -> Duration {
    let since = [began].into_iter().chain(times.iter().copied().filter(|time| *time > began));
    let mut times: Vec<Instant> = since.collect();
    times.sort_unstable();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

fn report(fault: &str, counts: [usize; 3], held_twice: i64, unclear: u64, gap: Duration) {
    let [orders, lost, doubled] = counts;
    let row = format!(
        "| {fault} | {orders} | {lost} | {doubled} | {held_twice} | {unclear} | {:.1} s |",
        gap.as_secs_f64()
    );
    println!("{row}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/cluster.md");
    let is_new = !std::path::Path::new(path).exists();
    let mut table = std::fs::File::options().create(true).append(true).open(path).expect("target/cluster.md");
    if is_new {
        let head = "| fault | bookings | lost | doubled | held twice | answered 503 or not at all, then repeated | \
                    longest time without a booking |\n|---|---|---|---|---|---|---|";
        writeln!(table, "{head}").expect("writing the table");
    }
    writeln!(table, "{row}").expect("writing the table");
}

/// Books and gives up again, until it is told to stop.
async fn ride(rider: i64, stations: Vec<i64>, answers: Arc<Answers>) {
    let doors = doors().map(|door| door.rider(rider));
    for (count, station) in (0_i64..).zip(stations.iter().cycle()) {
        if answers.stop.load(Ordering::Relaxed) {
            return;
        }
        let key = format!("{rider}-{count}");
        let order =
            clear_answer(&doors, &answers, &key, "/user/orders/", &json!({ "station": station })).await;
        if order["status"] != "booked" {
            continue;
        }
        let id = order["id"].as_i64().expect("an id");
        answers.booked.lock().expect("the answers").insert(id);
        answers.times.lock().expect("the times").push(Instant::now());
        answers.done.fetch_add(1, Ordering::Relaxed);
        clear_answer(&doors, &answers, &key, &format!("/user/orders/{id}/cancel/"), &Value::Null).await;
    }
}

/// Asks one door after the other until one says yes or no.
async fn clear_answer(doors: &[Api; 2], answers: &Answers, key: &str, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    for door in doors.iter().cycle() {
        let door = door.with_header("idempotency-key", key);
        let answer = timeout(REQUEST, door.try_send(Method::POST, path, Some(body.clone()))).await;
        match answer.ok().and_then(Result::ok) {
            Some(answer) if answer.status == 429 || answer.body["code"] == "idempotency-key-in-flight" => {}
            Some(answer) if answer.status != 503 => {
                assert!(!answer.status.is_server_error(), "{path}: {} {}", answer.status, answer.body);
                return answer.body;
            }
            _ => {
                answers.unclear.fetch_add(1, Ordering::Relaxed);
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
    unreachable!("there are doors")
}

/// Asserts that a gateway shows what the database says.
async fn shows_what_is_so(database: &tokio_postgres::Client, machine: u32) {
    let (_, shown) = Screen::open(&gateway(machine), "/ws/stations/").await.greeting().await;
    let sql =
        "SELECT id, available_batteries, booked_batteries, total_batteries FROM inventory.station_states";
    for row in database.query(sql, &[]).await.expect("the stations") {
        let station: i64 = row.get(0);
        let of = shown.iter().find(|state| state["station_id"] == station);
        let of = of.unwrap_or_else(|| panic!("gateway {machine} does not show station {station}"));
        let counts =
            ["available_batteries", "booked_batteries", "total_batteries"].map(|name| of[name].as_i64());
        let is: [Option<i64>; 3] = [Some(row.get(1)), Some(row.get(2)), Some(row.get(3))];
        assert_eq!(counts, is, "gateway {machine}, station {station}");
    }
}
