//! When the full state is due, and its chunks on their way out between the updates.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use events::Event;

use crate::settings::RelaySettings;

/// A snapshot this small costs nothing worth counting, whatever else is published.
const SMALL_BYTES: usize = 64 * 1024;
/// The most of the stream's volume that snapshots may be: one part in so many.
const SHARE: usize = 10;

/// The schedule of one leader.
pub(crate) struct Snapshots {
    interval: Duration,
    max_interval: Duration,
    last: Option<Last>,
    /// Chunks of the newest snapshot that have not been published yet.
    pub(crate) waiting: VecDeque<Event>,
}

struct Last {
    at: Instant,
    bytes: usize,
    /// What else has been published since.
    others: usize,
}

impl Snapshots {
    pub(crate) fn new(settings: &RelaySettings) -> Self {
        Self {
            interval: Duration::from_secs(settings.snapshot_interval_s),
            max_interval: Duration::from_secs(settings.snapshot_max_interval_s),
            last: None,
            waiting: VecDeque::new(),
        }
    }

    /// Forgets the last one: the log may not have it (a new leader, a broker that came back).
    pub(crate) fn restart(&mut self) {
        self.last = None;
        self.waiting.clear();
    }

    pub(crate) fn due(&self) -> bool {
        let Some(last) = &self.last else { return true };
        if !self.waiting.is_empty() {
            return false;
        }
        let age = last.at.elapsed();
        let affordable = last.bytes <= SMALL_BYTES || last.others / (SHARE - 1) >= last.bytes;
        age >= self.max_interval || (age >= self.interval && affordable)
    }

    pub(crate) fn taken(&mut self, chunks: Vec<Event>) {
        let bytes = chunks.iter().map(|chunk| chunk.body.len()).sum();
        self.last = Some(Last { at: Instant::now(), bytes, others: 0 });
        self.waiting = chunks.into();
    }

    pub(crate) fn count_others(&mut self, bytes: usize) {
        if let Some(last) = &mut self.last {
            last.others = last.others.saturating_add(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(interval_s: u64, max_interval_s: u64) -> Snapshots {
        Snapshots::new(&RelaySettings {
            snapshot_interval_s: interval_s,
            snapshot_max_interval_s: max_interval_s,
            ..Default::default()
        })
    }

    fn event_of(bytes: usize) -> Event {
        Event {
            id: events::EventId::random(),
            event_type: String::new(),
            source: events::Source::Inventory,
            subject: String::new(),
            time: Default::default(),
            routing_key: String::new(),
            body: vec![0; bytes].into(),
            traceparent: None,
        }
    }

    #[test]
    fn the_first_snapshot_of_a_leader_is_due_at_once() {
        assert!(schedule(60, 600).due());
    }

    #[test]
    fn a_snapshot_is_not_due_again_while_its_chunks_wait() {
        let mut snapshots = schedule(0, 600);
        snapshots.taken(vec![event_of(10)]);
        assert!(!snapshots.due());
        snapshots.waiting.clear();
        assert!(snapshots.due());
    }

    #[test]
    fn a_large_snapshot_waits_until_it_is_a_tenth_of_the_volume() {
        let mut snapshots = schedule(0, 600);
        snapshots.taken(vec![event_of(100_000)]);
        snapshots.waiting.clear();
        snapshots.count_others(899_990);
        assert!(!snapshots.due());
        snapshots.count_others(10);
        assert!(snapshots.due());
    }

    #[test]
    fn a_large_snapshot_is_due_after_the_longest_interval_whatever_the_volume() {
        let mut snapshots = schedule(0, 0);
        snapshots.taken(vec![event_of(100_000)]);
        snapshots.waiting.clear();
        assert!(snapshots.due());
    }

    #[test]
    fn a_broker_that_came_back_gets_a_snapshot_at_once() {
        let mut snapshots = schedule(60, 600);
        snapshots.taken(vec![event_of(10)]);
        snapshots.restart();
        assert!(snapshots.due());
    }
}
