//! What a service implements for its outbox.

use std::future::Future;

use broker::topology::Needs;
use events::Event;
use tokio_postgres::{Client, Error};
use traces::{Kind, Span};

/// An event, and the facts that are done once it and all events before it are confirmed.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What is published.
    pub event: Event,
    /// The outbox rows to delete after the confirm.
    pub completes: Vec<i64>,
    /// From the read to the deletion, if what the event follows from is traced.
    pub(crate) span: Option<Span>,
}

impl Entry {
    /// An event that completes these facts.
    #[must_use]
    pub fn new(event: Event, completes: Vec<i64>) -> Self {
        let span = Span::following(Kind::Internal, "relay", event.traceparent.as_deref());
        Self { event, completes, span }
    }
}

/// What one round of reading found.
#[derive(Debug, Default)]
pub struct Batch {
    /// The events, in the order in which they must leave.
    pub entries: Vec<Entry>,
    /// Facts that lead to no event, for example of a station that is long gone.
    pub obsolete: Vec<i64>,
    /// How many facts were read.
    pub facts: usize,
    /// The highest id among them.
    pub last: Option<i64>,
    /// The full state as of the same instant as the facts, if it was asked for.
    pub snapshot: Option<Vec<Event>>,
}

/// A lane of a service's outbox: how its facts become events.
///
/// Implemented by the inventory for its screens and for the booking service, and by booking for riders.
pub trait Facts: Sized + Send + Sync + 'static {
    /// The lane, for logs and metrics.
    const NAME: &'static str;
    /// The key of the advisory lock that its leader holds.
    const LOCK: i64;
    /// The outbox, with its schema.
    const TABLE: &'static str;
    /// Which facts of the outbox are this lane's: a condition in SQL. Every fact is in exactly one lane. Each lane has its
    /// own relay, order and confirmed prefix, and none waits for another.
    const LANE: &'static str;
    /// Whether a relay is woken by a commit; otherwise it polls.
    const WOKEN: bool;
    /// A queue that must be there whenever something is published. Beside the stream, which takes everything, the broker
    /// would not say that it is missing.
    const QUEUE: Option<Needs>;
    /// Whether there is a full state to publish now and then.
    const HAS_SNAPSHOT: bool;

    /// The service's settings that decide what is published.
    type Settings: Send + Sync + 'static;

    /// Called on the connection that has just taken the lock: prepares statements and whatever must be
    /// true before the first event of this leader.
    fn take_lead(
        client: &Client,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, Error>> + Send;

    /// Reads up to `limit` facts above the id `after`, oldest first, and what they are about. No transaction is open
    /// when it returns.
    fn read(
        &mut self,
        client: &mut Client,
        after: i64,
        limit: i64,
        with_snapshot: bool,
    ) -> impl Future<Output = Result<Batch, Error>> + Send;
}
