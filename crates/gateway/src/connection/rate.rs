//! How fast a client may talk: a token bucket.

use std::time::Instant;

pub(super) struct Allowance {
    tokens: f64,
    per_second: f64,
    burst: f64,
    refilled: Instant,
}

impl Allowance {
    pub(super) fn new(per_second: f64, burst: f64, now: Instant) -> Self {
        Self { tokens: burst, per_second, burst, refilled: now }
    }

    /// Takes one; false when there is none left.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let refill = (now - self.refilled).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + refill).min(self.burst);
        self.refilled = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let start = Instant::now();
        let mut allowance = Allowance::new(20.0, 40.0, start);
        assert_eq!((0..50).filter(|_| allowance.take(start)).count(), 40);
        let later = start + Duration::from_millis(500);
        assert_eq!((0..50).filter(|_| allowance.take(later)).count(), 10);
    }
}
