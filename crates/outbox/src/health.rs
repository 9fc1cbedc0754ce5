//! The state of a relay, for the health of its service.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backlog::Backlog;

/// A fact that waits for longer is late: a screen shows it after some milliseconds.
const LATE_S: f64 = 10.0;

/// The state of a relay. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct RelayHealth(Arc<Mutex<Seen>>);

/// What the relay has seen last.
#[derive(Debug, Default)]
struct Seen {
    /// What the last round failed with.
    failing: Option<String>,
    /// What waits; `None` while another process leads.
    backlog: Option<Backlog>,
}

impl RelayHealth {
    /// Whether events leave in time.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &seen.failing {
            return Err(format!("events wait: {error}"));
        }
        match seen.backlog {
            Some(Backlog { facts, oldest_s }) if oldest_s > LATE_S => {
                Err(format!("{facts:.0} events wait, the oldest for {oldest_s:.0} s"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn failed(&self, error: &str) {
        self.change(|seen| seen.failing = Some(error.to_owned()));
    }

    pub(crate) fn succeeded(&self) {
        self.change(|seen| seen.failing = None);
    }

    pub(crate) fn measured(&self, backlog: Option<Backlog>) {
        self.change(|seen| seen.backlog = backlog);
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_are_late_and_rounds_that_fail_are_told_until_they_are_over() {
        let health = RelayHealth::default();
        assert_eq!(health.check(), Ok(()));
        health.measured(Some(Backlog { facts: 1_200.0, oldest_s: 34.4 }));
        assert_eq!(health.clone().check(), Err("1200 events wait, the oldest for 34 s".into()));
        health.measured(Some(Backlog { facts: 1_200.0, oldest_s: 0.3 }));
        assert_eq!(health.check(), Ok(()), "many at once are not late");
        health.failed("no broker");
        assert_eq!(health.check(), Err("events wait: no broker".into()));
        health.succeeded();
        assert_eq!(health.check(), Ok(()));
        health.measured(Some(Backlog { facts: 1.0, oldest_s: 11.0 }));
        health.measured(None);
        assert_eq!(health.check(), Ok(()), "another process leads");
    }
}
