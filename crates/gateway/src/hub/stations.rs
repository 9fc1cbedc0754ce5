//! What every station looks like now, and which message of the stream said so.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use events::{
    Action, BoundingBox, BroadcastStatus, Cursor, Event, EventId, InventoryUpdate, Place, StationId,
    StationMessage, StationState,
};

use super::base::{Base, Pages};
use super::frame::Frame;
use super::item::Item;

/// Former places of a station that are known at a time.
const MOST_PLACES: usize = 64;

#[derive(Default)]
pub(super) struct Stations {
    by_id: BTreeMap<StationId, Station>,
    /// The stations by the offset of their latest update: what a client at a position has not seen.
    order: BTreeSet<(u64, StationId)>,
    /// Those of them that were removed.
    removed: BTreeSet<(u64, StationId)>,
    /// The offset of the last departure, from the network or from a place, that is no longer known.
    forgotten: Option<u64>,
    /// How many of them are not removed.
    present: usize,
    pages: Pages,
}

struct Station {
    state: Arc<StationState>,
    /// None for one that is known from a snapshot only.
    latest: Option<Latest>,
}

struct Latest {
    id: EventId,
    item: Arc<Item>,
    action: Action,
    /// The offset of the last update with another cause: who has not seen that one gets two causes in one.
    other_cause: Option<u64>,
    /// The frame for them.
    merged: OnceCell<Frame>,
    /// Where the station was, and the offset at which it left: who watched it there must hear of it.
    left: Vec<(u64, Place)>,
}

impl Stations {
    /// A station that is there.
    pub(super) fn get(&self, id: StationId) -> Option<&Arc<StationState>> {
        self.by_id.get(&id).map(|station| &station.state).filter(|state| is_present(state))
    }

    /// What is known of a station, also of one that was removed a moment ago.
    pub(super) fn last_known(&self, id: StationId) -> Option<&Arc<StationState>> {
        self.by_id.get(&id).map(|station| &station.state)
    }

    /// The stations that are there, by id.
    pub(super) fn present(&self) -> impl Iterator<Item = &Arc<StationState>> {
        self.by_id.values().map(|station| &station.state).filter(|state| is_present(state))
    }

    pub(super) fn count(&self) -> usize {
        self.present
    }

    /// Takes a state that is not news: no message stands for it.
    pub(super) fn set(&mut self, state: StationState) {
        let id = state.station_id;
        let latest = self.by_id.remove(&id).and_then(|old| {
            self.present -= usize::from(is_present(&old.state));
            old.latest
        });
        self.present += usize::from(is_present(&state));
        self.pages.changed(id);
        self.by_id.insert(id, Station { state: Arc::new(state), latest });
    }

    /// Takes an update and its item.
    pub(super) fn update(&mut self, event: EventId, update: &InventoryUpdate, item: Arc<Item>) {
        let (id, at) = (update.station.station_id, item.at.offset);
        let was = self.by_id.get(&id).map(|station| place(&station.state));
        let before = self.by_id.get_mut(&id).and_then(|station| station.latest.take());
        let (mut other_cause, mut left) = (None, Vec::new());
        if let Some(before) = before {
            let key = (before.item.at.offset, id);
            self.order.remove(&key);
            self.removed.remove(&key);
            other_cause = if before.action == update.action { before.other_cause } else { Some(key.0) };
            left = before.left;
        }
        if let Some(was) = was.filter(|was| *was != place(&update.station)) {
            left.push((at, was));
        }
        // One that moves all the time is not followed to each of its places.
        if left.len() > MOST_PLACES {
            let (oldest, _) = left.remove(0);
            self.forgotten = self.forgotten.max(Some(oldest));
        }
        self.order.insert((at, id));
        if !is_present(&update.station) {
            self.removed.insert((at, id));
        }
        self.set(update.station.clone());
        if let Some(station) = self.by_id.get_mut(&id) {
            let merged = OnceCell::new();
            station.latest =
                Some(Latest { id: event, item, action: update.action, other_cause, merged, left });
        }
    }

    /// Forgets removed stations whose removal everybody with a resumable cursor has seen.
    pub(super) fn forget_removed(&mut self, before: u64) {
        while let Some((at, id)) = self.removed.first().copied().filter(|(at, _)| *at < before) {
            self.removed.remove(&(at, id));
            self.order.remove(&(at, id));
            self.by_id.remove(&id);
            self.forgotten = self.forgotten.max(Some(at));
        }
    }

    /// Whether somebody at an offset would never hear of a station that is gone.
    pub(super) fn has_forgotten_since(&self, offset: u64) -> bool {
        self.forgotten.is_some_and(|at| at > offset)
    }

    /// The latest updates behind an offset, in the order of the stream, as somebody at that offset must get
    /// them.
    pub(super) fn after(&self, offset: u64) -> impl Iterator<Item = (&Arc<Item>, &Frame)> {
        self.behind(offset).filter_map(move |id| self.unseen(id, offset))
    }

    /// Those of them that whoever watches a box must hear of: about what is inside, and what was and left since.
    pub(super) fn after_within(
        &self,
        area: &BoundingBox,
        offset: u64,
    ) -> impl Iterator<Item = (&Arc<Item>, &Frame)> {
        self.behind(offset)
            .filter(move |id| self.by_id.get(id).is_some_and(|station| station.concerns(area, offset)))
            .filter_map(move |id| self.unseen(id, offset))
    }

    fn behind(&self, offset: u64) -> impl Iterator<Item = StationId> {
        let start = Bound::Excluded((offset, StationId(i64::MAX)));
        self.order.range((start, Bound::Unbounded)).map(|(_, id)| *id)
    }

    /// The latest update of one station, if it stands behind the offset.
    pub(super) fn unseen(&self, id: StationId, offset: u64) -> Option<(&Arc<Item>, &Frame)> {
        let station = self.by_id.get(&id)?;
        let latest = station.latest.as_ref().filter(|latest| latest.item.at.offset > offset)?;
        Some((&latest.item, latest.frame(&station.state, offset)))
    }

    /// The state of all of them, in frames.
    pub(super) fn base(&mut self, at: Cursor) -> Arc<Base> {
        let by_id = &self.by_id;
        self.pages.base(at, |ids| {
            by_id.range(ids).map(|(_, station)| &station.state).filter(|state| is_present(state))
        })
    }
}

impl Station {
    fn concerns(&self, area: &BoundingBox, seen: u64) -> bool {
        let left = self.latest.iter().flat_map(|latest| &latest.left);
        area.contains(place(&self.state))
            || left.into_iter().any(|(at, was)| *at > seen && area.contains(*was))
    }
}

impl Latest {
    /// The frame for somebody who has seen everything up to the offset.
    fn frame(&self, state: &StationState, seen: u64) -> &Frame {
        if self.action == Action::Update || self.other_cause.is_none_or(|offset| offset <= seen) {
            return &self.item.frame;
        }
        self.merged.get_or_init(|| {
            let update = InventoryUpdate { station: state.clone(), action: Action::Update };
            let event = Event::station(self.id, &StationMessage::InventoryUpdate(update));
            Frame::station(self.item.at, &event.body)
        })
    }
}

pub(super) fn place(state: &StationState) -> Place {
    Place { latitude: state.latitude, longitude: state.longitude }
}

fn is_present(state: &StationState) -> bool {
    state.status != BroadcastStatus::Removed
}
