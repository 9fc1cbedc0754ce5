//! Who listens to what, and what every station looks like now. It knows nothing of AMQP or WebSocket: the
//! feed applies messages, connections subscribe, and nothing here ever waits for a client.

mod channel;
mod frame;
mod recent;
mod snapshot;
mod subscribers;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use events::{
    Action, BroadcastStatus, Cursor, Decoded, Event, EventId, InventoryUpdate, SnapshotChunk, StationId,
    StationMessage, StationState,
};
use tokio::sync::Notify;

pub(crate) use channel::Channel;
pub(crate) use subscribers::Subscription;

use recent::RecentIds;
use snapshot::Assembly;
use subscribers::Subscribers;

/// The state that all connections of this process share.
pub(crate) struct Hub {
    state: Mutex<State>,
    /// Rings when a station appears, for sockets that wait for one.
    appeared: Notify,
    queue: usize,
}

#[derive(Default)]
struct State {
    /// Whether what is here is what the stream says now.
    live: bool,
    position: Option<Cursor>,
    stations: BTreeMap<StationId, Arc<StationState>>,
    assembly: Assembly,
    /// Whether a whole snapshot has been read since the last reset.
    complete: bool,
    told: RecentIds,
    subscribers: Subscribers,
}

/// What a new connection starts from, taken in the same instant as its subscription.
pub(crate) struct Start {
    pub(crate) subscription: Subscription,
    pub(crate) position: Cursor,
    pub(crate) stations: Vec<Arc<StationState>>,
}

/// A subscription that can't be served honestly now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The feed is not live: what would be shown may be old.
    NotLive,
    /// There is no such station.
    UnknownStation,
}

impl Hub {
    /// A hub that knows nothing yet; `queue` messages may wait for each client.
    pub(crate) fn new(queue: usize) -> Self {
        Self { state: Mutex::default(), appeared: Notify::new(), queue }
    }

    // A panic while broadcasting leaves the state usable: every change to it is a single insertion.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether new connections are served.
    pub(crate) fn is_live(&self) -> bool {
        self.state().live
    }

    /// Says whether the feed is reading the present; answers whether it was.
    pub(crate) fn set_live(&self, live: bool) -> bool {
        let was_live = std::mem::replace(&mut self.state().live, live);
        metrics::gauge!("swapwire_feed_live").set(if live { 1.0 } else { 0.0 });
        self.appeared.notify_waiters();
        was_live
    }

    /// The last message that was applied.
    pub(crate) fn position(&self) -> Option<Cursor> {
        self.state().position
    }

    /// Whether a whole snapshot has been applied.
    pub(crate) fn is_complete(&self) -> bool {
        self.state().complete
    }

    /// Forgets everything and sends all clients away: what they would get next could have holes.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let mut subscribers = std::mem::take(&mut state.subscribers);
        *state = State::default();
        drop(state);
        subscribers.close_all();
    }

    /// Applies the message at this place of the stream and tells whom it concerns.
    pub(crate) fn apply(&self, offset: u64, decoded: Decoded, body: &Bytes) {
        let mut state = self.state();
        match decoded {
            Decoded::Update(id, update) => {
                let at = state.move_to(offset, id);
                let appeared = state.update(at, &update, body);
                if appeared {
                    self.appeared.notify_waiters();
                }
            }
            Decoded::Station(id, station) => {
                let at = state.move_to(offset, id);
                // After a crash of the relay an event may stand in the log twice.
                if state.told.insert(id) {
                    state.broadcast(station, frame::station(at, body));
                }
            }
            Decoded::Rider(id, user, notification) => {
                let at = state.move_to(offset, id);
                state.subscribers.tell_user(user, notification, || frame::rider(at, notification, body));
            }
            Decoded::Snapshot(id, chunk) => {
                let at = state.move_to(offset, id);
                state.snapshot(at, chunk);
                self.appeared.notify_waiters();
            }
            Decoded::Other(id) => {
                state.move_to(offset, id);
            }
        }
    }

    /// Subscribes to a channel and takes the state that it starts from.
    pub(crate) fn subscribe(&self, channel: Channel) -> Result<Start, Refused> {
        let mut state = self.state();
        let (true, Some(position)) = (state.live, state.position) else { return Err(Refused::NotLive) };
        let stations = match channel {
            Channel::AllStations => state.stations.values().cloned().collect(),
            Channel::Station(id) => {
                vec![state.stations.get(&id).cloned().ok_or(Refused::UnknownStation)?]
            }
            Channel::User(_) => Vec::new(),
        };
        let subscription = state.subscribers.add(channel, self.queue);
        Ok(Start { subscription, position, stations })
    }

    /// Subscribes; a station that is not known yet may still be on its way from the database.
    pub(crate) async fn subscribe_waiting(&self, channel: Channel, wait: Duration) -> Result<Start, Refused> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            // Listening starts before looking, or an appearance in between would be missed.
            let appeared = self.appeared.notified();
            tokio::pin!(appeared);
            appeared.as_mut().enable();
            match self.subscribe(channel) {
                Err(Refused::UnknownStation) => {}
                result => return result,
            }
            if tokio::time::timeout_at(deadline, appeared).await.is_err() {
                return Err(Refused::UnknownStation);
            }
        }
    }

    /// Ends a subscription.
    pub(crate) fn unsubscribe(&self, subscription: &Subscription) {
        self.state().subscribers.remove(subscription);
    }
}

impl State {
    fn move_to(&mut self, offset: u64, id: EventId) -> Cursor {
        let at = Cursor { offset, mark: id.into() };
        self.position = Some(at);
        at
    }

    fn broadcast(&mut self, station: StationId, frame: bytestring::ByteString) {
        self.subscribers.tell_station(station, &frame);
    }

    /// Returns whether the station is new.
    fn update(&mut self, at: Cursor, update: &InventoryUpdate, body: &Bytes) -> bool {
        let station = &update.station;
        let id = station.station_id;
        let held = self.stations.get(&id);
        if held.is_some_and(|held| held.revision >= station.revision) {
            return false;
        }
        let appeared = held.is_none();
        if station.status == BroadcastStatus::Removed {
            self.stations.remove(&id);
        } else {
            self.stations.insert(id, Arc::new(station.clone()));
        }
        self.broadcast(id, frame::station(at, body));
        appeared
    }

    /// Takes a chunk; the last one of a snapshot puts right whatever differs from it.
    fn snapshot(&mut self, at: Cursor, chunk: SnapshotChunk) {
        let Some(whole) = self.assembly.add(chunk) else { return };
        self.complete = true;
        for station in whole.stations.values() {
            match self.stations.get(&station.station_id) {
                Some(held) if held.revision >= station.revision => {}
                Some(held) if held.looks_like(station) => {
                    self.stations.insert(station.station_id, Arc::new(station.clone()));
                }
                _ => self.heal(at, station),
            }
        }
        let gone: Vec<Arc<StationState>> = self
            .stations
            .values()
            .filter(|held| held.revision < whole.revision && !whole.stations.contains_key(&held.station_id))
            .cloned()
            .collect();
        for held in gone {
            let removed = StationState {
                status: BroadcastStatus::Removed,
                available_batteries: 0,
                booked_batteries: 0,
                unavailable_batteries: 0,
                total_batteries: 0,
                revision: whole.revision,
                ..(*held).clone()
            };
            self.heal(at, &removed);
        }
    }

    /// Tells a state that no update has told: the update was lost with a broker's disk.
    fn heal(&mut self, at: Cursor, station: &StationState) {
        let update = InventoryUpdate { station: station.clone(), action: Action::Update };
        let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
        if self.live {
            metrics::counter!("swapwire_feed_healed_total").increment(1);
            tracing::warn!(station_id = %station.station_id, "a snapshot showed a change that no update had told");
        }
        self.update(at, &update, &event.body);
    }
}

#[cfg(test)]
mod tests;
