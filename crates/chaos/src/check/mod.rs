//! The judge: reads the history once, notes each violation, and compares the outcome with the database at rest.

mod messages;
mod orders;
mod screens;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use events::{BatteryId, NotificationId, OrderId, StationId, UserId};

use crate::history::{History, Message, Record, Shown};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The column of the table.
    pub kind: Kind,
    /// What was seen, in words.
    pub words: String,
}

/// What a violation is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something confirmed or published is missing.
    Lost,
    /// Something happened or came more often than it may.
    Doubled,
    /// A battery has two holders, or none while it is booked.
    DoubleHeld,
    /// Two things that must agree don't: order of messages, revisions, screens, answers.
    Contradiction,
    /// At rest something is still on its way. Time may put it right.
    Pending,
}

/// What the database says at rest.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// The orders of the riders of the load.
    pub orders: BTreeMap<OrderId, OrderRow>,
    /// Each rider's inbox.
    pub inboxes: BTreeMap<UserId, BTreeMap<NotificationId, Message>>,
    /// The stations.
    pub stations: BTreeMap<StationId, Shown>,
    /// Batteries in the state `booked`.
    pub booked: BTreeSet<BatteryId>,
    /// Facts that wait to be published.
    pub backlog: i64,
}

/// An order in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Whose it is.
    pub rider: UserId,
    /// What it holds or held.
    pub battery: BatteryId,
    /// Its status.
    pub status: String,
}

/// What has been read of the history.
#[derive(Debug, Default)]
pub struct Judge {
    orders: orders::Orders,
    messages: messages::Messages,
    screens: screens::Screens,
    found: Vec<Violation>,
    /// How many records have been read.
    read: usize,
}

impl Judge {
    /// Reads what has been added to the history since the last time.
    pub fn read_on(&mut self, history: &History) {
        history.since(self.read).iter().for_each(|record| self.take(record));
    }

    fn take(&mut self, record: &Record) {
        self.read += 1;
        let what = &record.what;
        let found = [self.orders.take(what), self.messages.take(what), self.screens.take(what)];
        let at = record.at.as_secs_f64();
        self.found.extend(
            found
                .into_iter()
                .flatten()
                .map(|Violation { kind, words }| Violation::new(kind, format!("{words} (at {at:.3} s)"))),
        );
    }

    /// Everything that is wrong, when nothing is asked of the system and nothing is on its way.
    pub fn compare(&self, truth: &Truth) -> Vec<Violation> {
        let mut found = self.found.clone();
        found.extend(self.orders.compare(truth));
        found.extend(self.messages.compare(truth));
        found.extend(self.screens.compare(truth));
        if truth.backlog > 0 {
            found
                .push(Violation::new(Kind::Pending, format!("{} facts wait in the outboxes", truth.backlog)));
        }
        found
    }
}

impl Violation {
    fn new(kind: Kind, words: String) -> Self {
        Self { kind, words }
    }

    fn some(kind: Kind, words: String) -> Option<Self> {
        Some(Self::new(kind, words))
    }
}
