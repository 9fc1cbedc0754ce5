//! The stream as this gateway knows it: applied message by message, in its order. What a message changes is
//! decided here, once; the result is what clients are told.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use events::{
    Action, BroadcastStatus, Cursor, Decoded, Event, EventId, InventoryUpdate, NotificationId, SnapshotChunk,
    StationId, StationMessage, StationState, UserId,
};

use super::frame::Frame;
use super::item::{Item, Matter, Whereabouts};
use super::recent::RecentIds;
use super::snapshot::Assembly;
use super::stations::{Stations, place};
use super::window::{Window, WindowLimits};

pub(crate) struct Log {
    /// Whether what is here is what the stream says now.
    pub(super) live: bool,
    /// The last message that was applied.
    pub(super) position: Option<Cursor>,
    /// Whether a whole snapshot has been read.
    pub(super) complete: bool,
    pub(super) stations: Stations,
    pub(super) window: Window,
    assembly: Assembly,
    told: RecentIds,
}

impl Log {
    pub(super) fn new(limits: WindowLimits) -> Self {
        Self {
            live: false,
            position: None,
            complete: false,
            stations: Stations::default(),
            window: Window::new(limits),
            assembly: Assembly::default(),
            told: RecentIds::default(),
        }
    }

    /// Applies the message at this place of the stream; returns what clients are to be told.
    pub(super) fn apply(&mut self, offset: u64, decoded: Decoded, body: &Bytes) -> Vec<Arc<Item>> {
        let at = Cursor { offset, mark: decoded.id().into() };
        let items = match decoded {
            Decoded::Update(id, update) => self.update(at, id, &update, Frame::station(at, body)),
            Decoded::Station(id, station) => self.event(at, id, station, body),
            Decoded::Rider(_, user, notification) => self.rider(at, user, notification, body),
            Decoded::Snapshot(_, chunk) => self.snapshot(at, chunk),
            Decoded::BatteryReady(..) | Decoded::Other(_) => Vec::new(),
        };
        let event = items.first().filter(|item| item.is_event()).cloned();
        self.window.push(at, Instant::now(), event);
        self.position = Some(at);
        self.stations.forget_removed(self.window.start());
        items
    }

    fn update(&mut self, at: Cursor, id: EventId, update: &InventoryUpdate, frame: Frame) -> Vec<Arc<Item>> {
        let station = &update.station;
        let held = self.stations.last_known(station.station_id);
        if held.is_some_and(|held| held.revision >= station.revision) {
            return Vec::new();
        }
        let now = place(station);
        let before = held.map_or(now, |held| place(held));
        let matter = Matter::State(station.station_id, Whereabouts { now, before });
        let item = Arc::new(Item { at, matter, frame });
        self.stations.update(id, update, Arc::clone(&item));
        vec![item]
    }

    fn event(&mut self, at: Cursor, id: EventId, station: StationId, body: &Bytes) -> Vec<Arc<Item>> {
        // After a crash of the relay an event may stand in the log twice.
        if !self.told.insert(id) {
            return Vec::new();
        }
        // An event of a station that was never told goes to nobody who watches a box.
        let nowhere = events::Place { latitude: f64::NAN, longitude: f64::NAN };
        let now = self.stations.last_known(station).map_or(nowhere, |state| place(state));
        let matter = Matter::Event(station, Whereabouts { now, before: now });
        vec![Arc::new(Item { at, matter, frame: Frame::station(at, body) })]
    }

    fn rider(
        &mut self,
        at: Cursor,
        user: UserId,
        notification: NotificationId,
        body: &Bytes,
    ) -> Vec<Arc<Item>> {
        if self.window.last_notification(user).is_some_and(|last| last >= notification) {
            return Vec::new();
        }
        let matter = Matter::Rider(user, notification);
        vec![Arc::new(Item { at, matter, frame: Frame::rider(at, notification, body) })]
    }

    /// Takes a chunk; the last one of a snapshot puts right whatever differs from it.
    fn snapshot(&mut self, at: Cursor, chunk: SnapshotChunk) -> Vec<Arc<Item>> {
        let Some(whole) = self.assembly.add(chunk) else { return Vec::new() };
        // The first one says what the stream said before we began to read: stations that we have not read of are news
        // to nobody.
        let first = !std::mem::replace(&mut self.complete, true);
        let mut healed = Vec::new();
        for station in whole.stations.values() {
            match self.stations.last_known(station.station_id) {
                Some(held) if held.revision >= station.revision => {}
                Some(held) if !held.looks_like(station) => healed.extend(self.heal(at, station)),
                None if !first => healed.extend(self.heal(at, station)),
                _ => self.stations.set(station.clone()),
            }
        }
        let gone: Vec<Arc<StationState>> = self
            .stations
            .present()
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
            healed.extend(self.heal(at, &removed));
        }
        healed
    }

    /// Tells a state that no update has told: the update was lost with a broker's disk.
    ///
    /// All that a snapshot heals stands at its offset. The frames carry the cursor of the message before:
    /// who resumes there gets all of them.
    fn heal(&mut self, at: Cursor, station: &StationState) -> Vec<Arc<Item>> {
        let update = InventoryUpdate { station: station.clone(), action: Action::Update };
        let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
        if self.live {
            metrics::counter!("swapwire_feed_healed_total").increment(1);
            tracing::warn!(station_id = %station.station_id, "a snapshot showed a change that no update had told");
        }
        let shown = self.position.unwrap_or(at);
        self.update(at, event.id, &update, Frame::station(shown, &event.body))
    }
}
