//! The replay window: the latest part of the stream, in memory, bounded by count, bytes and age. A cursor inside it
//! can be resumed from in full.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use events::{Position, StationId, UserId};

use super::item::{About, Item};
use super::log::Passed;
use super::marks::{Marks, Proof};

/// The bounds of what is kept. Whichever of the window's is reached first counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReplayLimits {
    /// Messages in the window.
    pub(crate) messages: usize,
    /// Bytes of events in the window.
    pub(crate) bytes: usize,
    /// Age of the window's messages.
    pub(crate) age: Duration,
    /// Positions before the window that are remembered.
    pub(crate) positions: usize,
    /// Riders whose last message is remembered.
    pub(crate) riders: usize,
}

/// Messages in the order of the stream.
pub(super) type Queue = VecDeque<Arc<Item>>;

/// A message in the window.
struct Entry {
    at: Position,
    arrived: Instant,
    /// Bytes that were kept before this message, since the gateway started.
    bytes_before: u64,
    /// States that passed before this message, since the gateway started.
    states_before: u64,
    kept: Kept,
}

/// What the window keeps of a message.
enum Kept {
    Nothing,
    /// Of states only the latest is kept, elsewhere.
    States(Vec<StationId>),
    Event(Arc<Item>),
}

/// What left the window.
#[derive(Debug, Default)]
pub(crate) struct Evicted {
    /// Events and riders' messages that can no longer be read.
    pub(crate) events: Vec<Arc<Item>>,
    /// Stations, once for each of their states that left.
    pub(crate) states: Vec<StationId>,
}

pub(super) struct Window {
    limits: ReplayLimits,
    entries: VecDeque<Entry>,
    bytes: u64,
    states: u64,
    before: Marks,
    /// The station events, all and by station.
    pub(super) events: Queue,
    by_station: HashMap<StationId, Queue>,
    by_user: HashMap<UserId, Queue>,
}

impl Window {
    pub(super) fn new(limits: ReplayLimits) -> Self {
        Self {
            limits,
            entries: VecDeque::new(),
            bytes: 0,
            states: 0,
            before: Marks::new(limits.positions),
            events: Queue::new(),
            by_station: HashMap::new(),
            by_user: HashMap::new(),
        }
    }

    pub(super) fn limits(&self) -> ReplayLimits {
        self.limits
    }

    /// Adds a message and drops what is over a bound.
    pub(super) fn push(&mut self, passed: &Passed) -> Evicted {
        let (bytes_before, states_before) = (self.bytes, self.states);
        let kept = match passed.items.as_slice() {
            [] => Kept::Nothing,
            [item] if item.is_event() => {
                self.keep(item);
                Kept::Event(Arc::clone(item))
            }
            states => {
                self.states += u64::try_from(states.len()).unwrap_or(u64::MAX);
                Kept::States(states.iter().filter_map(|item| item.station()).collect())
            }
        };
        let (at, arrived) = (passed.at, passed.arrived);
        self.entries.push_back(Entry { at, arrived, bytes_before, states_before, kept });
        self.shrink(passed.arrived)
    }

    fn keep(&mut self, item: &Arc<Item>) {
        self.bytes += u64::try_from(item.body.len()).unwrap_or(u64::MAX);
        match item.about {
            About::Event { station, .. } => {
                self.events.push_back(Arc::clone(item));
                self.by_station.entry(station).or_default().push_back(Arc::clone(item));
            }
            About::Rider { user, .. } => self.by_user.entry(user).or_default().push_back(Arc::clone(item)),
            About::State(_) => {}
        }
    }

    /// Drops what is over a bound. The last message stays: it is where new clients start.
    fn shrink(&mut self, now: Instant) -> Evicted {
        let mut evicted = Evicted::default();
        while self.entries.len() > 1
            && let Some(first) = self.entries.front()
            && (self.entries.len() > self.limits.messages
                || self.bytes - first.bytes_before > u64::try_from(self.limits.bytes).unwrap_or(u64::MAX)
                || now.saturating_duration_since(first.arrived) > self.limits.age)
        {
            let Some(entry) = self.entries.pop_front() else { break };
            self.before.push(entry.at);
            match entry.kept {
                Kept::Nothing => {}
                Kept::States(stations) => evicted.states.extend(stations),
                Kept::Event(item) => {
                    self.drop_event(&item);
                    evicted.events.push(item);
                }
            }
        }
        evicted
    }

    fn drop_event(&mut self, item: &Item) {
        match item.about {
            About::Event { station, .. } => {
                self.events.pop_front();
                pop_front(&mut self.by_station, &station);
            }
            About::Rider { user, .. } => pop_front(&mut self.by_user, &user),
            About::State(_) => {}
        }
    }

    /// The offset of the oldest message in the window.
    pub(super) fn start(&self) -> u64 {
        self.entries.front().map_or(u64::MAX, |entry| entry.at.offset)
    }

    /// How many states of all stations come after an offset, within the window.
    pub(super) fn count_states_behind(&self, offset: u64) -> u64 {
        let first = self.entries.partition_point(|entry| entry.at.offset <= offset);
        self.entries.get(first).map_or(0, |entry| self.states - entry.states_before)
    }

    /// Whether the position is one of this log, and whether what followed it is all in the window.
    pub(super) fn check(&self, position: Position) -> Proof {
        match self.entries.binary_search_by_key(&position.offset, |entry| entry.at.offset) {
            Ok(found) if self.entries.get(found).is_some_and(|entry| entry.at == position) => Proof::Same,
            Err(0) => Proof::Older,
            Err(end) if end == self.entries.len() => Proof::Newer,
            _ => Proof::Different,
        }
    }

    /// The same for a position before the window.
    pub(super) fn check_before(&self, position: Position) -> Proof {
        self.before.check(position)
    }

    /// A client whose last cursor is before this offset should be sent another one: a tenth of what ends the
    /// window first, its age, count or bytes, has passed since.
    pub(super) fn refresh_before(&self, now: Instant) -> u64 {
        let Some(last) = self.entries.back() else { return 0 };
        let by_count = self.entries.len().saturating_sub(self.limits.messages / 10 + 1);
        let tenth = u64::try_from(self.limits.bytes / 10).unwrap_or(u64::MAX);
        let by_bytes = self.entries.partition_point(|entry| self.bytes - entry.bytes_before > tenth);
        let age = self.limits.age / 10;
        let by_age = self.entries.partition_point(|entry| now.saturating_duration_since(entry.arrived) > age);
        let due = by_count.max(by_bytes).max(by_age);
        self.entries.get(due).map_or(last.at.offset, |entry| entry.at.offset)
    }

    pub(super) fn of_station(&self, id: StationId) -> Option<&Queue> {
        self.by_station.get(&id)
    }

    pub(super) fn of_user(&self, id: UserId) -> Option<&Queue> {
        self.by_user.get(&id)
    }

    pub(super) fn messages(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes - self.entries.front().map_or(self.bytes, |entry| entry.bytes_before)
    }
}

/// Where the messages behind an offset begin.
pub(super) fn behind(queue: &Queue, offset: u64) -> usize {
    queue.partition_point(|item| item.at.offset <= offset)
}

fn pop_front<K: std::hash::Hash + Eq>(queues: &mut HashMap<K, Queue>, key: &K) {
    if let Some(queue) = queues.get_mut(key) {
        queue.pop_front();
        if queue.is_empty() {
            queues.remove(key);
        }
    }
}
