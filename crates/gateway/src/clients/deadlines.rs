//! How long a client's connection may live: heartbeats, its greeting, its token.

use std::time::{Duration, Instant};

use chrono::Utc;
use service::Caller;

use crate::protocol::Disconnect;
use crate::settings::GatewaySettings;

pub(super) struct Deadlines {
    /// When the client's last frame came.
    heard: Instant,
    /// When the last ping was sent.
    pinged: Instant,
    /// When its token expires.
    expires: Option<Instant>,
    /// Deadline for taking the snapshot, or the end of the conversation.
    drained_by: Option<Instant>,
}

impl Deadlines {
    pub(super) fn new(now: Instant) -> Self {
        Self { heard: now, pinged: now, expires: None, drained_by: None }
    }

    /// A frame came.
    pub(super) fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    /// The connection lives no longer than this token.
    pub(super) fn expire_with(&mut self, caller: &Caller) {
        let left = (caller.expires_at - Utc::now()).to_std().unwrap_or_default();
        // A token that lasts longer than the clock can count has no end.
        self.expires = Instant::now().checked_add(left);
    }

    /// What is queued for the client must be taken in this time. More of it gives no more time.
    pub(super) fn drain_within(&mut self, now: Instant, time: Duration) {
        self.drained_by.get_or_insert(now + time);
    }

    /// Moves the deadlines by a time that was not the client's. A token expires all the same.
    pub(super) fn postpone(&mut self, by: Duration) {
        self.heard += by;
        self.drained_by = self.drained_by.map(|at| at + by);
    }

    /// The client has taken all that was queued for it.
    pub(super) fn drained(&mut self) {
        self.drained_by = None;
    }

    /// Since when something is queued, as an order between clients.
    pub(super) fn drained_by(&self) -> Option<Instant> {
        self.drained_by
    }

    /// Whether the end of the conversation has taken too long.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.drained_by.is_some_and(|by| by <= now)
    }

    /// The reason to end the connection now, if there is one.
    pub(super) fn check(
        &self,
        now: Instant,
        answers_pings: bool,
        settings: &GatewaySettings,
    ) -> Option<Disconnect> {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Some(Disconnect::TokenExpired);
        }
        if self.is_over(now) {
            return Some(Disconnect::TooSlow);
        }
        let is_silent = answers_pings && now.saturating_duration_since(self.heard) > settings.silence();
        is_silent.then_some(Disconnect::Silent)
    }

    /// Whether a ping is due; notes that it is sent.
    pub(super) fn ping(&mut self, now: Instant, settings: &GatewaySettings) -> bool {
        let is_due = now.saturating_duration_since(self.pinged) >= settings.heartbeat();
        if is_due {
            self.pinged = now;
        }
        is_due
    }
}
