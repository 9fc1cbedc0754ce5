//! How a relay behaves; every default is what production runs with.

use std::time::Duration;

use serde::Deserialize;

/// Settings of a relay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelaySettings {
    /// Milliseconds after which a leader looks for facts without a notification. Default 250.
    pub poll_ms: u64,
    /// The most facts in one round. Default 500.
    pub batch: i64,
    /// Milliseconds after a read before the relay asks whether lower ids can still appear. Until the answer is no, the
    /// next read begins where this one did. Default 100.
    pub position_ms: u64,
    /// Seconds of silence after which Postgres ends the leader's session, so that a frozen leader loses
    /// its lock. Default 5; must be above the broker's confirm timeout.
    pub session_timeout_s: u64,
    /// Seconds between two snapshots of the full state. Default 60.
    pub snapshot_interval_s: u64,
    /// Seconds after which a snapshot is published whatever its share of the stream. Default 600.
    pub snapshot_max_interval_s: u64,
}

impl Default for RelaySettings {
    fn default() -> Self {
        Self {
            poll_ms: 250,
            batch: 500,
            position_ms: 100,
            session_timeout_s: 5,
            snapshot_interval_s: 60,
            snapshot_max_interval_s: 600,
        }
    }
}

impl RelaySettings {
    pub(crate) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }
}
