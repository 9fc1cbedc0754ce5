//! After an outage of the broker: how fast the booking relay drains the backlog, with nothing else to do and while
//! riders book.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ::broker::Publisher;
use anyhow::{Context, ensure};
use testbed::{Broker, Program, Role};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use super::ground::Ground;
use super::load;
use super::requests::{FIRST_RIDER, Requests};

/// Events that wait when the broker comes back.
pub const BACKLOG: i64 = 100_000;
/// Riders whom they concern, beyond all who book.
const CONCERNED: i64 = 10_000;
const FIRST_CONCERNED: i64 = FIRST_RIDER * 2;
/// The longest that a drain is watched.
pub const WATCHED: Duration = Duration::from_secs(90);
/// The longest that a broker may take to start.
const STARTING: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// What waits while all is well, in seconds of bookings: a backlog below that is over.
const EVERYDAY_S: f64 = 0.5;

/// How a backlog went.
pub struct Drain {
    /// Events at the moment the broker was ready.
    pub backlog: i64,
    /// Seconds until nothing of it was left; `None` when it was watched for as long as that goes.
    pub seconds: Option<f64>,
    /// Looks at it, twice a second.
    pub looks: usize,
    /// Of them those that found it grown since the last one.
    pub grown: usize,
    /// When riders booked meanwhile: what half of them and all but one in a hundred waited, in milliseconds.
    pub waits: Vec<f64>,
}

/// Stops the broker, lets events pile up, starts it again and watches them go.
///
/// # Errors
/// When the broker does not come back.
pub fn alone(runtime: &Runtime, ground: &Ground) -> anyhow::Result<Drain> {
    runtime.block_on(async {
        pile_up(ground).await?;
        watch(ground, 0.0).await
    })
}

/// The same while riders book at a rate, from the moment the broker is ready.
///
/// # Errors
/// When the broker does not come back, or a booking is refused.
pub fn while_booking(
    runtime: &Runtime,
    ground: &Ground,
    address: SocketAddr,
    requests: &Requests,
    rate: f64,
) -> anyhow::Result<Drain> {
    runtime.block_on(pile_up(ground))?;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let riding = scope.spawn(|| load::open(address, requests, rate, WATCHED * 2, &stop));
        let drain = runtime.block_on(watch(ground, rate));
        stop.store(true, Ordering::Relaxed);
        let waits = riding.join().map_err(|_| anyhow::anyhow!("the riders have panicked"))??;
        Ok(Drain { waits, ..drain? })
    })
}

/// With the broker away, in one statement, as a message of the network to its riders; then the broker is started
/// and ready.
async fn pile_up(ground: &Ground) -> anyhow::Result<()> {
    Program::of_instance("rabbitmq").stop();
    ground
        .database
        .run(&format!(
            "INSERT INTO booking.notifications (user_id, notification_id, kind, params) \
             SELECT {FIRST_CONCERNED} + n % {CONCERNED}, 0, 'notification', jsonb_build_object('title', 'Service', \
                    'message', 'Your station has new batteries.', 'level', 'info') \
             FROM generate_series(1, {BACKLOG}) n"
        ))
        .await;
    ground.database.run("CHECKPOINT").await;
    Program::of_instance("rabbitmq").start();
    let began = Instant::now();
    while Publisher::connect(&Broker::of_instance().settings(Role::Booking), "bench", None).await.is_err() {
        ensure!(began.elapsed() < STARTING, "the broker does not take publishers");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn watch(ground: &Ground, rate: f64) -> anyhow::Result<Drain> {
    let began = Instant::now();
    let database = &ground.database;
    let backlog = database.number("SELECT count(*) FROM booking.outbox").await;
    let last = database.number("SELECT coalesce(max(id), 0) FROM booking.outbox").await;
    ensure!(backlog >= BACKLOG / 2, "only {backlog} events are left when the bench sees the broker ready");
    let everyday = rate * EVERYDAY_S;
    let mut drain = Drain { backlog, seconds: None, looks: 0, grown: 0, waits: Vec::new() };
    let (mut before, mut looked) = (backlog, Instant::now());
    while began.elapsed() < WATCHED {
        // The newest is published last: looking for it costs next to nothing.
        let old = database.number(&format!("SELECT count(*) FROM booking.outbox WHERE id = {last}")).await;
        if old == 0 && rate == 0.0 {
            drain.seconds = Some(began.elapsed().as_secs_f64());
            return Ok(drain);
        }
        if looked.elapsed() >= LOOK_EVERY {
            looked = Instant::now();
            let left = database.backlog().await;
            drain.looks += 1;
            drain.grown += usize::from(left > before);
            before = left;
            let few = f64::from(i32::try_from(left).context("the backlog")?) <= everyday;
            if old == 0 && few {
                drain.seconds = Some(began.elapsed().as_secs_f64());
                return Ok(drain);
            }
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(drain)
}
