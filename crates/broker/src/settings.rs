//! Where the broker is and how long it may take.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

/// Settings of the connection to RabbitMQ.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// `amqp://user:password@host:port/vhost`; several `host:port` are separated by commas, nodes of one cluster, and
    /// the first that answers is used. No default: it holds a secret.
    pub url: SecretString,
    /// Milliseconds to connect and to open a channel. Default 3,000.
    #[serde(default = "default_connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// Milliseconds within which everything published in one call must be confirmed. Default 3,000: below
    /// the time after which Postgres takes the lock from an idle relay leader.
    #[serde(default = "default_confirm_timeout_ms")]
    pub confirm_timeout_ms: u64,
}

impl BrokerSettings {
    /// How long a connection may take to be made.
    #[must_use]
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// How long a confirm may take.
    #[must_use]
    pub fn confirm_timeout(&self) -> Duration {
        Duration::from_millis(self.confirm_timeout_ms)
    }
}

fn default_connect_timeout_ms() -> u64 {
    3_000
}

fn default_confirm_timeout_ms() -> u64 {
    3_000
}
