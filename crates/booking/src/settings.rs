//! The settings of the booking service.

use broker::BrokerSettings;
use outbox::RelaySettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::settings::{DatabaseSettings, HttpSettings};
use service::telemetry::TelemetrySettings;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens.
    pub http: HttpSettings,
    /// Its database, as `swapwire_booking`.
    pub database: DatabaseSettings,
    /// Its broker, as `swapwire_booking`.
    pub broker: BrokerSettings,
    /// Whose tokens count.
    pub auth: AuthSettings,
    /// Logs.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
    /// The outbox relay.
    #[serde(default)]
    pub relay: RelaySettings,
    /// Orders.
    #[serde(default)]
    pub orders: OrderSettings,
}

/// How long a booking holds its battery.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderSettings {
    /// Seconds from booking to expiry. Default 86,400 (24 hours).
    pub hold_s: u32,
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self { hold_s: 24 * 60 * 60 }
    }
}
