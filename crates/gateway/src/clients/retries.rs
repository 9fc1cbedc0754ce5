//! When disconnected clients may reconnect: evenly spread, so that they don't all come at once.

use std::time::Duration;

/// The least.
const LEAST: Duration = Duration::from_millis(100);
/// Between one client and the next where there is time enough.
const STEP: Duration = Duration::from_millis(3);

/// Deals `retry_after_ms` out. The workers of a gateway take turns.
#[derive(Debug)]
pub(crate) struct Retries {
    worker: u32,
    workers: u32,
    turn: u32,
    step: Duration,
}

impl Retries {
    /// Those of one of so many workers.
    pub(crate) fn new(worker: u32, workers: u32) -> Self {
        Self { worker: worker % workers.max(1), workers: workers.max(1), turn: 0, step: STEP }
    }

    /// All clients of the gateway, `clients` of them, are sent away, and the last comes back within half of the
    /// `replay` window: what it has seen can then still be resumed from.
    pub(super) fn begin(&mut self, clients: usize, replay: Duration) {
        let clients = u32::try_from(clients).unwrap_or(u32::MAX).max(1);
        self.turn = 0;
        self.step = STEP.min((replay / 2).saturating_sub(LEAST) / clients);
    }

    /// The next client's, in milliseconds.
    pub(super) fn next_ms(&mut self) -> u32 {
        let place = self.turn.saturating_mul(self.workers).saturating_add(self.worker);
        self.turn = self.turn.wrapping_add(1);
        u32::try_from((LEAST + self.step.saturating_mul(place)).as_millis()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn dealt(clients: u32, replay: Duration) -> Vec<u32> {
        let mut workers: Vec<_> = (0..2).map(|worker| Retries::new(worker, 2)).collect();
        let mut dealt = Vec::new();
        for retries in &mut workers {
            retries.begin(usize::try_from(clients).unwrap(), replay);
            dealt.extend((0..clients / 2).map(|_| retries.next_ms()));
        }
        dealt.sort_unstable();
        dealt
    }

    #[test]
    fn no_two_clients_of_any_worker_come_back_at_the_same_time() {
        for clients in [300, 50_000] {
            let dealt = dealt(clients, Duration::from_secs(300));
            let different: BTreeSet<&u32> = dealt.iter().collect();
            assert_eq!(different.len(), usize::try_from(clients).unwrap());
            assert!(dealt.last().is_some_and(|last| *last <= 150_000), "{:?}", dealt.last());
        }
    }

    #[test]
    fn they_are_spread_evenly_over_half_a_short_window() {
        let dealt = dealt(10_000, Duration::from_secs(2));
        let late = dealt.iter().filter(|ms| **ms > 550).count();
        assert!(
            dealt.iter().all(|ms| (100..=1_000).contains(ms)) && (4_900..5_100).contains(&late),
            "{late}"
        );
    }
}
