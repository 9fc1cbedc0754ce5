//! The settings of the booking service.

use broker::BrokerSettings;
use chrono::Duration;
use outbox::RelaySettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::rate::RateSettings;
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
    /// How often somebody may write.
    #[serde(default)]
    pub limits: RateSettings,
    /// The outbox relay.
    #[serde(default)]
    pub relay: RelaySettings,
    /// Orders.
    #[serde(default)]
    pub orders: OrderSettings,
}

/// How long a booking holds its battery, and how many a rider may hold.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderSettings {
    /// Seconds from booking to expiry. Default 86,400 (24 hours).
    pub hold_s: u32,
    /// Seconds before the expiry at which the rider is reminded; a hold that is no longer than this has no
    /// reminder. Default 3,600 (an hour).
    pub remind_before_s: u32,
    /// Batteries that one rider may hold at a time. Default 2.
    pub active_limit: u32,
    /// Milliseconds between two looks for orders that are due. Default 500.
    pub sweep_ms: u64,
    /// Seconds for which the answer to an `Idempotency-Key` is kept. Default 86,400 (24 hours).
    pub idempotency_keep_s: u32,
}

impl Default for OrderSettings {
    fn default() -> Self {
        const DAY_S: u32 = 24 * 60 * 60;
        Self {
            hold_s: DAY_S,
            remind_before_s: 60 * 60,
            active_limit: 2,
            sweep_ms: 500,
            idempotency_keep_s: DAY_S,
        }
    }
}

impl OrderSettings {
    /// From booking to expiry.
    #[must_use]
    pub fn hold(&self) -> Duration {
        Duration::seconds(self.hold_s.into())
    }

    /// How long before the expiry the rider is reminded.
    #[must_use]
    pub fn remind_before(&self) -> Duration {
        Duration::seconds(self.remind_before_s.into())
    }

    /// For how long the answer to a key is kept.
    #[must_use]
    pub fn idempotency_keep(&self) -> Duration {
        Duration::seconds(self.idempotency_keep_s.into())
    }
}
