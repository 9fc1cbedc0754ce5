//! The hub without a socket and without a broker.

mod stream;

use std::time::{Duration, Instant};

use events::{
    Action, BoundingBox, Cursor, CursorKind, Decoded, Event, EventId, InventoryUpdate, Position, StationId,
    StationMessage, StationState, UserId,
};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;
use crate::protocol::Channel;
pub(crate) use stream::*;

#[test]
fn nobody_is_served_while_the_feed_is_not_live_and_unknown_stations_are_named() {
    let mut stream = Stream::new(LIMITS);
    stream.snapshot(1, vec![state(1, 1)]);
    assert_eq!(stream.log.start(ALL, None).err(), Some(Refused::NotLive));
    stream.log.set_live();
    let unknown = Channel::Station(StationId(9));
    assert_eq!(stream.log.start(unknown, None).err(), Some(Refused::UnknownStation));
    stream.log.reset();
    assert_eq!(stream.log.start(ALL, None).err(), Some(Refused::NotLive), "it knows nothing any more");
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
    assert!(all.iter().map(|message| message["at"].as_u64()).is_sorted());
    assert_eq!(stream.resumed(ALL, stream.head()).unwrap().len(), 0);
}

#[test]
fn states_merged_on_the_way_have_their_common_cause_or_none() {
    let mut stream = Stream::live(LIMITS);
    let start = stream.head();
    stream.update_for(state(1, 2), Action::Add);
    let added = stream.update_for(state(1, 3), Action::Add);
    let booked = stream.update_for(state(1, 4), Action::Book);
    stream.update_for(state(1, 5), Action::Book);
    let action = |since| stream.resumed(ALL, since).unwrap()[0]["action"].clone();
    assert_eq!(action(start), "update");
    assert_eq!(action(added), "book");
    assert_eq!(action(booked), "book");
    let conflated =
        |position| stream.log.next_batch(&[ALL], &Seen::up_to(position), 9).unwrap().messages[0].conflated;
    assert_eq!((conflated(start), conflated(booked)), (3, 0), "what is merged is counted");
}

#[test]
fn a_rider_who_comes_back_gets_each_message_once() {
    let mut stream = Stream::live(LIMITS);
    let cursor = stream.notice(42, 1);
    stream.notice(43, 1);
    let ids: Vec<EventId> = (0..2).map(|_| EventId::random()).collect();
    // After a crash of the relay some events stand in the log twice.
    for (notification, id) in [(2, ids[0]), (3, ids[1]), (2, ids[0]), (3, ids[1])] {
        stream.notice_with(id, 42, notification);
    }
    stream.notice(42, 4);
    let messages = [("notification", 2), ("notification", 3), ("notification", 4)];
    assert_eq!(kinds(&stream.rider_resumed(42, cursor, 1).unwrap()), messages);
    // Also when more is known than comes in a batch.
    let late = stream.head();
    for notification in 5..=400 {
        stream.notice(42, notification);
    }
    assert_eq!(stream.rider_resumed(42, late, 4).unwrap().len(), 396);
    assert!(stream.rider_resumed(42, late, 401).is_none(), "nobody has seen more than there is");
    assert!(stream.rider_resumed(42, late, i64::MAX).is_none());
}

#[test]
fn a_notification_id_that_comes_again_after_a_restore_is_sent_and_not_resumed_over() {
    let mut stream = Stream::live(LIMITS);
    stream.notice(42, 7);
    let seen = stream.notice(42, 8);
    // The database was restored from a backup: the next message of the rider is number 8 again.
    stream.notice(42, 8);
    assert!(stream.rider_resumed(42, seen, 8).is_none(), "the rider reads the inbox");
    let rider = Channel::User(UserId(42));
    let live = stream.log.next_batch(&[rider], &Seen::up_to(seen), 9).unwrap();
    assert_eq!(live.messages.len(), 1, "who is connected gets it");
}

#[test]
fn a_rider_to_whom_nothing_was_sent_recovers_however_long_it_was_away() {
    let mut stream = Stream::live(ReplayLimits { messages: 5, ..LIMITS });
    let quiet = stream.notice(42, 1);
    let busy = stream.notice(43, 1);
    stream.notice(43, 2);
    for revision in 2..100 {
        stream.update(1, revision);
    }
    assert_eq!(stream.rider_resumed(42, quiet, 1).unwrap().len(), 0);
    assert_eq!(stream.rider_resumed(44, quiet, 0).unwrap().len(), 0, "nor was anything sent to this one");
    assert!(stream.rider_resumed(43, busy, 1).is_none(), "its second message is no longer here");
    let forged = Position { mark: EventId::random().into(), ..quiet };
    assert!(stream.rider_resumed(42, forged, 1).is_none(), "another log");
    stream.notice(42, 2);
    assert_eq!(kinds(&stream.rider_resumed(42, quiet, 1).unwrap()), [("notification", 2)]);
    stream.notice(42, 3);
    for revision in 100..104 {
        stream.update(1, revision);
    }
    assert!(stream.rider_resumed(42, quiet, 1).is_none(), "only its third message is still here");
}

#[test]
fn a_cursor_of_another_log_or_too_old_or_no_cursor_is_refused() {
    let mut stream = Stream::live(ReplayLimits { messages: 4, ..LIMITS });
    let old = stream.update(1, 2);
    let foreign = Position { offset: 5, mark: EventId::random().into() };
    for revision in 3..8 {
        stream.update(1, revision);
    }
    let head = stream.head();
    assert!(stream.resumed(ALL, old).is_none());
    assert!(stream.resumed(ALL, foreign).is_none());
    assert!(stream.resumed(ALL, Position { offset: head.offset + 1, ..head }).is_none());
    assert!(stream.resumed_with(ALL, Since { cursor: "nonsense".into(), scope: None }).is_none());
    assert!(stream.resumed(ALL, head).is_some());
}

#[test]
fn a_cursor_says_nothing_about_another_kind_of_channel() {
    let stream = Stream::live(LIMITS);
    let area = BoundingBox { west: -1.0, south: -1.0, east: 1.0, north: 1.0 };
    let wider = BoundingBox { west: -2.0, ..area };
    let station = Channel::Station(StationId(1));
    let resumes = |kind, scope, channel| {
        let cursor = Cursor::new(kind, stream.head()).to_string();
        stream.resumed_with(channel, Since { cursor, scope }).is_some()
    };
    assert!(resumes(CursorKind::Box, Some(area), Channel::Box(area)));
    assert!(resumes(CursorKind::Box, Some(wider), Channel::Box(area)));
    assert!(!resumes(CursorKind::Box, Some(area), Channel::Box(wider)), "it never saw the rest");
    assert!(!resumes(CursorKind::Box, None, Channel::Box(area)));
    assert!(!resumes(CursorKind::Station, Some(area), Channel::Box(area)));
    assert!(!resumes(CursorKind::Box, Some(area), station));
    assert!(!resumes(CursorKind::Box, Some(area), ALL) && !resumes(CursorKind::Station, None, ALL));
    assert!(resumes(CursorKind::AllStations, None, station), "who followed all followed this one");
    assert!(!resumes(CursorKind::AllStations, None, Channel::User(UserId(1))));
}

#[test]
fn each_bound_of_the_window_ends_it() {
    for limits in [
        ReplayLimits { messages: 5, ..LIMITS },
        ReplayLimits { bytes: 2_000, ..LIMITS },
        ReplayLimits { age: Duration::ZERO, ..LIMITS },
    ] {
        let mut stream = Stream::live(limits);
        let first = stream.event(1);
        for _ in 0..20 {
            stream.event(1);
        }
        assert!(stream.resumed(ALL, first).is_none(), "{limits:?}");
        let (messages, bytes) = (stream.log.window_messages(), stream.log.window_bytes());
        assert!(messages <= limits.messages, "{messages}");
        assert!(bytes <= u64::try_from(limits.bytes).unwrap(), "{bytes}");
    }
}

#[test]
fn a_cursor_is_old_when_a_tenth_of_what_ends_the_window_has_passed() {
    let mut stream = Stream::live(ReplayLimits { messages: 100, ..LIMITS });
    for revision in 2..200 {
        stream.update(1, revision);
    }
    let head = stream.head().offset;
    assert_eq!(stream.log.refresh_before(Instant::now()), head - 10);
    let mut stream = Stream::live(ReplayLimits { bytes: 10_000, ..LIMITS });
    for _ in 0..50 {
        stream.event(1);
    }
    let before = stream.log.refresh_before(Instant::now());
    assert!((1..10).contains(&(stream.head().offset - before)), "{before}");
    let mut stream = Stream::live(LIMITS);
    stream.update(1, 2);
    let head = stream.update(1, 3).offset;
    let later = Instant::now() + LIMITS.age / 5;
    assert_eq!((stream.log.refresh_before(Instant::now()), stream.log.refresh_before(later)), (0, head));
}

#[test]
fn a_station_that_was_removed_is_sent_as_removed_and_then_forgotten() {
    let mut stream = Stream::live(ReplayLimits { messages: 4, ..LIMITS });
    let before = stream.head();
    stream.update_for(removed(2, 2), Action::Status);
    let sent = stream.resumed(ALL, before).unwrap();
    assert_eq!((kinds(&sent), &sent[0]["status"]), (vec![("inventory_update", 2)], &"removed".into()));
    assert_eq!(stream.log.station_count(), 1);
    for revision in 3..10 {
        stream.update(1, revision);
    }
    let seen = Seen::up_to(before);
    assert_eq!(stream.log.next_batch(&[ALL], &seen, 9).unwrap().messages.len(), 1, "only the other station");
}

#[test]
fn a_removed_station_is_kept_for_a_client_that_has_not_heard_of_it() {
    let mut stream = Stream::live(ReplayLimits { messages: 4, ..LIMITS });
    let slow = stream.head();
    let gone = stream.update_for(removed(2, 2), Action::Status);
    let passed: Vec<_> = (3..20)
        .map(|revision| {
            let update = InventoryUpdate { station: state(1, revision), action: Action::Book };
            let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
            stream.next += 1;
            stream.intake.take(stream.next, Decoded::Update(event.id, Box::new(update)), &event.body)
        })
        .collect();
    for passed in passed {
        stream.log.apply(&passed);
        stream.log.tidy(slow.offset);
    }
    let batch = |log: &Log| log.next_batch(&[ALL], &Seen::up_to(slow), 9).unwrap().messages.len();
    assert_eq!(batch(&stream.log), 2, "the removal and the other station");
    stream.log.tidy(gone.offset + 1);
    assert_eq!(batch(&stream.log), 1);
}

#[test]
fn a_station_that_moves_throws_nobody_off() {
    let mut stream = Stream::live(LIMITS);
    let area = |south: f64| BoundingBox { west: -1.0, south, east: 1.0, north: south + 2.0 };
    let (here, elsewhere) = (Channel::Box(area(-1.0)), Channel::Box(area(80.0)));
    let start = stream.head();
    for step in 1..=100_i32 {
        stream.update_for(at(1, 1 + i64::from(step), f64::from(step) / 2.0), Action::Update);
    }
    assert_eq!(kinds(&stream.resumed(ALL, start).unwrap()), [("inventory_update", 1)]);
    assert_eq!(kinds(&stream.resumed(here, start).unwrap()), [("inventory_update", 1)], "it left this box");
    assert_eq!(stream.resumed(elsewhere, start).unwrap().len(), 0);
    assert_eq!(stream.resumed(Channel::Station(StationId(2)), start).unwrap().len(), 0);
}

#[test]
fn a_slow_client_of_a_box_hears_of_a_station_that_left_it_before_the_window() {
    let mut stream = Stream::live(ReplayLimits { messages: 4, ..LIMITS });
    let here = Channel::Box(BoundingBox { west: -1.0, south: -1.0, east: 1.0, north: 1.0 });
    let slow = Seen::up_to(stream.head());
    stream.update_for(at(1, 2, 50.0), Action::Update);
    for revision in 3..400 {
        stream.update_for(
            at(2, revision, 60.0 + f64::from(i32::try_from(revision % 2).unwrap())),
            Action::Update,
        );
    }
    let batch = stream.log.next_batch(&[here], &slow, 9).unwrap();
    let stations: Vec<_> = batch.messages.iter().filter_map(|message| message.item.station()).collect();
    assert_eq!(stations, [StationId(1), StationId(2)], "both were in the box");
}

#[test]
fn a_box_hears_of_what_is_inside_and_of_what_leaves() {
    let mut stream = Stream::live(LIMITS);
    let area = Channel::Box(BoundingBox { west: -1.0, south: -1.0, east: 1.0, north: 1.0 });
    let start = stream.head();
    stream.update_for(at(3, 2, 50.0), Action::Create);
    stream.event(3);
    stream.event(1);
    let left = stream.update_for(at(1, 3, 50.0), Action::Update);
    let expected = [("battery_booked", 1), ("inventory_update", 1)];
    assert_eq!(kinds(&stream.resumed(area, start).unwrap()), expected);
    stream.update_for(at(1, 4, 51.0), Action::Update);
    let again = stream.resumed(area, left).unwrap();
    assert_eq!(again.len(), 1, "its departure may have been overtaken: it is sent with where it is now");
    // Near the head the changed stations are looked through, further behind those in the box.
    for round in 0..2 {
        let late = stream.resumed(area, start).unwrap();
        assert_eq!(kinds(&late), expected, "round {round}");
        assert_eq!(late[1]["latitude"], 51.0, "whoever did not see it leave hears where it is now");
        for revision in 5..400 {
            stream.update_for(at(3, revision + round * 400, 50.0), Action::Update);
        }
    }
}

#[test]
fn cursors_from_before_the_first_snapshot_are_not_resumed_from() {
    let mut stream = Stream::new(LIMITS);
    let before = stream.update(1, 2);
    // The snapshot shows a state whose update was lost, and a station that was never heard of.
    let changed = StationState { available_batteries: 9, ..state(1, 5) };
    let head = stream.snapshot(5, vec![changed, state(2, 4)]);
    stream.log.set_live();
    assert!(stream.resumed(ALL, before).is_none());
    assert!(stream.resumed(ALL, head).is_some());
    let parts = stream.start(ALL, None).snapshot;
    let states = parts[0].stations();
    assert_eq!(states.iter().map(|known| known.state.available_batteries).max(), Some(9));
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
    assert!(sent.iter().all(|message| message["at"] == before.offset));
    assert!(sent.iter().any(|message| message["status"] == "removed"));
    assert_eq!(stream.resumed(ALL, head).unwrap().len(), 0);
}

#[test]
fn what_a_snapshot_shows_ahead_of_its_update_is_shown_and_is_no_loss() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let changed = |id, revision| StationState { available_batteries: 9, ..state(id, revision) };
    metrics::with_local_recorder(&recorder, || {
        let mut stream = Stream::live(LIMITS);
        let before = stream.head();
        stream.snapshot_of(5, true, vec![changed(1, 5), state(2, 5)]);
        let sent = stream.resumed(ALL, before).unwrap();
        assert_eq!(kinds(&sent), [("inventory_update", 1)]);
        assert!(!metrics.render().contains("swapwire_feed_healed_total"));
        let shown = stream.head();
        stream.update_for(changed(1, 6), Action::Book);
        assert_eq!(kinds(&stream.resumed(ALL, shown).unwrap()), [("inventory_update", 1)]);
        stream.snapshot(7, vec![changed(1, 7), changed(2, 7)]);
        assert!(metrics.render().contains("swapwire_feed_healed_total 1"), "{}", metrics.render());
    });
}

#[test]
fn a_new_client_gets_the_present_state_and_no_event_from_before_it_came() {
    let mut stream = Stream::live(LIMITS);
    stream.update(1, 2);
    stream.event(1);
    let start = stream.start(ALL, None);
    let shown: Vec<_> = start.snapshot[0]
        .stations()
        .iter()
        .map(|known| (known.state.station_id.0, known.state.revision.0))
        .collect();
    assert_eq!(shown, [(1, 2), (2, 1)]);
    stream.event(2);
    assert_eq!(kinds(&stream.sent(ALL, &start)), [("battery_booked", 2)]);
}

#[test]
fn a_slow_client_gets_the_latest_events_and_hears_how_many_it_lost() {
    let mut stream = Stream::live(LIMITS);
    let seen = Seen::up_to(stream.head());
    for revision in 2..52 {
        stream.update(1, revision);
        stream.event(1);
    }
    let batch = stream.log.next_batch(&[ALL], &seen, 1_024).unwrap();
    assert_eq!((batch.skipped, batch.messages.len()), (None, 51));
    let batch = stream.log.next_batch(&[ALL], &seen, 5).unwrap();
    let (skipped, up_to) = batch.skipped.unwrap();
    assert_eq!((skipped, batch.messages.len()), (45, 6));
    let seen = Seen { skipped_to: up_to, ..seen };
    let batch = stream.log.next_batch(&[ALL], &seen, 5).unwrap();
    assert_eq!((batch.skipped, batch.messages.len()), (None, 6), "what was skipped is not counted again");
    let rider = Channel::User(UserId(42));
    for notification in 1..=6 {
        stream.notice(42, notification);
    }
    assert!(stream.log.next_batch(&[rider], &seen, 5).is_err(), "a rider may not lose one");
}
