//! What a message of the stream changes, decided once for all worker threads: which state is new, what a snapshot
//! heals, and what the log only repeats.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use events::{
    Action, BroadcastStatus, Decoded, Event, EventId, InventoryUpdate, Location, NotificationId, Position,
    Revision, SnapshotChunk, StationId, StationMessage, StationState, UserId,
};

use super::item::{About, Item, Known, StateChange};
use super::log::Passed;
use super::recent::RecentIds;
use super::snapshot::{Assembly, Whole};
use crate::metrics::FEED_HEALED;

/// The state that decides what is new.
#[derive(Default)]
pub(super) struct Intake {
    stations: HashMap<StationId, Held>,
    position: Option<Position>,
    /// Whether a whole snapshot has been read.
    complete: bool,
    assembly: Assembly,
    delivered: RecentIds,
}

/// The latest state of a station, also of one that was removed.
struct Held {
    known: Arc<Known>,
    /// Not below the state's own: a snapshot may have shown the same state at a later revision.
    revision: Revision,
}

impl Intake {
    /// The last message that was taken in.
    pub(super) fn position(&self) -> Option<Position> {
        self.position
    }

    /// Whether a whole snapshot has been read: all stations are known.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Takes in the message at this offset.
    pub(super) fn take(&mut self, offset: u64, decoded: Decoded, body: &Bytes) -> Passed {
        let at = Position { offset, mark: decoded.id().into() };
        let mut passed = Passed::new(at, Instant::now());
        match decoded {
            Decoded::Update(id, update) => passed.items.extend(self.update(at, id, *update, body)),
            Decoded::Station(id, station) => passed.items.extend(self.event(at, id, station, body)),
            Decoded::Rider(id, user, notification_id) => {
                passed.items.extend(self.rider(at, id, user, notification_id, body));
            }
            Decoded::Snapshot(_, chunk) => self.snapshot(chunk, &mut passed),
            Decoded::BatteryReady(..) | Decoded::Other(_) => {}
        }
        self.position = Some(at);
        passed
    }

    fn update(
        &mut self,
        at: Position,
        event: EventId,
        update: InventoryUpdate,
        body: &Bytes,
    ) -> Option<Arc<Item>> {
        let held = self.stations.get(&update.station.station_id);
        if held.is_some_and(|held| held.revision >= update.station.revision) {
            return None;
        }
        let left = held.and_then(|held| departure(&held.known.state, &update.station));
        let known = self.hold(update.station);
        let change = StateChange { known, event, action: update.action, left };
        Some(Arc::new(Item::new(at, About::State(change), body.clone())))
    }

    fn hold(&mut self, state: StationState) -> Arc<Known> {
        let (id, revision) = (state.station_id, state.revision);
        let known = Arc::new(Known::from(state));
        self.stations.insert(id, Held { known: Arc::clone(&known), revision });
        known
    }

    fn event(&mut self, at: Position, event: EventId, station: StationId, body: &Bytes) -> Option<Arc<Item>> {
        // After a crash of the relay the log may contain an event twice.
        if !self.delivered.insert(event) {
            return None;
        }
        let location = self.stations.get(&station).map(|held| held.known.state.location());
        Some(Arc::new(Item::new(at, About::Event { station, location }, body.clone())))
    }

    /// Only the event's id says that a message is a repetition. After a restore of the database a notification id
    /// comes again with another message.
    fn rider(
        &mut self,
        at: Position,
        event: EventId,
        user: UserId,
        notification_id: NotificationId,
        body: &Bytes,
    ) -> Option<Arc<Item>> {
        let new = self.delivered.insert(event);
        new.then(|| Arc::new(Item::new(at, About::Rider { user, notification_id }, body.clone())))
    }

    /// Takes a chunk; the last one of a snapshot puts right whatever differs from it.
    fn snapshot(&mut self, chunk: SnapshotChunk, passed: &mut Passed) {
        let id = chunk.snapshot_id.0;
        let Some(whole) = self.assembly.add(chunk) else { return };
        if self.complete {
            self.heal(EventId(id), whole, passed);
        } else {
            self.begin(whole, passed);
        }
    }

    /// The first snapshot is where this gateway begins: it holds more than the updates that were read before it.
    fn begin(&mut self, whole: Whole, passed: &mut Passed) {
        self.complete = true;
        self.stations.retain(|id, held| held.revision >= whole.revision || whole.stations.contains_key(id));
        for (id, state) in whole.stations {
            if self.stations.get(&id).is_none_or(|held| held.revision < state.revision) {
                self.hold(state);
            }
        }
        passed.baseline = Some(self.stations.values().map(|held| Arc::clone(&held.known)).collect());
    }

    /// Publishes the states that no update has shown. The update was lost with a broker's disk, or its fact still waits in
    /// the outbox.
    fn heal(&mut self, snapshot: EventId, whole: Whole, passed: &mut Passed) {
        let mut lost = Vec::new();
        for state in whole.stations.values() {
            match self.stations.get_mut(&state.station_id) {
                Some(held) if held.revision >= state.revision => {}
                Some(held) if held.known.state.looks_like(state) => held.revision = state.revision,
                _ => lost.push(state.clone()),
            }
        }
        let absent =
            |held: &&Held| held.revision < whole.revision && !whole.stations.contains_key(&held.known.id());
        let (present, removed): (Vec<_>, Vec<_>) =
            self.stations.values().filter(absent).partition(|held| held.known.state.exists());
        lost.extend(present.iter().map(|held| removal(&held.known.state, whole.revision)));
        let forgotten: Vec<StationId> = removed.iter().map(|held| held.known.id()).collect();
        for id in forgotten {
            self.stations.remove(&id);
        }
        if !whole.ahead {
            for state in &lost {
                FEED_HEALED.get().increment(1);
                tracing::warn!(station_id = %state.station_id, "a snapshot showed a change that no update had shown");
            }
        }
        for state in lost {
            passed.items.extend(self.healed(passed.at, snapshot, state));
        }
    }

    fn healed(&mut self, at: Position, snapshot: EventId, state: StationState) -> Option<Arc<Item>> {
        let id = snapshot.derive(&state.station_id.to_string());
        let update = InventoryUpdate { station: state, action: Action::Update };
        let event = Event::station(id, &StationMessage::InventoryUpdate(update.clone()));
        let item = self.update(at, id, update, &event.body)?;
        // It is not shared yet. Its frames carry the position of the message before.
        Arc::try_unwrap(item).ok().map(|item| Arc::new(Item { shown: self.position.unwrap_or(at), ..item }))
    }
}

/// Where a station was, if it is no longer there.
fn departure(before: &StationState, now: &StationState) -> Option<Location> {
    let gone = before.exists() && !now.exists();
    (gone || before.location() != now.location()).then(|| before.location())
}

fn removal(state: &StationState, revision: Revision) -> StationState {
    StationState {
        status: BroadcastStatus::Removed,
        available_batteries: 0,
        booked_batteries: 0,
        unavailable_batteries: 0,
        total_batteries: 0,
        revision,
        ..state.clone()
    }
}
