//! What a publisher says of a batch, and what the stream holds, when not every message finds a queue.

use std::collections::HashSet;

use chrono::Utc;
use events::{
    BatteryId, BatteryReady, Event, EventId, Level, Notice, NotificationId, Revision, Rider, RiderMessage,
    SnapshotChunk, SnapshotId, StationId, UserId,
};
use testbed::{Broker, Role};

fn notice(user: i64, notification: i64) -> Event {
    let message = RiderMessage::Notification(Notice {
        title: "Word".into(),
        message: String::new(),
        level: Level::Info,
    });
    let rider = Rider { notification_id: NotificationId(notification), timestamp: Utc::now(), message };
    Event::rider(EventId::random(), UserId(user), rider)
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_events_before_the_first_unroutable_one_count_as_confirmed() {
    let broker = Broker::create().await;
    broker.unbind_stream().await;
    broker.bind_stream("user.42.#").await;
    // The broker gathers its confirms as it likes: where the return shows up differs from run to run.
    for round in 0..40 {
        let lost = round % 20;
        let events: Vec<Event> =
            (0..40).map(|n| notice(if n == lost || n == 30 { 43 } else { 42 }, n + 1)).collect();
        let failure = broker.publisher().await.publish(&events).await.unwrap_err();
        assert_eq!(failure.confirmed, usize::try_from(lost).unwrap(), "round {round}: {failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_comes_while_a_batch_is_on_its_way_gets_it_from_the_front() {
    let broker = Broker::create().await;
    let mut log = broker.log().await;
    for round in 1..=5 {
        broker.unbind_stream().await;
        // Enough that the queue comes while they are on their way.
        let events: Vec<Event> = (1..=2_000).map(|n| notice(round, n)).collect();
        let mut publisher = broker.publisher().await;
        let publish = async {
            while publisher.publish(&events).await.is_err() {
                publisher = broker.publisher().await;
            }
        };
        tokio::join!(publish, broker.bind_stream("#"));
        let mut seen = HashSet::new();
        let mut order = Vec::new();
        while order.len() < events.len() {
            let told = log.next().await;
            if seen.insert(told.id.clone()) {
                order.push(told.id);
            }
        }
        assert_eq!(order, events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_publishes_what_is_its_own_and_nothing_else() {
    let broker = Broker::create().await;
    let mut log = broker.log().await;
    let chunk = SnapshotChunk {
        snapshot_id: SnapshotId(EventId::random().0),
        revision: Revision(1),
        chunk: 0,
        chunks: 1,
        ahead: false,
        stations: Vec::new(),
    };
    let ready = BatteryReady {
        station_id: StationId(1),
        battery_id: BatteryId(1),
        state_of_charge_percent: 95.0,
        timestamp: Utc::now(),
    };
    let of_inventory = [Event::battery_ready(EventId::random(), &ready), Event::snapshot(Utc::now(), &chunk)];
    let of_booking = [notice(42, 1)];
    for (role, own, others) in [
        (Role::Inventory, &of_inventory[..], &of_booking[..]),
        (Role::Booking, &of_booking[..], &of_inventory[..]),
    ] {
        broker.publisher_as(role).await.publish(own).await.unwrap();
        for event in others {
            let key = &event.routing_key;
            let failure = broker.publisher_as(role).await.publish(std::slice::from_ref(event)).await;
            assert_eq!(failure.unwrap_err().confirmed, 0, "{role:?} may not publish {key}");
        }
    }
    for event in of_inventory.iter().chain(&of_booking) {
        assert_eq!(log.next().await.id, event.id.to_string(), "and nothing between them");
    }
}
