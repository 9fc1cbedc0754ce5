//! Snapshots are cut into pages; what did not change is shared.

use std::collections::BTreeSet;

use events::{Action, BoundingBox, StationState};

use super::pages::{Part, STATION_BYTES};
use super::tests::{ALL, LIMITS, Stream, at, state};
use super::*;
use crate::protocol::Channel;

fn sizes(start: &Start) -> Vec<usize> {
    start.snapshot.iter().map(|part| part.stations().len()).collect()
}

fn ids(parts: &[Part]) -> BTreeSet<i64> {
    parts.iter().flat_map(|part| part.stations()).map(|known| known.id().0).collect()
}

/// Stations along a meridian, a tenth of a degree apart.
fn line(count: i64) -> Vec<StationState> {
    (1..=count).map(|id| at(id, 2, f64::from(i32::try_from(id).unwrap()) / 10.0)).collect()
}

#[test]
fn a_snapshot_is_cut_into_pages_and_only_those_that_changed_are_written_anew() {
    let mut stream = Stream::new(LIMITS);
    stream.snapshot(2, (1..=1_200).map(|id| state(id, 2)).collect());
    stream.log.set_live();
    let before = stream.start(ALL, None);
    assert_eq!(sizes(&before), [500, 500, 200]);
    let texts =
        |start: &Start| -> Vec<_> { start.snapshot.iter().map(|part| part.text().json.as_ptr()).collect() };
    let old = texts(&before);
    stream.update(700, 3);
    let after = stream.start(ALL, None);
    let new = texts(&after);
    assert_eq!((old[0] == new[0], old[1] == new[1], old[2] == new[2]), (true, false, true));
    assert_eq!(before.snapshot[1].stations()[199].state.revision.0, 2, "a snapshot is of one moment");
    assert_eq!(after.snapshot[1].stations()[199].state.revision.0, 3);
    for id in 2_000..2_400 {
        stream.update(id, 4);
    }
    let grown = stream.start(ALL, None);
    assert!(sizes(&grown).iter().all(|size| *size <= 500));
    assert_eq!(ids(&grown.snapshot).len(), 1_600);
}

#[test]
fn pages_that_become_small_are_joined() {
    let mut stream = Stream::new(LIMITS);
    stream.snapshot(2, line(890));
    stream.log.set_live();
    assert_eq!(sizes(&stream.start(ALL, None)).len(), 2);
    for id in 1..=850 {
        let station = StationState { status: events::BroadcastStatus::Removed, ..state(id, 3) };
        stream.update_for(station, Action::Status);
    }
    let left = stream.start(ALL, None);
    assert_eq!((ids(&left.snapshot).len(), left.snapshot.len()), (40, 1), "{:?}", sizes(&left));
}

#[test]
fn a_box_shares_the_pages_inside_and_filters_those_at_its_border() {
    let mut stream = Stream::new(LIMITS);
    stream.snapshot(2, line(890));
    stream.log.set_live();
    let area = |south: f64, north: f64| BoundingBox { west: -1.0, south, east: 1.0, north };
    let within = |south, north| stream.start(Channel::Box(area(south, north)), None).snapshot;
    assert_eq!(ids(&within(10.0, 20.0)), (100..=200).collect());
    let (wide, all) = (within(-1.0, 90.0), stream.start(ALL, None).snapshot);
    assert_eq!(wide[0].text().json.as_ptr(), all[0].text().json.as_ptr());
    assert_eq!(ids(&within(-5.0, -4.0)).len(), 0);
    assert_eq!(within(-5.0, -4.0).len(), 1, "an empty box has a frame too: it says that it is complete");
    let moved = stream.log.come_into_view(&area(10.0, 20.0), &area(15.0, 25.0));
    assert_eq!(ids(&moved), (201..=250).collect());
}

#[test]
fn what_only_clients_hold_is_counted_as_long_as_they_hold_it() {
    let mut stream = Stream::new(LIMITS);
    stream.snapshot(2, line(100));
    stream.log.set_live();
    assert_eq!(stream.log.snapshot_bytes(), 0);
    let start = stream.start(ALL, None);
    let bytes = start.snapshot[0].text().json.len();
    stream.update_for(at(1, 3, 0.1), Action::Book);
    let page = bytes + 100 * STATION_BYTES;
    assert_eq!(stream.log.snapshot_bytes(), page, "the client holds the page as it was");
    let untold = stream.start(ALL, None);
    stream.update_for(at(2, 4, 0.2), Action::Book);
    assert_eq!(stream.log.snapshot_bytes(), page + 100 * STATION_BYTES, "also one that is not written yet");
    drop(untold);
    drop(start);
    assert_eq!(stream.log.snapshot_bytes(), 0);
}
