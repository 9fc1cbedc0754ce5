//! The ids of the latest events: each is passed on once, although the log may repeat some after a crash.

use std::collections::{HashSet, VecDeque};

use events::EventId;

/// More than a relay has unconfirmed at any time: only those can be repeated.
const REMEMBERED: usize = 16_384;

#[derive(Default)]
pub(super) struct RecentIds {
    known: HashSet<EventId>,
    order: VecDeque<EventId>,
}

impl RecentIds {
    /// Whether the id is new.
    pub(super) fn insert(&mut self, id: EventId) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
