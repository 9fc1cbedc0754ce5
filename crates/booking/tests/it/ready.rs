//! `battery_ready` in, `booking_ready` out: through the broker's real queue.

use chrono::{DateTime, Utc};
use events::{BatteryId, BatteryReady, Event, EventId, StationId};
use serde_json::json;
use testbed::{Broker, Database, Role, until};

use crate::app::Service;

struct Bed {
    service: Service,
    broker: Broker,
    station: i64,
}

impl Bed {
    async fn new() -> Self {
        let (database, broker) = (Database::create().await, Broker::create().await);
        let station = database.stations(&[5]).await[0];
        let service = Service::with(database, broker.url(Role::Booking), json!({}));
        Self { service, broker, station }
    }

    fn event(&self, battery: i64, at: DateTime<Utc>) -> Event {
        let ready = BatteryReady {
            station_id: StationId(self.station),
            battery_id: BatteryId(battery),
            state_of_charge_percent: 90.0,
            timestamp: at,
        };
        Event::battery_ready(EventId::random(), &ready)
    }

    async fn publish(&self, events: &[Event]) {
        self.broker.publisher().await.publish(events).await.unwrap();
    }

    /// How often this rider was notified that the battery is ready.
    async fn told(&self, rider: i64) -> i64 {
        let sql = format!(
            "SELECT count(*) FROM booking.notifications WHERE kind = 'booking_ready' AND user_id = {rider}"
        );
        self.service.database.number(&sql).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_is_told_once_that_the_battery_is_ready_however_often_the_event_comes() {
    let mut bed = Bed::new().await;
    bed.service.another();
    let order = bed.service.book(42, bed.station, Some(3)).await.ok();
    let event = bed.event(3, Utc::now());
    bed.publish(&[event.clone(), event.clone(), bed.event(3, Utc::now())]).await;
    until("the rider is told", async || bed.told(42).await > 0).await;
    // Behind them in the queue: when this one is told, the others are through.
    bed.service.book(43, bed.station, Some(4)).await.ok();
    bed.publish(&[event, bed.event(4, Utc::now())]).await;
    until("the other rider is told", async || bed.told(43).await > 0).await;
    until("all five are settled", async || bed.broker.settled("booking.battery-ready").await == 5).await;
    assert_eq!((bed.told(42).await, bed.told(43).await), (1, 1));
    let inbox = bed.service.api.rider(42).get("/user/notifications/").await.ok();
    assert_eq!(inbox["items"][1]["type"], "booking_ready");
    assert_eq!(inbox["items"][1]["booking_id"], order["id"]);
    assert!(bed.broker.peek("swap.dead-letters", 1).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_a_hold_that_is_over_is_for_nobody() {
    let bed = Bed::new().await;
    let order = bed.service.book(42, bed.station, Some(3)).await.ok();
    let during = Utc::now();
    bed.service.api.rider(42).post(&format!("/user/orders/{}/cancel/", order["id"]), json!({})).await.ok();
    bed.publish(&[bed.event(3, during)]).await;
    until("it is settled", async || bed.broker.settled("booking.battery-ready").await == 1).await;
    bed.service.book(43, bed.station, Some(3)).await.ok();
    bed.service.book(44, bed.station, Some(4)).await.ok();
    bed.publish(&[bed.event(3, during), bed.event(4, Utc::now())]).await;
    until("the third rider is told", async || bed.told(44).await > 0).await;
    until("all three are settled", async || bed.broker.settled("booking.battery-ready").await == 3).await;
    assert_eq!((bed.told(42).await, bed.told(43).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_before_its_order_can_be_seen_waits_for_it() {
    let bed = Bed::new().await;
    // Held, and no order of it to be seen: as when the event overtakes the booking.
    bed.service.database.run("UPDATE inventory.batteries SET state = 'booked' WHERE id = 3").await;
    bed.publish(&[bed.event(3, Utc::now())]).await;
    until("the event was handed back", async || bed.broker.redelivered("booking.battery-ready").await > 0)
        .await;
    assert_eq!(bed.told(42).await, 0);
    bed.service
        .database
        .run(&format!(
            "INSERT INTO booking.riders (user_id) VALUES (42); \
             INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, \
             booked_at, expires_at) VALUES (42, {}, 'Station 1', 3, 80, now() - interval '1 minute', \
             now() + interval '1 day')",
            bed.station
        ))
        .await;
    until("the rider is told", async || bed.told(42).await == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_handled_is_a_dead_letter_with_its_reason() {
    let bed = Bed::new().await;
    let letters = async || {
        let report = bed.service.api.admin().get("/health/report").await.ok();
        (report["status"].clone(), report["dependencies"]["dead_letters"].clone())
    };
    assert_eq!(letters().await, (json!("ready"), json!("ok")));
    // The state was set by hand: there is never an order.
    bed.service.database.run("UPDATE inventory.batteries SET state = 'booked' WHERE id = 3").await;
    let orphan = bed.event(3, Utc::now());
    bed.publish(std::slice::from_ref(&orphan)).await;
    let headers = json!({
        "cloudEvents:id": "7f2c1c1e-7d0b-4a53-9d56-0d8a3c1f0f11",
        "cloudEvents:type": "swap.battery_ready.v1"
    });
    bed.broker.publish_raw("station.1.battery_ready", &headers, "{\"battery_id\": \"x\"}").await;
    bed.broker.publish_raw("station.1.battery_ready", &json!({}), "nonsense").await;
    until("all three are dead letters", async || bed.broker.waiting("swap.dead-letters").await == 3).await;
    let told = json!("3 messages could not be handled and wait in swap.dead-letters");
    assert_eq!(letters().await, (json!("degraded"), told));
    assert_eq!(bed.service.api.get("/health/ready").await.status, 200, "it serves all the same");
    let mut letters = bed.broker.peek("swap.dead-letters", 3).await;
    letters.sort_by_key(|letter| letter["payload"].to_string());
    let reasons: Vec<(&str, &str)> = letters
        .iter()
        .map(|letter| {
            let headers = &letter["properties"]["headers"];
            (
                headers["x-first-death-reason"].as_str().unwrap(),
                headers["x-first-death-queue"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        reasons,
        [
            ("rejected", "booking.battery-ready"),
            ("rejected", "booking.battery-ready"),
            ("delivery_limit", "booking.battery-ready")
        ],
        "{letters:?}"
    );
    assert_eq!(letters[2]["properties"]["message_id"], orphan.id.to_string(), "as it was published");
    // And the service goes on.
    bed.service.book(42, bed.station, Some(4)).await.ok();
    bed.publish(&[bed.event(4, Utc::now())]).await;
    until("the rider is told", async || bed.told(42).await == 1).await;
}
