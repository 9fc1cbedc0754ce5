//! What every station looks like now, and which message of the stream said so.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use events::{
    Action, BroadcastStatus, Cursor, Event, EventId, InventoryUpdate, Place, StationId, StationMessage,
    StationState,
};

use super::base::{Base, Pages};
use super::frame::Frame;
use super::item::Item;

#[derive(Default)]
pub(super) struct Stations {
    by_id: BTreeMap<StationId, Station>,
    /// The stations by the offset of their latest update: what a client at a position has not seen.
    order: BTreeSet<(u64, StationId)>,
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
        let id = update.station.station_id;
        let before = self.by_id.get(&id).and_then(|station| station.latest.as_ref());
        let other_cause = before.and_then(|before| {
            self.order.remove(&(before.item.at.offset, id));
            if before.action == update.action { before.other_cause } else { Some(before.item.at.offset) }
        });
        self.order.insert((item.at.offset, id));
        self.set(update.station.clone());
        if let Some(station) = self.by_id.get_mut(&id) {
            let merged = OnceCell::new();
            station.latest = Some(Latest { id: event, item, action: update.action, other_cause, merged });
        }
    }

    /// Forgets removed stations whose removal everybody with a resumable cursor has seen.
    pub(super) fn forget_removed(&mut self, before: u64) {
        let gone: Vec<(u64, StationId)> = self
            .order
            .iter()
            .take_while(|(offset, _)| *offset < before)
            .filter(|(_, id)| self.by_id.get(id).is_some_and(|station| !is_present(&station.state)))
            .copied()
            .collect();
        for key in gone {
            self.order.remove(&key);
            self.by_id.remove(&key.1);
        }
    }

    /// The latest updates behind an offset, in the order of the stream, as somebody at that offset must get
    /// them.
    pub(super) fn after(&self, offset: u64) -> impl Iterator<Item = (&Arc<Item>, &Frame)> {
        let start = Bound::Excluded((offset, StationId(i64::MAX)));
        self.order.range((start, Bound::Unbounded)).filter_map(move |(_, id)| self.unseen(*id, offset))
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
