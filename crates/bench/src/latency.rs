//! From a booking to the screens, over everything: nginx, booking, Postgres, the relay, RabbitMQ, the gateway.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;
use testbed::environment::variable;
use testbed::{Api, Database};
use tokio::task::JoinSet;

use crate::client::Crowd;
use crate::dialect::Dialect;
use crate::table::{Table, percentile, whole};

const STATIONS: usize = 1_000;
const WALLS: usize = 10;
const BATTERIES: i32 = 5;
const RATE: f64 = 200.0;
/// The first of the riders, of whom each books once.
const FIRST_RIDER: i64 = 90_000;

/// A booking: its battery, when it was asked for and when it was answered.
struct Booked {
    battery: i64,
    asked: Instant,
    answered: Instant,
}

/// Measures for so long on the instance of the environment.
///
/// # Errors
/// When a part of it is away, or a booking is refused.
pub fn measure(time: Duration) -> anyhow::Result<Table> {
    let runtime = tokio::runtime::Runtime::new()?;
    let stations = runtime.block_on(async {
        let database = Database::of_instance().await;
        database.stations(&[BATTERIES; STATIONS]).await
    });
    let gateway: SocketAddr = variable("SWAPWIRE_TEST_GATEWAY_URL").trim_start_matches("http://").parse()?;
    // Until the relay has published all of them.
    let last = stations.last().context("stations")?;
    let base = variable("SWAPWIRE_TEST_GATEWAY_URL");
    runtime.block_on(testbed::until("the gateway knows the stations", async || {
        testbed::Upgrade::new(&base, &format!("/ws/stations/{last}/")).open().await.is_ok()
    }));
    let paths = stations.clone();
    let path = move |index: usize| {
        paths.get(index).map_or_else(|| "/ws/stations/".into(), |id| format!("/ws/stations/{id}/"))
    };
    let mut crowd = Crowd::gather(gateway, STATIONS + WALLS, 200, path, Dialect::Snapshot)?;
    crowd.read_for(Duration::from_secs(1), false)?;
    let riding = thread::spawn(move || runtime.block_on(ride(stations, time)));
    let seen = crowd.read_for(time + Duration::from_secs(2), true)?;
    let booked = riding.join().map_err(|_| anyhow::anyhow!("the riders have panicked"))??;

    let mut arrivals: HashMap<i64, Vec<Instant>> = HashMap::new();
    for (at, text) in &seen.stamps {
        if let Some(battery) = booked_battery(text) {
            arrivals.entry(battery).or_default().push(*at);
        }
    }
    let (mut from_request, mut from_answer) = (Vec::new(), Vec::new());
    for booking in &booked {
        for at in arrivals.get(&booking.battery).into_iter().flatten() {
            from_request.push((*at - booking.asked).as_secs_f64() * 1e3);
            // A screen may be faster than the answer.
            from_answer.push(at.saturating_duration_since(booking.answered).as_secs_f64() * 1e3);
        }
    }
    let mut table = Table::new(
        format!(
            "A booking on its way to the screens: {} bookings at {RATE}/s through nginx, {STATIONS} listeners on one \
             station each and {WALLS} on all",
            booked.len()
        ),
        &["from", "p50 ms", "p99 ms", "arrivals"],
    );
    for (name, mut figures) in
        [("the request", from_request), ("the answer (the commit is before it)", from_answer)]
    {
        figures.sort_by(f64::total_cmp);
        let figure = |percent| format!("{:.1}", percentile(&figures, percent));
        table.row([name.into(), figure(50.0), figure(99.0), figures.len().to_string()]);
    }
    Ok(table)
}

/// Books at the rate, whatever the answers take.
async fn ride(stations: Vec<i64>, time: Duration) -> anyhow::Result<Vec<Booked>> {
    let api = Api::new(variable("SWAPWIRE_TEST_BASE_URL"));
    let bookings = i64::try_from(whole(time.as_secs_f64() * RATE))?;
    let riders: Vec<Api> = (0..bookings).map(|rider| api.rider(FIRST_RIDER + rider)).collect();
    let mut turns = tokio::time::interval(Duration::from_secs_f64(1.0 / RATE));
    let mut riding = JoinSet::new();
    for (station, rider) in stations.into_iter().cycle().zip(riders) {
        turns.tick().await;
        riding.spawn(async move { book(&rider, station).await });
    }
    riding.join_all().await.into_iter().collect()
}

async fn book(rider: &Api, station: i64) -> anyhow::Result<Booked> {
    let asked = Instant::now();
    let order = rider.post("/user/orders/", json!({ "station": station })).await;
    let answered = Instant::now();
    let battery = order.body["battery"]["id"].as_i64();
    let battery =
        battery.with_context(|| format!("a booking was refused: {} {}", order.status, order.body))?;
    Ok(Booked { battery, asked, answered })
}

/// The battery of a `battery_booked`, from the beginning of its text.
fn booked_battery(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (_, rest) = text.split_once("\"type\":\"battery_booked\"")?;
    let (_, rest) = rest.split_once("\"battery_id\":")?;
    rest.split(',').next()?.parse().ok()
}
