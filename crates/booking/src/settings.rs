//! The settings of the booking service.

use std::path::PathBuf;

use anyhow::ensure;
use broker::BrokerSettings;
use chrono::Duration;
use database::DatabaseSettings;
use outbox::RelaySettings;
use secrecy::SecretString;
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
    /// Its database, as `swapwire_booking`.
    pub database: DatabaseSettings,
    /// Its broker, as `swapwire_booking`.
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
    /// Orders.
    #[serde(default)]
    pub orders: OrderSettings,
    /// For how long orders and notifications are kept.
    #[serde(default)]
    pub retention: RetentionSettings,
    /// Notifications for browsers that are closed.
    #[serde(default)]
    pub push: PushSettings,
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

/// For how long ended orders and notifications are kept. Active orders always are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// Days after its end for which an order is kept; 0 is for ever. Not fewer than `notifications_days`, as
    /// notifications belong to orders. Default 0.
    pub orders_days: u32,
    /// Days for which a notification is kept, read or not; 0 is for ever. Default 0.
    pub notifications_days: u32,
    /// A folder that removed rows are written to before they are removed. Default none: they are gone.
    pub archive: Option<PathBuf>,
}

impl RetentionSettings {
    /// What is removed, in the order in which it is.
    ///
    /// # Errors
    /// When an order would have to go before its notifications.
    pub fn rules(&self) -> anyhow::Result<[Rule; 2]> {
        let Self { orders_days, notifications_days, .. } = *self;
        ensure!(
            orders_days == 0 || (1..=orders_days).contains(&notifications_days),
            "retention.orders_days is {orders_days} and retention.notifications_days {notifications_days}: a \
             notification can't be kept longer than its order"
        );
        Ok([
            Rule {
                table: "notifications",
                statement: "SELECT removed FROM booking.remove_old_notifications($1, $2) AS removed",
                days: notifications_days,
            },
            Rule {
                table: "orders",
                statement: "SELECT removed FROM booking.remove_old_orders($1, $2) AS removed",
                days: orders_days,
            },
        ])
    }
}

/// Whether and how notifications are pushed to browsers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PushSettings {
    /// The private key by which push services know us (VAPID): the 32 bytes of a P-256 key in base64url. No default:
    /// without it push is off. With another one all browsers must subscribe again.
    pub vapid_private_key: Option<SecretString>,
    /// Where a push service finds us when something goes wrong: a `mailto:` or `https:` address. Default none.
    pub contact: Option<String>,
    /// Seconds after which an undelivered notification is dropped. Default 14,400 (4 hours).
    pub ttl_s: u32,
    /// Seconds until the second try; each later one waits twice as long, up to half an hour. Default 30; it must be
    /// longer than a try may take, which is 10.
    pub retry_s: u32,
    /// Milliseconds between two looks for notifications to push. Default 1,000.
    pub poll_ms: u64,
    /// Endpoints may use http and lie in a private network: for tests only. Default false.
    pub allow_local_endpoints: bool,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            vapid_private_key: None,
            contact: None,
            ttl_s: 4 * 60 * 60,
            retry_s: 30,
            poll_ms: 1_000,
            allow_local_endpoints: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_is_kept_no_longer_than_its_order() {
        for (orders_days, notifications_days, fits) in
            [(0, 0, true), (0, 30, true), (30, 30, true), (40, 30, true), (30, 0, false), (30, 31, false)]
        {
            let settings = RetentionSettings { orders_days, notifications_days, archive: None };
            assert_eq!(settings.rules().is_ok(), fits, "{settings:?}");
        }
    }
}
