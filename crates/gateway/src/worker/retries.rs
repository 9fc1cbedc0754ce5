//! When clients that are sent away may come back: each at another time, or they all come at once.

use std::cell::Cell;

/// The least.
const LEAST_MS: u32 = 100;
const STEP_MS: u32 = 3;

/// Deals `retry_after_ms` out: no two clients of a gateway get the same in one round.
pub(crate) struct Retries {
    worker: u32,
    workers: u32,
    turn: Cell<u32>,
}

impl Retries {
    /// Those of one of so many workers.
    pub(crate) fn new(worker: u32, workers: u32) -> Self {
        Self { worker: worker % workers.max(1), workers: workers.max(1), turn: Cell::new(0) }
    }

    /// Everybody is sent away: the first may come back soon.
    pub(super) fn begin(&self) {
        self.turn.set(0);
    }

    /// The next one's.
    pub(crate) fn next_ms(&self) -> u32 {
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        let place = turn.saturating_mul(self.workers).saturating_add(self.worker);
        LEAST_MS.saturating_add(place.saturating_mul(STEP_MS))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_clients_of_any_worker_come_back_at_the_same_time() {
        let workers: Vec<_> = (0..3).map(|worker| Retries::new(worker, 3)).collect();
        let dealt: BTreeSet<u32> = workers
            .iter()
            .flat_map(|retries| (0..100).map(|_| retries.next_ms()).collect::<Vec<_>>())
            .collect();
        assert_eq!((dealt.len(), dealt.first()), (300, Some(&LEAST_MS)));
        workers[1].begin();
        assert_eq!(workers[1].next_ms(), LEAST_MS + STEP_MS);
    }
}
