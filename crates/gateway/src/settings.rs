//! The settings of the gateway.

use std::time::Duration;

use broker::BrokerSettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::settings::HttpSettings;
use service::telemetry::TelemetrySettings;
use url::Url;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens.
    pub http: HttpSettings,
    /// Its broker, as `swapwire_gateway`.
    pub broker: BrokerSettings,
    /// Whose tokens count.
    pub auth: AuthSettings,
    /// Logs.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
    /// The fan-out.
    #[serde(default)]
    pub gateway: GatewaySettings,
}

/// How clients are served.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatewaySettings {
    /// Origins of pages that may connect, beside the gateway's own host. Default none.
    pub allowed_origins: Vec<Url>,
    /// Seconds between two pings to a client. Default 25.
    pub heartbeat_s: u64,
    /// Seconds without any frame after which a client is gone. Default 50.
    pub silence_s: u64,
    /// Seconds that one write to a client may take. Default 10.
    pub write_timeout_s: u64,
    /// Messages that may wait for one client; the next one closes it with 4409. Default 1,024.
    pub queue: usize,
    /// Milliseconds that a socket for an unknown station waits for it to appear. Default 1,000.
    pub unknown_station_wait_ms: u64,
    /// Seconds of the stream that are read first at start; doubled until a whole snapshot is in it.
    /// Default 300.
    pub replay_window_s: u64,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            heartbeat_s: 25,
            silence_s: 50,
            write_timeout_s: 10,
            queue: 1_024,
            unknown_station_wait_ms: 1_000,
            replay_window_s: 300,
        }
    }
}

impl GatewaySettings {
    pub(crate) fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_s)
    }

    pub(crate) fn silence(&self) -> Duration {
        Duration::from_secs(self.silence_s)
    }

    pub(crate) fn write_timeout(&self) -> Duration {
        Duration::from_secs(self.write_timeout_s)
    }

    pub(crate) fn unknown_station_wait(&self) -> Duration {
        Duration::from_millis(self.unknown_station_wait_ms)
    }
}
