//! The settings of the gateway.

use std::net::IpAddr;
use std::time::Duration;

use broker::BrokerSettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::settings::HttpSettings;
use service::telemetry::TelemetrySettings;
use url::Url;

use crate::hub::WindowLimits;
pub use crate::limits::ConnectionLimits;

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
    /// Seconds that a client may take for its greeting. Default 60.
    pub greeting_timeout_s: u64,
    /// Events that a client may be behind: a station socket that is further behind gets `lagged` and the
    /// latest, a rider's is closed with 4409. Default 1,024.
    pub client_events: usize,
    /// Bytes that the kernel holds unsent for a client; what it holds can't be replaced by a newer state.
    /// Default 16,384.
    pub unsent_bytes: u32,
    /// Milliseconds that a socket for an unknown station waits for it to appear. Default 1,000.
    pub unknown_station_wait_ms: u64,
    /// The most connections.
    pub connections: ConnectionLimits,
    /// Proxies whose `X-Forwarded-For` counts. Default the loopback addresses.
    pub trusted_proxies: Vec<IpAddr>,
    /// Seconds over which clients are sent away when the gateway ends. Default 5.
    pub drain_s: u64,
    /// What is kept of the stream for clients that come back.
    pub replay: ReplaySettings,
}

/// The bounds of the replay window. Whichever is reached first counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReplaySettings {
    /// Seconds. So much of the stream is also read first at start, doubled until a whole snapshot is in it.
    /// Default 300.
    pub window_s: u64,
    /// Messages of the stream. Default 100,000.
    pub messages: usize,
    /// Bytes of events; of states only the latest are kept, whatever the window. Default 64 MiB.
    pub bytes: usize,
}

impl Default for ReplaySettings {
    fn default() -> Self {
        Self { window_s: 300, messages: 100_000, bytes: 64 * 1024 * 1024 }
    }
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            heartbeat_s: 25,
            silence_s: 50,
            greeting_timeout_s: 60,
            client_events: 1_024,
            unsent_bytes: 16_384,
            unknown_station_wait_ms: 1_000,
            connections: ConnectionLimits::default(),
            trusted_proxies: service::address::loopback(),
            drain_s: 5,
            replay: ReplaySettings::default(),
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

    pub(crate) fn greeting_timeout(&self) -> Duration {
        Duration::from_secs(self.greeting_timeout_s)
    }

    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_s)
    }

    pub(crate) fn unknown_station_wait(&self) -> Duration {
        Duration::from_millis(self.unknown_station_wait_ms)
    }
}

impl ReplaySettings {
    pub(crate) fn limits(&self) -> WindowLimits {
        WindowLimits { messages: self.messages, bytes: self.bytes, age: Duration::from_secs(self.window_s) }
    }
}
