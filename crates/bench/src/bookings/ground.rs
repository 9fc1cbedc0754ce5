//! The ground of the measurements: stations, their batteries and the riders, all the bench's own, and the same
//! again before every round.

use std::ops::Range;

use testbed::Database;
use tokio::time::{Duration, Instant, sleep};

use super::requests::FIRST_RIDER;

/// Stations that riders choose from.
pub const STATIONS: usize = 1_000;
/// The operator of the bench's stations.
const OWNER: i64 = 900_000_000;
/// What a running system has behind it: without a past the planner takes the tables for empty ones.
const PAST_ORDERS: i64 = 50_000;
const PAST_RIDERS: i64 = 10_000;
const FIRST_PAST_RIDER: i64 = OWNER;
const PAST_BATTERIES: &str = "owner_id = 900000001";
/// The longest that relays may take to publish what was left.
const DRAINING: Duration = Duration::from_secs(300);

/// Where riders book.
#[derive(Clone, Copy)]
pub enum At {
    /// Spread over many stations.
    Many,
    /// Everybody at the same one.
    One,
}

/// Stations to book at.
pub struct Ground {
    /// As somebody at psql.
    pub database: Database,
    many: Vec<i64>,
    one: Vec<i64>,
}

impl Ground {
    /// Makes the stations; they have no batteries yet.
    pub async fn prepare() -> Self {
        let database = Database::of_instance().await;
        let rows = database
            .psql
            .query(
                "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
                 SELECT $1, 'Bench ' || n, 52.5, 13.4 FROM generate_series(1, $2) n RETURNING id",
                &[&OWNER, &i32::try_from(STATIONS + 1).unwrap_or(i32::MAX)],
            )
            .await;
        let mut stations: Vec<i64> = rows.into_iter().flatten().map(|row| row.get(0)).collect();
        let one = stations.pop().into_iter().collect();
        let ground = Self { database, many: stations, one };
        ground.make_past().await;
        ground
    }

    /// Their ids.
    #[must_use]
    pub fn stations(&self, at: At) -> &[i64] {
        match at {
            At::Many => &self.many,
            At::One => &self.one,
        }
    }

    /// Orders that have ended, and the notifications of their riders. No triggers: none of it is published again.
    async fn make_past(&self) {
        self.database
            .run(&format!(
                "BEGIN; SET LOCAL session_replication_role = replica; \
                 INSERT INTO booking.riders (user_id, last_notification_id) \
                 SELECT {FIRST_PAST_RIDER} + n, {PAST_ORDERS} / {PAST_RIDERS} FROM generate_series(0, {PAST_RIDERS} - 1) n; \
                 INSERT INTO inventory.batteries (owner_id, serial_number, model, state) \
                 SELECT 900000001, 'Past ' || n, 'PowerCell M', 'collected' FROM generate_series(1, 1000) n; \
                 WITH past AS (INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, status, \
                 state_of_charge_percent, booked_at, expires_at, collected_at) \
                 SELECT {FIRST_PAST_RIDER} + n % {PAST_RIDERS}, {station}, 'Past', b.id, 'collected', 100, now() - interval '2 hours', \
                 now() - interval '1 hour', now() - interval '1 hour' \
                 FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM inventory.batteries WHERE {PAST_BATTERIES}) b \
                 JOIN generate_series(0, {PAST_ORDERS} - 1) n ON n % 1000 = b.place RETURNING id, user_id) \
                 INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params) \
                 SELECT user_id, row_number() OVER (PARTITION BY user_id ORDER BY id), 'booking_collected', id, \
                 jsonb_build_object('station', 'Past', 'until', now()) FROM past; COMMIT",
                station = self.one.first().copied().unwrap_or_default()
            ))
            .await;
    }

    /// Takes all bookings and batteries of the bench away as if they had never been, and gives the stations so many
    /// new batteries each.
    ///
    /// # Errors
    /// When the relays do not tell what was left to tell.
    pub async fn restore(&self, stations: &[i64], batteries: u64) -> anyhow::Result<()> {
        self.drained().await?;
        let ids = list(stations);
        self.forget(&format!("user_id >= {FIRST_RIDER}")).await;
        for statement in [
            format!("DELETE FROM inventory.batteries WHERE owner_id = {OWNER}"),
            format!(
                "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id, state_of_charge_percent) \
                 SELECT {OWNER}, 'Bench ' || station || '-' || n, 'PowerCell M', station, 100 - n % 100 \
                 FROM generate_series(1, {batteries}) n, unnest('{ids}'::bigint[]) station"
            ),
        ] {
            self.database.run(&statement).await;
        }
        self.drained().await?;
        for table in [
            "inventory.batteries",
            "inventory.outbox",
            "booking.orders",
            "booking.notifications",
            "booking.riders",
            "booking.outbox",
        ] {
            self.database.run(&format!("VACUUM (ANALYZE) {table}")).await;
        }
        self.database.run("CHECKPOINT").await;
        Ok(())
    }

    /// Riders and all that was written for them. No triggers: they would look for each order in every notification.
    async fn forget(&self, riders: &str) {
        self.database
            .run(&format!(
                "BEGIN; SET LOCAL session_replication_role = replica; \
                 UPDATE inventory.batteries SET reserved = false \
                 WHERE reserved AND id IN (SELECT battery_id FROM booking.orders WHERE {riders}); \
                 DELETE FROM booking.notifications WHERE {riders}; DELETE FROM booking.orders WHERE {riders}; \
                 DELETE FROM booking.riders WHERE {riders}; COMMIT"
            ))
            .await;
    }

    /// Riders who were here before: a first booking writes one row more.
    pub async fn riders(&self, riders: &Range<i64>) {
        self.database
            .run(&format!(
                "INSERT INTO booking.riders (user_id) SELECT generate_series({}::bigint, {}) ON CONFLICT DO NOTHING",
                riders.start,
                riders.end - 1
            ))
            .await;
    }

    /// Waits until everything is published.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn drained(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let left = self.database.backlog().await;
            if left == 0 {
                return Ok(());
            }
            anyhow::ensure!(began.elapsed() < DRAINING, "{left} facts are not told after {DRAINING:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Leaves nothing of the bench behind.
    ///
    /// # Errors
    /// When the relays do not tell what was left to tell.
    pub async fn remove(&self) -> anyhow::Result<()> {
        self.restore(&[], 0).await?;
        let past = format!("user_id BETWEEN {FIRST_PAST_RIDER} AND {FIRST_PAST_RIDER} + {PAST_RIDERS} - 1");
        self.forget(&past).await;
        self.database.run(&format!("DELETE FROM inventory.batteries WHERE {PAST_BATTERIES}")).await;
        self.database.run(&format!("DELETE FROM inventory.stations WHERE owner_id = {OWNER}")).await;
        self.drained().await
    }
}

/// An array as SQL has it.
fn list(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("{{{}}}", ids.join(","))
}
