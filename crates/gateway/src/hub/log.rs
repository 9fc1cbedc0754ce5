//! The stream as one worker thread knows it: applied message by message, in its order. Each thread has a copy of its
//! own, so that nothing on it waits for another thread; what is large is shared by all copies.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use events::{NotificationId, Position, StationId, UserId};
use traces::Span;

use super::item::{About, Item, Known};
use super::riders::{LastMessage, Riders};
use super::stations::Stations;
use super::window::{Evicted, ReplayLimits, Window};

/// A message of the stream, and what it changes.
#[derive(Debug)]
pub(crate) struct Passed {
    pub(crate) at: Position,
    pub(crate) arrived: Instant,
    /// What clients get: one message as a rule, several states when a snapshot healed them.
    pub(crate) items: Vec<Arc<Item>>,
    /// The span that deliveries belong to, if the message is traced.
    pub(crate) span: Option<Span>,
    /// All stations, on the last message of the first snapshot.
    pub(super) baseline: Option<Vec<Arc<Known>>>,
}

impl Passed {
    pub(super) fn new(at: Position, arrived: Instant) -> Self {
        Self { at, arrived, items: Vec::new(), span: None, baseline: None }
    }
}

/// What one worker thread knows.
pub(crate) struct Log {
    /// Whether this is the state at the end of the stream, or at its last known end while the broker is silent.
    pub(super) live: bool,
    stale_since: Option<DateTime<Utc>>,
    /// The last message that was applied.
    pub(super) position: Option<Position>,
    /// Where the first snapshot was complete: what a station looked like before is not known.
    pub(super) complete_from: u64,
    pub(super) stations: Stations,
    pub(super) window: Window,
    pub(super) riders: Riders,
}

impl Log {
    pub(crate) fn new(limits: ReplayLimits) -> Self {
        Self {
            live: false,
            stale_since: None,
            position: None,
            complete_from: u64::MAX,
            stations: Stations::default(),
            window: Window::new(limits),
            riders: Riders::new(limits.riders),
        }
    }

    /// Applies a message; returns the events that have left the replay window.
    pub(crate) fn apply(&mut self, passed: &Passed) -> Vec<Arc<Item>> {
        if let Some(baseline) = &passed.baseline {
            self.stations.replace_all(baseline);
            self.complete_from = passed.at.offset;
        }
        self.riders.passed(passed.at.offset);
        for item in &passed.items {
            match &item.about {
                About::State(change) => self.stations.update(item, change),
                About::Rider { user, notification_id } => {
                    let (offset, notification_id) = (item.at.offset, *notification_id);
                    self.riders.note(*user, LastMessage { offset, notification_id });
                }
                About::Event { .. } => {}
            }
        }
        self.position = Some(passed.at);
        let Evicted { events, states } = self.window.push(passed);
        states.into_iter().for_each(|id| self.stations.leave_window(id));
        events
    }

    /// Forgets removed stations and departures that every client has passed. No client is before `oldest`. To be called
    /// now and then.
    pub(crate) fn tidy(&mut self, oldest: u64) {
        self.stations.forget(self.window.start(), oldest);
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.window.limits());
    }

    pub(crate) fn set_live(&mut self) {
        self.live = true;
        self.stale_since = None;
    }

    pub(crate) fn set_stale(&mut self, since: DateTime<Utc>) {
        self.stale_since = Some(since);
    }

    /// Since when the broker has been silent.
    pub(crate) fn stale_since(&self) -> Option<DateTime<Utc>> {
        self.stale_since
    }

    /// The last message that was applied.
    pub(crate) fn position(&self) -> Option<Position> {
        self.position
    }

    /// Whether a station exists.
    pub(crate) fn has_station(&self, id: StationId) -> bool {
        self.stations.get(id).is_some()
    }

    pub(crate) fn station_count(&self) -> usize {
        self.stations.pages.stations()
    }

    /// The last message of a rider, if it is remembered.
    pub(crate) fn last_notification(&self, user: UserId) -> Option<NotificationId> {
        self.riders.last(user).map(|last| last.notification_id)
    }

    /// A client whose last cursor is before this offset should get another one.
    pub(crate) fn refresh_before(&self, now: Instant) -> u64 {
        self.window.refresh_before(now)
    }

    /// How many states of all stations come after an offset.
    pub(crate) fn count_states_behind(&self, offset: u64) -> u64 {
        self.window.count_states_behind(offset)
    }

    pub(crate) fn window_messages(&self) -> usize {
        self.window.messages()
    }

    pub(crate) fn window_bytes(&self) -> u64 {
        self.window.bytes()
    }

    /// Bytes of snapshot text that the log and its clients hold.
    pub(crate) fn snapshot_bytes(&self) -> usize {
        self.stations.pages.bytes()
    }
}
