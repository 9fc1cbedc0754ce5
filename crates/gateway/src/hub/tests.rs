//! The hub without a socket and without a broker.

use chrono::Utc;
use events::{NotificationId, Revision, SnapshotId, UserId};
use uuid::Uuid;

use super::*;
use crate::disconnect::Disconnect;

fn state(id: i64, revision: i64) -> StationState {
    StationState {
        station_id: StationId(id),
        station_name: "Station".into(),
        latitude: 0.0,
        longitude: 0.0,
        status: BroadcastStatus::Online,
        available_batteries: 1,
        booked_batteries: 0,
        unavailable_batteries: 0,
        total_batteries: 1,
        revision: Revision(revision),
        timestamp: Utc::now(),
    }
}

fn tell(hub: &Hub, offset: u64, id: i64, revision: i64) {
    let update = InventoryUpdate { station: state(id, revision), action: Action::Book };
    let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
    hub.apply(offset, Decoded::Update(event.id, Box::new(update)), &event.body);
}

fn live(queue: usize) -> Hub {
    let hub = Hub::new(queue);
    let chunk = SnapshotChunk {
        snapshot_id: SnapshotId(Uuid::new_v4()),
        revision: Revision(1),
        chunk: 0,
        chunks: 1,
        stations: vec![state(1, 1), state(2, 1)],
    };
    hub.apply(0, Decoded::Snapshot(EventId::random(), chunk), &Bytes::new());
    hub.set_live(true);
    hub
}

#[test]
fn a_client_with_too_much_waiting_is_sent_away_and_disturbs_nobody() {
    let hub = live(3);
    let mut slow = hub.subscribe(Channel::AllStations).ok().unwrap().subscription;
    let mut brisk = hub.subscribe(Channel::Station(StationId(1))).ok().unwrap().subscription;
    for revision in 2..10 {
        tell(&hub, 1, 1, revision);
        assert!(brisk.queue.try_recv().is_ok());
    }
    assert_eq!(slow.ended(), Some(Disconnect::TooSlow));
    assert_eq!(brisk.ended(), None);
    assert_eq!(std::iter::from_fn(|| slow.queue.try_recv().ok()).count(), 3);
}

#[test]
fn a_frame_is_the_body_with_the_cursor_in_front() {
    let hub = live(3);
    let mut subscription = hub.subscribe(Channel::AllStations).ok().unwrap().subscription;
    tell(&hub, 7, 2, 2);
    let frame = subscription.queue.try_recv().unwrap();
    let json: serde_json::Value = serde_json::from_str(&frame).unwrap();
    assert_eq!(json["cursor"], hub.position().unwrap().to_string());
    assert_eq!((&json["type"], &json["station_id"]), (&"inventory_update".into(), &2.into()));
    assert!(frame.starts_with("{\"cursor\":\"0000000000000007"));
}

#[test]
fn nobody_is_served_while_the_feed_is_not_live_and_unknown_stations_are_named() {
    let hub = live(3);
    assert_eq!(hub.subscribe(Channel::Station(StationId(9))).err(), Some(Refused::UnknownStation));
    hub.set_live(false);
    assert_eq!(hub.subscribe(Channel::AllStations).err(), Some(Refused::NotLive));
    hub.reset();
    hub.set_live(true);
    assert_eq!(
        hub.subscribe(Channel::AllStations).err(),
        Some(Refused::NotLive),
        "it knows nothing any more"
    );
}

#[test]
fn a_topic_that_nobody_follows_is_not_kept() {
    let hub = live(3);
    for channel in [Channel::Station(StationId(1)), Channel::User(UserId(42)), Channel::AllStations] {
        let start = hub.subscribe(channel).ok().unwrap();
        hub.unsubscribe(&start.subscription);
    }
    assert_eq!(hub.state().subscribers.topics(), 0);
}

#[test]
fn a_riders_message_is_told_once_on_each_screen_although_the_log_repeats_it() {
    let hub = live(8);
    let body = Bytes::from_static(b"{\"type\":\"notification\"}");
    let rider = |offset, notification| {
        hub.apply(offset, Decoded::Rider(EventId::random(), UserId(42), NotificationId(notification)), &body);
    };
    let mut screen = hub.subscribe(Channel::User(UserId(42))).ok().unwrap().subscription;
    for (offset, notification) in [(1, 1), (2, 2), (3, 1), (4, 2), (5, 3)] {
        rider(offset, notification);
    }
    assert_eq!(std::iter::from_fn(|| screen.queue.try_recv().ok()).count(), 3);
}
