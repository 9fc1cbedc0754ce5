//! What the screens wait for and what the booking service waits for go out beside each other: a queue that takes nothing
//! holds no screen, and gets everything once it works again.

use std::collections::BTreeSet;

use broker::topology::BATTERY_READY;
use broker::{BrokerError, QueueReader};
use outbox::{Drained, RelayError, RelaySettings};
use secrecy::ExposeSecret;
use testbed::{Broker, BrokerProxy, Database, Log, Passing, Role, eventually, until};

use crate::app::{HandRelay, ready_lane};

/// Held batteries, each of which becomes ready once.
const HELD: i64 = 40;

/// A relay that is driven by hand may be silent for as long as the broker needs to change a queue.
fn patient() -> RelaySettings {
    RelaySettings { session_timeout_s: 60, ..RelaySettings::default() }
}

struct Bed {
    database: Database,
    broker: Broker,
    relay: HandRelay,
    log: Log,
    station: i64,
}

impl Bed {
    /// A station whose batteries are held and not yet charged; published already.
    async fn with_held_batteries() -> Self {
        let (database, broker) = (Database::create().await, Broker::create().await);
        let relay = HandRelay::with_settings(&database, &broker, patient());
        let log = broker.log().await;
        let mut bed = Self { database, broker, relay, log, station: 0 };
        bed.station = bed.database.stations(&[40]).await[0];
        bed.database
            .run("UPDATE inventory.batteries SET state = 'booked', state_of_charge_percent = 50, booked_at = now()")
            .await;
        bed.database.forget_facts().await;
        bed.relay.drain_screens().await;
        bed
    }

    async fn charge(&self, batteries: std::ops::RangeInclusive<i64>) {
        let (first, last) = batteries.into_inner();
        self.database
            .run(&format!(
                "UPDATE inventory.batteries SET state_of_charge_percent = 95 WHERE id BETWEEN {first} AND {last}"
            ))
            .await;
    }

    /// The screens are told a change while the other lane holds facts.
    async fn screens_flow(&mut self, name: &str) {
        self.database
            .run(&format!("UPDATE inventory.stations SET name = '{name}' WHERE id = {}", self.station))
            .await;
        self.relay.drain_screens().await;
        loop {
            let told = self.log.next_event().await;
            if told.body["type"] == "inventory_update" {
                assert_eq!(told.body["station_name"], name);
                break;
            }
        }
        assert_eq!(self.facts("kind <> 'battery_charged'").await, 0);
        assert!(self.facts("kind = 'battery_charged'").await > 0, "what the queue did not take is kept");
    }

    async fn facts(&self, which: &str) -> i64 {
        self.database.number(&format!("SELECT count(*) FROM inventory.outbox WHERE {which}")).await
    }

    /// Relays until no fact is left, and reads the queue until each battery was in it.
    async fn all_arrive(mut self, batteries: std::ops::RangeInclusive<i64>) {
        until("the lane goes on", async || matches!(self.relay.ready_once().await, Ok(Drained::Nothing)))
            .await;
        assert_eq!(self.database.backlog().await, 0);
        let settings = self.broker.settings(Role::Booking);
        let mut queue = QueueReader::battery_ready(&settings, "test", 100).await.unwrap();
        let mut missing: BTreeSet<i64> = batteries.collect();
        while !missing.is_empty() {
            let message = eventually("the next battery", queue.next()).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&message.body).unwrap();
            missing.remove(&body["battery_id"].as_i64().unwrap());
            message.done().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_full_holds_no_screen_and_gets_every_battery_later() {
    let mut bed = Bed::with_held_batteries().await;
    bed.broker.limit_queue(BATTERY_READY, Some(1)).await;
    // The broker notices behind its limit that a queue is full: how much it takes until then differs.
    let mut charged = 0;
    let error = loop {
        charged += 1;
        assert!(charged < HELD, "the queue takes everything");
        bed.charge(charged..=charged).await;
        if let Err(error) = bed.relay.ready_once().await {
            break error;
        }
    };
    let RelayError::Publish(failure) = &error else { panic!("{error}") };
    assert!(matches!(failure.source, BrokerError::Nack(_)), "{error}");
    bed.charge(charged + 1..=HELD).await;
    bed.screens_flow("While it is full").await;
    assert!(bed.relay.ready_once().await.is_err(), "it is still full");
    bed.screens_flow("Still").await;
    bed.broker.limit_queue(BATTERY_READY, None).await;
    bed.all_arrive(1..=HELD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_missing_is_named_and_gets_every_battery_once_it_is_there() {
    let mut bed = Bed::with_held_batteries().await;
    bed.charge(1..=1).await;
    assert_eq!(bed.relay.ready_once().await.unwrap(), Drained::Facts(1));
    // Everything still goes to the stream, so the broker would confirm it.
    bed.broker.delete_queue(BATTERY_READY).await;
    bed.charge(2..=HELD).await;
    let error = bed.relay.ready_once().await.unwrap_err();
    assert!(error.to_string().contains("queue \"booking.battery-ready\" is missing"), "{error}");
    bed.screens_flow("Without a queue").await;
    bed.broker.restore_topology().await;
    bed.all_arrive(2..=HELD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirm_that_never_comes_holds_its_own_lane_only() {
    let mut bed = Bed::with_held_batteries().await;
    let mut settings = bed.broker.settings(Role::Inventory);
    let proxy = BrokerProxy::start(settings.url.expose_secret()).await;
    settings.url = proxy.url(settings.url.expose_secret()).into();
    settings.confirm_timeout_ms = 20_000;
    let mut ready = ready_lane(patient(), &bed.database, settings);
    // The first round finds nothing and connects.
    assert_eq!(ready.drain_once().await.unwrap(), Drained::Nothing);
    proxy.pass(Passing::Nothing);
    bed.charge(1..=HELD).await;
    {
        let mut held = std::pin::pin!(ready.drain_once());
        tokio::select! {
            answer = &mut held => panic!("nothing was confirmed: {answer:?}"),
            () = bed.screens_flow("While one waits") => {}
        }
        proxy.pass(Passing::All);
        assert_eq!(eventually("the confirms", held).await.unwrap(), Drained::Facts(40));
    }
    drop(ready);
    bed.all_arrive(1..=HELD).await;
}
