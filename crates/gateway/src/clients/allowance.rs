//! How many frames a client may send, by the generic cell rate algorithm. It is written here and not taken from the
//! `governor` crate, whose direct limiter keeps quota and start beside the state: 40 bytes for each client, not 16.

use std::time::{Duration, Instant};

use crate::protocol::{FRAME_BURST, FRAMES_PER_S};

/// What one frame costs.
const COST: Duration = Duration::from_secs(1).checked_div(FRAMES_PER_S).expect("not zero");

/// The moment at which the whole burst is available again (the algorithm's theoretical arrival time).
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance(Instant);

impl Allowance {
    pub(super) fn new(now: Instant) -> Self {
        Self(now)
    }

    /// Takes one frame's; false when there is none left.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let next = self.0.max(now) + COST;
        if next.saturating_duration_since(now) > COST * FRAME_BURST {
            return false;
        }
        self.0 = next;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert_eq!((0..50).filter(|_| allowance.take(start)).count(), 40);
        let later = start + Duration::from_millis(500);
        assert_eq!((0..50).filter(|_| allowance.take(later)).count(), 10);
    }
}
