//! The last message of each rider, also after it has left the replay window: a rider to whom nothing was sent since
//! has missed nothing, however long ago that was. Bounded by count.

use std::collections::{BTreeMap, HashMap};

use events::{NotificationId, UserId};

/// A rider's last message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastMessage {
    pub(super) offset: u64,
    pub(super) notification_id: NotificationId,
}

#[derive(Debug)]
pub(super) struct Riders {
    last: HashMap<UserId, LastMessage>,
    by_offset: BTreeMap<u64, UserId>,
    most: usize,
    /// A rider that is not in `last` got no message at or after this offset; `None` before the log's first message.
    complete_from: Option<u64>,
}

impl Riders {
    pub(super) fn new(most: usize) -> Self {
        Self { last: HashMap::new(), by_offset: BTreeMap::new(), most, complete_from: None }
    }

    /// Notes that the log was read at this offset.
    pub(super) fn passed(&mut self, offset: u64) {
        self.complete_from.get_or_insert(offset);
    }

    pub(super) fn note(&mut self, user: UserId, message: LastMessage) {
        if let Some(before) = self.last.insert(user, message) {
            self.by_offset.remove(&before.offset);
        }
        self.by_offset.insert(message.offset, user);
        if self.last.len() > self.most
            && let Some((offset, user)) = self.by_offset.pop_first()
        {
            self.last.remove(&user);
            self.complete_from = Some(offset + 1);
        }
    }

    pub(super) fn last(&self, user: UserId) -> Option<LastMessage> {
        self.last.get(&user).copied()
    }

    /// Whether a rider got no message behind this offset, as far as is known.
    pub(super) fn nothing_since(&self, user: UserId, offset: u64) -> bool {
        match self.last.get(&user) {
            Some(last) => last.offset <= offset,
            None => self.complete_from.is_some_and(|from| from <= offset.saturating_add(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(offset: u64) -> LastMessage {
        LastMessage { offset, notification_id: NotificationId(1) }
    }

    #[test]
    fn a_rider_who_was_forgotten_is_not_promised_anything() {
        let mut riders = Riders::new(2);
        riders.passed(10);
        assert!(riders.nothing_since(UserId(1), 10) && !riders.nothing_since(UserId(1), 8));
        riders.note(UserId(1), message(11));
        riders.note(UserId(1), message(12));
        assert!(!riders.nothing_since(UserId(1), 11) && riders.nothing_since(UserId(1), 12));
        riders.note(UserId(2), message(13));
        riders.note(UserId(3), message(14));
        assert!(!riders.nothing_since(UserId(1), 11), "its message at 12 is no longer remembered");
        assert!(riders.nothing_since(UserId(1), 12) && riders.nothing_since(UserId(4), 12));
        assert!(!riders.nothing_since(UserId(4), 11), "it could have been the one that was forgotten");
    }
}
