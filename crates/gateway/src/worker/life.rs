//! How long a client's connection may live: signs of life, its greeting, its token.

use std::cell::Cell;
use std::time::{Duration, Instant};

use chrono::Utc;
use service::Caller;

use crate::disconnect::Disconnect;
use crate::settings::GatewaySettings;

pub(super) struct Life {
    heard: Cell<Instant>,
    pinged: Cell<Instant>,
    /// When its token ends.
    expires: Cell<Option<Instant>>,
    /// Until when it must have taken what it was sent whole: a greeting is memory of its own.
    greeted_by: Cell<Option<Instant>>,
}

impl Life {
    pub(super) fn begin() -> Self {
        let now = Instant::now();
        Self {
            heard: Cell::new(now),
            pinged: Cell::new(now),
            expires: Cell::new(None),
            greeted_by: Cell::new(None),
        }
    }

    /// The client said something.
    pub(super) fn heard(&self) {
        self.heard.set(Instant::now());
    }

    /// It lives no longer than this token.
    pub(super) fn expire_with(&self, caller: &Caller) {
        let left = (caller.expires_at - Utc::now()).to_std().unwrap_or_default();
        // One without an end within reach of the clock has none.
        self.expires.set(Instant::now().checked_add(left));
    }

    /// A greeting waits for it. One that is greeted again has not more time.
    pub(super) fn greet(&self, within: Duration) {
        if self.greeted_by.get().is_none() {
            self.greeted_by.set(Some(Instant::now() + within));
        }
    }

    /// It has taken its greeting.
    pub(super) fn greeted(&self) {
        self.greeted_by.set(None);
    }

    /// Looks at the clock: whether it is time to ask for a sign of life, or to end.
    pub(super) fn check(
        &self,
        now: Instant,
        answers: bool,
        settings: &GatewaySettings,
    ) -> Result<bool, Disconnect> {
        let is_over = |by: &Cell<Option<Instant>>| by.get().is_some_and(|by| by <= now);
        if is_over(&self.expires) {
            return Err(Disconnect::TokenExpired);
        }
        if is_over(&self.greeted_by) {
            return Err(Disconnect::TooSlow);
        }
        if answers && now.saturating_duration_since(self.heard.get()) > settings.silence() {
            return Err(Disconnect::Silent);
        }
        let due = now.saturating_duration_since(self.pinged.get()) >= settings.heartbeat();
        if due {
            self.pinged.set(now);
        }
        Ok(due)
    }
}
