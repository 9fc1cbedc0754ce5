//! What the load asked for, was answered and was shown, in the order in which it happened. Records are only ever
//! appended, by those who saw it; nothing here asks the system under test.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use events::{BatteryId, NotificationId, OrderId, Revision, StationId, UserId};
use serde::Serialize;

/// The number of a request that is repeated under one `Idempotency-Key` until it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Key(pub u64);

/// A screen, over all its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ScreenId(pub usize);

/// Something that was seen, and when.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// Since the beginning of the history.
    pub at: Duration,
    /// What it was.
    pub what: What,
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// A rider asks for a battery.
    Asked { key: Key, rider: UserId, station: StationId },
    /// A definite answer to the key's request. Without one nothing is recorded, and the request is repeated.
    Answered { key: Key, answer: Answer },
    /// A rider asks for the end of an order; from here on nobody can rely on the battery being held.
    EndAsked { rider: UserId, order: OrderId },
    /// The rider knows how the order stands.
    Ended { order: OrderId, how: End },
    /// A screen was opened for a rider.
    Phone { screen: ScreenId, rider: UserId },
    /// A screen was opened for stations: all of them, or one.
    Wall { screen: ScreenId, station: Option<StationId> },
    /// A connection was greeted.
    Greeted { screen: ScreenId, recovered: bool },
    /// A message to a rider came live.
    Heard { screen: ScreenId, message: Message },
    /// The whole inbox was read, after a greeting that did not recover.
    Inbox { screen: ScreenId, messages: Vec<Message> },
    /// A screen got a station's state.
    Shown { screen: ScreenId, station: StationId, revision: Revision, state: Shown },
    /// The database was copied, while nothing was asked.
    BackedUp,
    /// The copy took the place of the database. Each rider's last message in it.
    Restored { last: BTreeMap<UserId, NotificationId> },
    /// A fault begins.
    FaultBegan { fault: String },
    /// It is over; the system may recover.
    FaultEnded,
}

/// A definite answer to a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is the rider's.
    Booked { rider: UserId, order: OrderId, battery: BatteryId },
    /// It is not, and why.
    Refused { code: String },
}

/// How an order stands, as its rider was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The battery is out.
    Collected,
    /// The battery is available again.
    Cancelled,
    /// There is no such order.
    Gone,
}

/// A message to a rider, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its number in the rider's inbox.
    pub id: NotificationId,
    /// Its type.
    pub kind: String,
    /// The order that it is about.
    pub order: Option<OrderId>,
}

/// A station as it looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// `online` and so on; `removed` for one that is no more.
    pub status: String,
    /// Available, booked, unavailable and total batteries.
    pub counts: [i64; 4],
}

/// The records so far.
pub struct History {
    began: Instant,
    kept: Mutex<Kept>,
}

struct Kept {
    records: Vec<Record>,
    file: BufWriter<File>,
}

impl History {
    /// An empty one, which is also written to a file, a line of JSON for each record.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn start(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let kept = Kept { records: Vec::new(), file: BufWriter::new(file) };
        Ok(Self { began: Instant::now(), kept: Mutex::new(kept) })
    }

    /// Appends a record.
    pub fn add(&self, what: What) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: the order of the times is the order of the records.
        let record = Record { at: self.began.elapsed(), what };
        if let Ok(line) = serde_json::to_string(&record) {
            // The file is for people; what is checked is in memory.
            let _ = writeln!(kept.file, "{line}");
        }
        kept.records.push(record);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).records.len()
    }

    /// Those from an index on.
    pub fn since(&self, index: usize) -> Vec<Record> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.records.get(index..).unwrap_or_default().to_vec()
    }
}
