//! The hub without a socket and without a broker.

use chrono::Utc;
use events::{
    Action, BatteryChange, BoundingBox, BroadcastStatus, Event, EventId, InventoryUpdate, Revision,
    SnapshotChunk, SnapshotId, StationId, StationMessage, UserId,
};
use serde_json::Value;
use uuid::Uuid;

use super::*;

const LIMITS: WindowLimits =
    WindowLimits { messages: 1_000, bytes: 1 << 20, age: Duration::from_secs(3_600) };
const ALL: Channel = Channel::AllStations;

pub(crate) fn state(id: i64, revision: i64) -> StationState {
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

/// A hub with a log that grows by one message at a time.
struct Stream {
    hub: Hub,
    next: u64,
}

impl Stream {
    /// Two stations at revision 1.
    fn live(limits: WindowLimits) -> Self {
        let mut stream = Self { hub: Hub::new(limits), next: 0 };
        stream.snapshot(1, vec![state(1, 1), state(2, 1)]);
        stream.hub.set_live(true);
        stream
    }

    fn apply(&mut self, decoded: Decoded, body: &Bytes) -> Cursor {
        self.hub.apply(self.next, decoded, body);
        self.next += 1;
        self.hub.position().unwrap()
    }

    fn snapshot(&mut self, revision: i64, stations: Vec<StationState>) -> Cursor {
        let chunk = SnapshotChunk {
            snapshot_id: SnapshotId(Uuid::new_v4()),
            revision: Revision(revision),
            chunk: 0,
            chunks: 1,
            stations,
        };
        self.apply(Decoded::Snapshot(EventId::random(), chunk), &Bytes::new())
    }

    fn update_for(&mut self, station: StationState, action: Action) -> Cursor {
        let update = InventoryUpdate { station, action };
        let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
        self.apply(Decoded::Update(event.id, Box::new(update)), &event.body)
    }

    fn update(&mut self, id: i64, revision: i64) -> Cursor {
        self.update_for(state(id, revision), Action::Book)
    }

    fn event(&mut self, id: i64) -> Cursor {
        let change = BatteryChange {
            station_id: StationId(id),
            station_name: "Station".into(),
            battery_id: None,
            battery_ids: Vec::new(),
            available_batteries: 1,
            booked_batteries: 0,
            total_batteries: 1,
            revision: Revision(1),
            timestamp: Utc::now(),
        };
        let event = Event::station(EventId::random(), &StationMessage::BatteryBooked(change));
        self.apply(Decoded::Station(event.id, StationId(id)), &event.body)
    }

    fn notice(&mut self, user: i64, notification: i64) -> Cursor {
        let body = Bytes::from(format!("{{\"type\":\"notification\",\"notification_id\":{notification}}}"));
        let rider = Decoded::Rider(EventId::random(), UserId(user), NotificationId(notification));
        self.apply(rider, &body)
    }

    fn start(&self, channel: Channel, since: Option<&str>) -> Start {
        self.hub.start(channel, since).unwrap()
    }

    /// Everything that a client which starts like this is sent.
    fn sent(&self, channel: Channel, start: &Start) -> Vec<Value> {
        let mut reach = start.reach;
        let mut sent = Vec::new();
        loop {
            let (piece, _) = self.hub.advance(&[channel], &reach, &start.behind, 1_024, &[]).unwrap();
            assert_eq!(piece.missed, 0);
            for message in piece.messages {
                reach.advance(&message.item);
                sent.push(serde_json::from_slice(&message.frame.json()).unwrap());
            }
            if piece.head.is_some() {
                return sent;
            }
        }
    }

    /// What a client gets that comes back with this cursor; `None` when it can't be had in full.
    fn resumed(&self, channel: Channel, since: impl ToString) -> Option<Vec<Value>> {
        let start = self.start(channel, Some(&since.to_string()));
        start.recovered.then(|| self.sent(channel, &start))
    }
}

fn kinds(sent: &[Value]) -> Vec<(&str, i64)> {
    let number = |message: &Value| message["station_id"].as_i64().or(message["notification_id"].as_i64());
    sent.iter().map(|message| (message["type"].as_str().unwrap(), number(message).unwrap())).collect()
}

#[test]
fn a_frame_is_the_body_with_the_cursor_in_front() {
    let mut stream = Stream::live(LIMITS);
    let before = stream.hub.position().unwrap();
    let at = stream.update(2, 2);
    let sent = stream.resumed(ALL, before).unwrap();
    assert_eq!(sent[0]["cursor"], at.to_string());
    assert_eq!(kinds(&sent), [("inventory_update", 2)]);
}

#[test]
fn nobody_is_served_while_the_feed_is_not_live_and_unknown_stations_are_named() {
    let stream = Stream::live(LIMITS);
    let start = |channel| stream.hub.start(channel, None).err();
    assert_eq!(start(Channel::Station(StationId(9))), Some(Refused::UnknownStation));
    stream.hub.set_live(false);
    assert_eq!(start(ALL), Some(Refused::NotLive));
    stream.hub.reset();
    stream.hub.set_live(true);
    assert_eq!(start(ALL), Some(Refused::NotLive), "it knows nothing any more");
}

#[test]
fn who_comes_back_gets_the_latest_state_of_each_station_and_every_event_in_order() {
    let mut stream = Stream::live(LIMITS);
    let seen = stream.update(1, 2);
    stream.update(1, 3);
    stream.event(1);
    stream.update(2, 4);
    stream.event(2);
    stream.update(1, 5);
    let all = stream.resumed(ALL, seen).unwrap();
    let expected =
        [("battery_booked", 1), ("inventory_update", 2), ("battery_booked", 2), ("inventory_update", 1)];
    assert_eq!(kinds(&all), expected);
    assert_eq!(all[3]["revision"], 5);
    let one = stream.resumed(Channel::Station(StationId(2)), seen).unwrap();
    assert_eq!(kinds(&one), [("inventory_update", 2), ("battery_booked", 2)]);
    let cursors: Vec<_> = all.iter().map(|message| message["cursor"].as_str().unwrap()).collect();
    assert!(cursors.is_sorted_by(|a, b| a < b));
    assert_eq!(stream.resumed(ALL, stream.hub.position().unwrap()).unwrap().len(), 0);
}

#[test]
fn states_merged_on_the_way_have_their_common_cause_or_none() {
    let mut stream = Stream::live(LIMITS);
    let start = stream.hub.position().unwrap();
    stream.update_for(state(1, 2), Action::Add);
    let added = stream.update_for(state(1, 3), Action::Add);
    let booked = stream.update_for(state(1, 4), Action::Book);
    stream.update_for(state(1, 5), Action::Book);
    let action = |since| stream.resumed(ALL, since).unwrap()[0]["action"].clone();
    assert_eq!(action(start), "update");
    assert_eq!(action(added), "book");
    assert_eq!(action(booked), "book");
}

#[test]
fn a_rider_who_comes_back_gets_each_message_once() {
    let mut stream = Stream::live(LIMITS);
    let rider = Channel::User(UserId(42));
    let cursor = stream.notice(42, 1);
    stream.notice(43, 1);
    for notification in [2, 3, 2, 3, 4] {
        stream.notice(42, notification);
    }
    let at = |notification_id| UserCursor { cursor, notification_id: NotificationId(notification_id) };
    let messages = [("notification", 2), ("notification", 3), ("notification", 4)];
    assert_eq!(kinds(&stream.resumed(rider, at(1)).unwrap()), messages);
    // A cursor from before a repetition in the log: what is known is known.
    assert_eq!(kinds(&stream.resumed(rider, at(3)).unwrap()), messages[2..]);
    assert!(stream.resumed(rider, at(5)).is_none(), "nobody was told more than there is");
    // Also when more is known than comes in a piece.
    for notification in 5..=400 {
        stream.notice(42, notification);
    }
    let rest: Vec<_> = (301..=400).map(|notification| ("notification", notification)).collect();
    assert_eq!(kinds(&stream.resumed(rider, at(300)).unwrap()), rest);
    assert!(stream.resumed(rider, at(i64::MAX)).is_none());
}

#[test]
fn a_cursor_of_another_log_or_too_old_or_no_cursor_is_refused() {
    let mut stream = Stream::live(WindowLimits { messages: 4, ..LIMITS });
    let old = stream.update(1, 2);
    let foreign = Cursor { offset: 3, mark: EventId::random().into() };
    for revision in 3..8 {
        stream.update(1, revision);
    }
    let head = stream.hub.position().unwrap();
    assert!(stream.resumed(ALL, old).is_none());
    assert!(stream.resumed(ALL, foreign).is_none());
    assert!(stream.resumed(ALL, Cursor { offset: head.offset + 1, ..head }).is_none());
    assert!(stream.resumed(ALL, "nonsense").is_none());
    assert!(stream.resumed(ALL, head).is_some());
}

#[test]
fn each_bound_of_the_window_ends_it() {
    for limits in [
        WindowLimits { messages: 5, ..LIMITS },
        WindowLimits { bytes: 2_000, ..LIMITS },
        WindowLimits { age: Duration::ZERO, ..LIMITS },
    ] {
        let mut stream = Stream::live(limits);
        let first = stream.event(1);
        for _ in 0..20 {
            stream.event(1);
        }
        assert!(stream.resumed(ALL, first).is_none(), "{limits:?}");
        let log = stream.hub.log();
        assert!(log.window.messages() <= limits.messages && log.window.bytes() <= limits.bytes, "{limits:?}");
    }
}

#[test]
fn a_station_that_was_removed_is_told_as_removed_and_then_forgotten() {
    let mut stream = Stream::live(WindowLimits { messages: 4, ..LIMITS });
    let before = stream.hub.position().unwrap();
    stream.update_for(StationState { status: BroadcastStatus::Removed, ..state(2, 2) }, Action::Status);
    let sent = stream.resumed(ALL, before).unwrap();
    assert_eq!((kinds(&sent), &sent[0]["status"]), (vec![("inventory_update", 2)], &"removed".into()));
    assert_eq!(stream.hub.log().stations.count(), 1);
    for revision in 3..10 {
        stream.update(1, revision);
    }
    assert!(stream.hub.log().stations.last_known(StationId(2)).is_none());
}

#[test]
fn a_box_hears_of_what_is_inside_and_of_what_leaves() {
    let mut stream = Stream::live(LIMITS);
    let area = Channel::Box(BoundingBox { west: -1.0, south: -1.0, east: 1.0, north: 1.0 });
    let start = stream.hub.position().unwrap();
    stream.update_for(StationState { latitude: 50.0, ..state(3, 2) }, Action::Create);
    stream.event(3);
    stream.event(1);
    let left = stream.update_for(StationState { latitude: 50.0, ..state(1, 3) }, Action::Update);
    assert_eq!(
        kinds(&stream.resumed(area, start).unwrap()),
        [("battery_booked", 1), ("inventory_update", 1)]
    );
    stream.update_for(StationState { latitude: 51.0, ..state(1, 4) }, Action::Update);
    assert_eq!(stream.resumed(area, left).unwrap().len(), 0, "it is elsewhere, and was told so");
    let late = stream.resumed(area, start).unwrap();
    assert_eq!(kinds(&late), [("battery_booked", 1), ("inventory_update", 1)]);
    assert_eq!(late[1]["latitude"], 51.0, "whoever did not see it leave hears where it is now");
}

#[test]
fn who_would_never_hear_that_a_station_is_gone_can_not_go_on() {
    let mut stream = Stream::live(WindowLimits { messages: 4, ..LIMITS });
    let start = stream.start(ALL, None);
    let rider = stream.start(Channel::User(UserId(42)), None);
    stream.update_for(StationState { status: BroadcastStatus::Removed, ..state(2, 2) }, Action::Status);
    for revision in 3..10 {
        stream.update(1, revision);
    }
    let advance =
        |channel, start: &Start| stream.hub.advance(&[channel], &start.reach, &start.behind, 9, &[]);
    assert_eq!(advance(ALL, &start).err(), Some(Gone::Departures));
    assert!(advance(Channel::User(UserId(42)), &rider).is_ok(), "it is no rider's business");
    assert!(advance(ALL, &stream.start(ALL, None)).is_ok());
}

#[test]
fn the_first_snapshot_that_is_read_puts_right_what_was_read_before_it() {
    let mut stream = Stream { hub: Hub::new(LIMITS), next: 0 };
    let before = stream.update(1, 2);
    let changed = StationState { available_batteries: 9, ..state(1, 5) };
    stream.snapshot(5, vec![changed, state(2, 4)]);
    stream.hub.set_live(true);
    let sent = stream.resumed(ALL, before).unwrap();
    assert_eq!(kinds(&sent), [("inventory_update", 1)]);
    assert_eq!(sent[0]["available_batteries"], 9);
}

#[test]
fn a_snapshot_puts_right_what_was_lost_and_who_resumes_gets_all_of_it() {
    let mut stream = Stream::live(LIMITS);
    let before = stream.update(1, 2);
    let changed = |id| StationState { available_batteries: 9, ..state(id, 5) };
    let head = stream.snapshot(5, vec![changed(1), changed(3)]);
    let sent = stream.resumed(ALL, before).unwrap();
    let mut healed = kinds(&sent);
    healed.sort_unstable();
    assert_eq!(healed, [("inventory_update", 1), ("inventory_update", 2), ("inventory_update", 3)]);
    assert!(sent.iter().all(|message| message["cursor"] == before.to_string()));
    assert!(sent.iter().any(|message| message["status"] == "removed"));
    assert_eq!(stream.resumed(ALL, head).unwrap().len(), 0);
}

/// The stations of a snapshot, frame by frame.
fn shown(start: &Start) -> Vec<Vec<(i64, i64)>> {
    let number = |station: &Value, name: &str| station[name].as_i64().unwrap();
    let frames = start.base.as_ref().unwrap().frames.iter();
    let pages = frames.map(|frame| serde_json::from_slice::<Value>(&frame.json()).unwrap());
    pages
        .map(|page| {
            let stations = page["stations"].as_array().unwrap().iter();
            stations.map(|station| (number(station, "station_id"), number(station, "revision"))).collect()
        })
        .collect()
}

#[test]
fn a_new_client_gets_the_present_state_and_no_event_from_before_it_came() {
    let mut stream = Stream::live(LIMITS);
    assert_eq!(shown(&stream.start(ALL, None)), [[(1, 1), (2, 1)]]);
    stream.update(1, 2);
    stream.event(1);
    let start = stream.start(ALL, None);
    assert_eq!(shown(&start), [[(1, 2), (2, 1)]]);
    stream.event(2);
    assert_eq!(kinds(&stream.sent(ALL, &start)), [("battery_booked", 2)]);
}

#[test]
fn a_snapshot_is_cut_into_pages_and_only_those_that_changed_are_written_anew() {
    let mut stream = Stream::live(LIMITS);
    stream.snapshot(2, (1..=1_200).map(|id| state(id, 2)).collect());
    let before = stream.start(ALL, None);
    let sizes = |start: &Start| shown(start).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes(&before), [500, 500, 200]);
    stream.update(700, 3);
    let after = stream.start(ALL, None);
    let (old, new) = (before.base.as_ref().unwrap(), after.base.as_ref().unwrap());
    let shared = |page: usize| old.frames[page].wire().as_ptr() == new.frames[page].wire().as_ptr();
    assert_eq!((shared(0), shared(1)), (true, false));
    assert_eq!(shown(&after)[1][199], (700, 3));
    let again = stream.start(ALL, None).base.unwrap();
    assert!(Arc::ptr_eq(new, &again), "nothing has happened since");
    for id in 2_000..2_400 {
        stream.update(id, 4);
    }
    stream.update_for(StationState { status: BroadcastStatus::Removed, ..state(1, 5) }, Action::Status);
    assert_eq!(sizes(&stream.start(ALL, None)), [499, 500, 500, 100]);
}

#[test]
fn a_slow_client_gets_the_latest_states_and_is_told_how_many_events_it_lost() {
    let mut stream = Stream::live(WindowLimits { messages: 40, ..LIMITS });
    let start = stream.start(ALL, None);
    let (reach, mut behind) = (start.reach, start.behind);
    let mut news = stream.hub.add_worker();
    for revision in 2..52 {
        stream.update(1, revision);
        stream.event(1);
    }
    while let Ok(News::Items(items)) = news.try_recv() {
        items.iter().for_each(|item| behind.missed(item));
    }
    assert_eq!((behind.events, behind.states), (50, 50));
    let (piece, _) = stream.hub.advance(&[ALL], &reach, &behind, 1_024, &[]).unwrap();
    assert_eq!((piece.missed, piece.counted), (30, 20), "of 40 messages 20 are events");
    assert_eq!(piece.messages.len(), 21);
    let (piece, _) = stream.hub.advance(&[ALL], &reach, &behind, 5, &[]).unwrap();
    assert_eq!((piece.missed, piece.counted), (45, 5));
    assert_eq!(piece.messages.len(), 6);
}

#[test]
fn a_channel_joined_later_begins_with_its_state_or_with_what_was_missed() {
    let mut stream = Stream::live(LIMITS);
    let seen = stream.hub.position().unwrap();
    stream.event(2);
    let channel = Channel::Station(StationId(2));
    let start = stream.start(Channel::Station(StationId(1)), None);
    let join = |since: Option<Cursor>, most_events: usize| {
        let join = Join { channel, since: since.map(|since| since.to_string()) };
        let (_, joined) = stream
            .hub
            .advance(&[Channel::Station(StationId(1))], &start.reach, &start.behind, most_events, &[join])
            .unwrap();
        let frames = joined[0].frames.iter();
        let types =
            frames.map(|frame| serde_json::from_slice::<Value>(&frame.json()).unwrap()["type"].clone());
        (joined[0].recovered, types.collect::<Vec<_>>())
    };
    assert_eq!(join(None, 9), (Some(false), vec!["inventory_snapshot".into()]));
    assert_eq!(join(Some(seen), 9), (Some(true), vec!["battery_booked".into()]));
    assert_eq!(
        join(Some(seen), 0),
        (Some(false), vec!["inventory_snapshot".into()]),
        "too much to hold for it"
    );
}
