//! Rest: the load is paused, every part is ready, and everything published has arrived. Then the history is judged.

use std::time::Duration;

use events::{BatteryId, NotificationId, OrderId, StationId, UserId};
use reqwest::Method;
use testbed::{Api, Database};
use tokio::time::Instant;

use crate::check::{Judge, Kind, OrderRow, Truth, Violation};
use crate::history::{Answer, History, Message, Shown, What};
use crate::load::{Load, RIDERS};
use crate::patience::{self, GIVE_UP};
use crate::targets::Targets;

/// The longest that a part may take to answer about its health.
const HEALTH_WITHIN: Duration = Duration::from_secs(5);

/// Waits until every part says that it is ready.
///
/// # Errors
/// When one never does.
pub async fn all_ready(targets: &Targets) -> anyhow::Result<()> {
    for part in targets.services.iter().chain(&targets.gateways) {
        let api = Api::within(part, HEALTH_WITHIN);
        patience::until(&format!("{part} is ready"), async || {
            let answer = api.try_send(Method::GET, "/health/ready", None).await;
            answer.is_ok_and(|answer| answer.body["status"] == "ready")
        })
        .await?;
    }
    let door = Api::within(&targets.base, HEALTH_WITHIN);
    patience::until("nginx is ready", async || {
        let answer = door.try_send(Method::GET, "/health/live", None).await;
        answer.is_ok_and(|answer| answer.status.is_success())
    })
    .await
}

/// Waits until so many more bookings have been made.
///
/// # Errors
/// When they are not.
pub async fn some_work(history: &History, bookings: usize) -> anyhow::Result<()> {
    let from = history.len();
    patience::until("bookings are made", async || {
        let booked = |what: &What| matches!(what, What::Answered { answer: Answer::Booked { .. }, .. });
        history.since(from).iter().filter(|record| booked(&record.what)).count() >= bookings
    })
    .await
}

/// Pauses the load and sends a new message to every screen. Judges once all of it has arrived, or at the latest after
/// [`GIVE_UP`].
///
/// # Errors
/// When the system does not come to rest.
pub async fn judge(
    targets: &Targets,
    load: &Load,
    history: &History,
    judge: &mut Judge,
    round: usize,
) -> anyhow::Result<Vec<Violation>> {
    let resting = tokio::time::timeout(GIVE_UP, load.rest()).await;
    let _resting =
        resting.map_err(|_| anyhow::anyhow!("given up after {GIVE_UP:?}: requests are not answered"))?;
    all_ready(targets).await?;
    let database = Database::of_instance().await;
    // Screens that are right by chance, with a dead connection, don't get this.
    for rider in RIDERS {
        database
            .run(&format!("SELECT booking.send_notification({rider}, 'rest', 'round {round}', 'info')"))
            .await;
    }
    database.run(&format!("UPDATE inventory.stations SET name = 'Rest {round} of ' || id")).await;
    let began = Instant::now();
    loop {
        let truth = truth(&database).await?;
        judge.read_on(history);
        let found = judge.compare(&truth);
        let is_over = !found.iter().any(|violation| violation.kind == Kind::Pending);
        if is_over || began.elapsed() > GIVE_UP {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the database says.
async fn truth(database: &Database) -> anyhow::Result<Truth> {
    let mut truth = Truth { backlog: database.backlog().await, ..Truth::default() };
    let riders = [&RIDERS.start as _, &RIDERS.end as _];
    let orders =
        "SELECT id, user_id, battery_id, status FROM booking.orders WHERE user_id >= $1 AND user_id < $2";
    for row in database.psql.query(orders, &riders).await? {
        let order =
            OrderRow { rider: UserId(row.get(1)), battery: BatteryId(row.get(2)), status: row.get(3) };
        truth.orders.insert(OrderId(row.get(0)), order);
    }
    let inboxes = "SELECT user_id, notification_id, kind, order_id FROM booking.notifications \
                   WHERE user_id >= $1 AND user_id < $2";
    for row in database.psql.query(inboxes, &riders).await? {
        let id = NotificationId(row.get(1));
        let message = Message { id, kind: row.get(2), order: row.get::<_, Option<i64>>(3).map(OrderId) };
        truth.inboxes.entry(UserId(row.get(0))).or_default().insert(id, message);
    }
    let stations = "SELECT id, name, status, available_batteries, booked_batteries, unavailable_batteries, \
                    total_batteries FROM inventory.station_states";
    for row in database.psql.query(stations, &[]).await? {
        let counts = [row.get(3), row.get(4), row.get(5), row.get(6)];
        let shown = Shown { name: row.get(1), status: row.get(2), counts };
        truth.stations.insert(StationId(row.get(0)), shown);
    }
    let booked = "SELECT id FROM inventory.batteries WHERE state = 'booked'";
    for row in database.psql.query(booked, &[]).await? {
        truth.booked.insert(BatteryId(row.get(0)));
    }
    Ok(truth)
}
