//! The feed's side of the hub: it takes each message in once and passes the outcome to every worker thread.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::{Decoded, EventMark, Position};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use traces::Span;

use super::intake::Intake;
use super::log::Passed;
use super::marks::Marks;
use crate::metrics::FEED_LIVE;

/// What the feed hands to a worker thread, in the order of the stream.
#[derive(Debug, Clone)]
pub(crate) enum HubEvent {
    /// A message of the stream.
    Passed(Arc<Passed>),
    /// The state is the present one: clients may connect.
    Live,
    /// The broker has been silent since this time.
    Stale(DateTime<Utc>),
    /// The stream is another one: everything known is void.
    Reset,
}

/// Where a worker thread receives from the feed.
pub(crate) type Inbox = UnboundedReceiver<HubEvent>;

/// The feed's side.
pub(crate) struct Hub {
    intake: Intake,
    marks: Marks,
    marks_kept: usize,
    workers: Vec<UnboundedSender<HubEvent>>,
    state: Arc<FeedState>,
}

/// The state of the feed, for readiness and metrics.
#[derive(Debug, Default)]
pub(crate) struct FeedState {
    live: AtomicBool,
    /// Milliseconds since 1970; 0 while the broker is not silent.
    stale_since: AtomicI64,
    offset: AtomicU64,
    /// `host:port` of the broker's node that the feed reads from.
    node: Mutex<String>,
}

/// The progress of a worker thread, for readiness and metrics.
#[derive(Debug)]
pub(crate) struct WorkerState {
    /// Whether it serves clients.
    pub(crate) live: AtomicBool,
    /// The offset that it has applied.
    pub(crate) offset: AtomicU64,
    began: Instant,
    /// When it last had a turn, in milliseconds since it began.
    turned_ms: AtomicU64,
    /// Microseconds of its turns that no metric has counted yet.
    busy_us: AtomicU64,
}

impl Default for WorkerState {
    fn default() -> Self {
        let (live, offset, turned_ms) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        Self { live, offset, began: Instant::now(), turned_ms, busy_us: AtomicU64::new(0) }
    }
}

impl WorkerState {
    /// One that began so long ago and has had no turn since.
    #[cfg(test)]
    pub(crate) fn silent_for(time: Duration) -> Self {
        let began = Instant::now().checked_sub(time).unwrap();
        Self { began, ..Self::default() }
    }

    /// The worker has had a turn, which took so long.
    pub(crate) fn turn(&self, took: Duration) {
        self.busy_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.turned_ms.store(now, Ordering::Release);
    }

    /// How long its turns took in all, since this was asked last.
    pub(crate) fn take_busy(&self) -> Duration {
        Duration::from_micros(self.busy_us.swap(0, Ordering::Relaxed))
    }

    /// How long ago the worker last had a turn.
    pub(crate) fn since_turn(&self) -> Duration {
        self.began.elapsed().saturating_sub(Duration::from_millis(self.turned_ms.load(Ordering::Acquire)))
    }
}

impl FeedState {
    /// Whether the present state is known, or was before the broker fell silent.
    pub(crate) fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    /// Since when the broker has been silent.
    pub(crate) fn stale_since(&self) -> Option<DateTime<Utc>> {
        match self.stale_since.load(Ordering::Acquire) {
            0 => None,
            since => DateTime::from_timestamp_millis(since),
        }
    }

    /// The offset of the last message that the feed has read.
    pub(crate) fn offset(&self) -> u64 {
        self.offset.load(Ordering::Acquire)
    }

    /// The broker's node that the feed reads from.
    pub(crate) fn node(&self) -> String {
        self.node.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_node(&self, node: &str) {
        node.clone_into(&mut self.node.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Hub {
    /// A hub that knows nothing yet, and the inboxes of so many worker threads. Positions are remembered for
    /// `marks_kept` messages.
    pub(crate) fn new(workers: usize, marks_kept: usize) -> (Self, Vec<Inbox>) {
        let (senders, inboxes) = (0..workers).map(|_| mpsc::unbounded_channel()).unzip();
        let hub = Self {
            intake: Intake::default(),
            marks: Marks::new(marks_kept),
            marks_kept,
            workers: senders,
            state: Arc::default(),
        };
        (hub, inboxes)
    }

    pub(crate) fn state(&self) -> Arc<FeedState> {
        Arc::clone(&self.state)
    }

    /// The last message that was read.
    pub(crate) fn position(&self) -> Option<Position> {
        self.intake.position()
    }

    /// Whether a whole snapshot has been read.
    pub(crate) fn is_complete(&self) -> bool {
        self.intake.is_complete()
    }

    /// Whether a message proves that the log is another one: a different event is known at its offset.
    pub(crate) fn is_contradicted_by(&self, offset: u64, mark: Option<EventMark>) -> bool {
        self.marks.contradicts(offset, mark)
    }

    /// The oldest offset whose event is remembered.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.marks.first()
    }

    /// Takes a message in and passes it on, with its part of a trace.
    pub(crate) fn take(&mut self, offset: u64, decoded: Decoded, body: &Bytes, span: Option<Span>) {
        let passed = Passed { span, ..self.intake.take(offset, decoded, body) };
        self.marks.push(passed.at);
        self.state.offset.store(offset, Ordering::Release);
        self.publish(HubEvent::Passed(Arc::new(passed)));
    }

    /// The present is reached.
    pub(crate) fn set_live(&mut self) {
        self.state.live.store(true, Ordering::Release);
        self.state.stale_since.store(0, Ordering::Release);
        FEED_LIVE.get().set(1.0);
        self.publish(HubEvent::Live);
    }

    /// The broker fell silent. Passes that on once; returns whether it was heard until now.
    pub(crate) fn set_stale(&mut self) -> bool {
        if !self.state.is_live() || self.state.stale_since().is_some() {
            return false;
        }
        let now = Utc::now();
        self.state.stale_since.store(now.timestamp_millis(), Ordering::Release);
        FEED_LIVE.get().set(0.0);
        self.publish(HubEvent::Stale(now));
        true
    }

    /// Forgets everything; the worker threads send all clients away: what they would get next could have holes.
    pub(crate) fn reset(&mut self) {
        self.intake = Intake::default();
        self.marks = Marks::new(self.marks_kept);
        self.state.live.store(false, Ordering::Release);
        self.state.stale_since.store(0, Ordering::Release);
        FEED_LIVE.get().set(0.0);
        self.publish(HubEvent::Reset);
    }

    fn publish(&mut self, event: HubEvent) {
        // A worker thread that has ended is forgotten.
        self.workers.retain(|worker| worker.send(event.clone()).is_ok());
    }
}
