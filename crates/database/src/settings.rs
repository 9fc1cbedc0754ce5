//! Where the database is and how long it may take.

use secrecy::SecretString;
use serde::Deserialize;

/// Where a service's tables are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host:port/database`; several `host:port` are separated by commas, and the first that
    /// takes writes is used. No default: it holds a secret.
    pub url: SecretString,
    /// Connections in the pool. Default 16.
    #[serde(default = "default_max_connections")]
    pub max_connections: usize,
    /// Milliseconds that a request waits for a connection before it answers 503. Default 2,000.
    #[serde(default = "default_acquire_timeout_ms")]
    pub acquire_timeout_ms: u64,
    /// Milliseconds that a request's work on a connection may take before both are given up. Default 15,000: the
    /// database itself ends a slow statement earlier, and keeps the connection.
    #[serde(default = "default_work_timeout_ms")]
    pub work_timeout_ms: u64,
}

fn default_max_connections() -> usize {
    16
}

fn default_acquire_timeout_ms() -> u64 {
    2_000
}

fn default_work_timeout_ms() -> u64 {
    15_000
}
