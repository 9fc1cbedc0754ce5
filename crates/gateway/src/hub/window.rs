//! The replay window: the latest part of the stream, in memory, bounded by count, bytes and age. A cursor
//! inside it can be resumed from in full; one outside, or of another log, is refused.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use events::{Cursor, NotificationId, StationId, UserId};

use super::item::{Item, Matter};

/// The bounds of the window. Whichever is reached first counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WindowLimits {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
    pub(crate) age: Duration,
}

/// Messages in the order of the stream.
pub(super) type Line = VecDeque<Arc<Item>>;

/// Why a cursor can't be resumed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unresumable {
    /// No cursor of ours.
    Malformed,
    /// What followed it is no longer here.
    TooOld,
    /// Another message stands at its offset, or none: it comes from another log.
    AnotherLog,
}

impl Unresumable {
    /// The name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooOld => "too_old",
            Self::AnotherLog => "another_log",
        }
    }
}

struct Passed {
    at: Cursor,
    arrived: Instant,
    /// Set when the message is kept for replay.
    kept: Option<Arc<Item>>,
}

pub(super) struct Window {
    limits: WindowLimits,
    /// Every message that passed, kept or not: cursors prove themselves by it.
    passed: VecDeque<Passed>,
    bytes: usize,
    /// The station events, all and by station. States are not here: of them only the latest is kept.
    pub(super) events: Line,
    by_station: HashMap<StationId, Line>,
    by_user: HashMap<UserId, Line>,
}

impl Window {
    pub(super) fn new(limits: WindowLimits) -> Self {
        Self {
            limits,
            passed: VecDeque::new(),
            bytes: 0,
            events: Line::new(),
            by_station: HashMap::new(),
            by_user: HashMap::new(),
        }
    }

    pub(super) fn limits(&self) -> WindowLimits {
        self.limits
    }

    /// Notes a message; an event is kept for replay.
    pub(super) fn push(&mut self, at: Cursor, now: Instant, event: Option<Arc<Item>>) {
        if let Some(item) = &event {
            self.bytes += item.frame.wire().len();
            match item.matter {
                Matter::Event(station, _) => {
                    self.events.push_back(Arc::clone(item));
                    self.by_station.entry(station).or_default().push_back(Arc::clone(item));
                }
                Matter::Rider(user, _) => self.by_user.entry(user).or_default().push_back(Arc::clone(item)),
                Matter::State(..) => {}
            }
        }
        self.passed.push_back(Passed { at, arrived: now, kept: event });
        self.shrink(now);
    }

    /// Drops what is over a bound. The last message stays: it is where new clients start.
    fn shrink(&mut self, now: Instant) {
        while self.passed.len() > 1
            && let Some(first) = self.passed.front()
            && (self.passed.len() > self.limits.messages
                || self.bytes > self.limits.bytes
                || now.saturating_duration_since(first.arrived) > self.limits.age)
        {
            let kept = self.passed.pop_front().and_then(|passed| passed.kept);
            if let Some(item) = kept {
                self.forget(&item);
            }
        }
    }

    fn forget(&mut self, item: &Item) {
        self.bytes -= item.frame.wire().len();
        match item.matter {
            Matter::Event(station, _) => {
                self.events.pop_front();
                pop_front(&mut self.by_station, &station);
            }
            Matter::Rider(user, _) => pop_front(&mut self.by_user, &user),
            Matter::State(..) => {}
        }
    }

    /// The offset of the oldest message that is still known.
    pub(super) fn start(&self) -> u64 {
        self.passed.front().map_or(u64::MAX, |passed| passed.at.offset)
    }

    /// Whether everything after the cursor is here.
    pub(super) fn check(&self, cursor: Cursor) -> Result<(), Unresumable> {
        if cursor.offset < self.start() {
            return Err(Unresumable::TooOld);
        }
        match self.passed.binary_search_by_key(&cursor.offset, |passed| passed.at.offset) {
            Ok(found) if self.passed.get(found).is_some_and(|passed| passed.at == cursor) => Ok(()),
            _ => Err(Unresumable::AnotherLog),
        }
    }

    pub(super) fn of_station(&self, id: StationId) -> Option<&Line> {
        self.by_station.get(&id)
    }

    pub(super) fn of_user(&self, id: UserId) -> Option<&Line> {
        self.by_user.get(&id)
    }

    /// The last message of a rider's inbox that is in the window.
    pub(super) fn last_notification(&self, id: UserId) -> Option<NotificationId> {
        match self.by_user.get(&id)?.back()?.matter {
            Matter::Rider(_, notification) => Some(notification),
            Matter::State(..) | Matter::Event(..) => None,
        }
    }

    pub(super) fn messages(&self) -> usize {
        self.passed.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What stands behind an offset.
pub(super) fn after(
    line: &Line,
    offset: u64,
) -> impl DoubleEndedIterator<Item = &Arc<Item>> + ExactSizeIterator {
    line.range(line.partition_point(|item| item.at.offset <= offset)..)
}

fn pop_front<K: std::hash::Hash + Eq>(lines: &mut HashMap<K, Line>, key: &K) {
    if let Some(line) = lines.get_mut(key) {
        line.pop_front();
        if line.is_empty() {
            lines.remove(key);
        }
    }
}
