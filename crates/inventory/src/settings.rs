//! The settings of the inventory service.

use std::path::PathBuf;

use broker::BrokerSettings;
use database::DatabaseSettings;
use outbox::RelaySettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::rate::RateSettings;
use service::retention::Rule;
use service::settings::HttpSettings;
use service::telemetry::TelemetrySettings;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens.
    pub http: HttpSettings,
    /// Its database, as `swapwire_inventory`.
    pub database: DatabaseSettings,
    /// Its broker, as `swapwire_inventory`.
    pub broker: BrokerSettings,
    /// Whose tokens count.
    pub auth: AuthSettings,
    /// Logs.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
    /// Rate limits of writes and of anonymous reads.
    #[serde(default)]
    pub limits: RateSettings,
    /// The outbox relay.
    #[serde(default)]
    pub relay: RelaySettings,
    /// Batteries.
    #[serde(default)]
    pub batteries: BatterySettings,
    /// How much one operator may have.
    #[serde(default)]
    pub quota: QuotaSettings,
    /// For how long the history is kept.
    #[serde(default)]
    pub retention: RetentionSettings,
}

/// For how long the history is kept. Statistics reach as far back as it does.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// Days; 0 is for ever. Default 0.
    pub history_days: u32,
    /// A folder that removed lines are written to before they are removed. Default none: they are gone.
    pub archive: Option<PathBuf>,
}

impl RetentionSettings {
    /// What is removed.
    #[must_use]
    pub fn rule(&self) -> Rule {
        Rule {
            table: "history",
            statement: "SELECT removed FROM inventory.remove_old_history($1, $2) AS removed",
            days: self.history_days,
        }
    }
}

/// How much one operator may have. An admin may have any number.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QuotaSettings {
    /// Stations of one operator; 0 is no limit. Default 1,000.
    pub stations: u32,
    /// Batteries of one operator; 0 is no limit. Default 50,000.
    pub batteries: u32,
}

impl Default for QuotaSettings {
    fn default() -> Self {
        Self { stations: 1_000, batteries: 50_000 }
    }
}

/// When a battery may be offered.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BatterySettings {
    /// The charge in percent from which a returned battery is available at once. Default 90.
    pub ready_percent: f64,
}

impl Default for BatterySettings {
    fn default() -> Self {
        Self { ready_percent: 90.0 }
    }
}
