//! The settings of the gateway.

use std::net::IpAddr;
use std::time::Duration;

use broker::BrokerSettings;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::settings::HttpSettings;
use service::telemetry::TelemetrySettings;
use url::Url;

use crate::hub::ReplayLimits;
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
    /// From when on clients get the latest state of each station instead of every change.
    pub backlog: BacklogSettings,
    /// Compression of what clients get.
    pub compression: CompressionSettings,
    /// Bytes of snapshots that each worker thread holds for clients that take theirs slowly; above it the slowest
    /// client is sent away. Default 256 MiB.
    pub snapshot_bytes: usize,
    /// Seconds of silence after which the broker is asked whether it is there. Default 5.
    pub probe_s: u64,
}

/// How far a worker thread may be behind the stream before its clients stop getting every change.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BacklogSettings {
    /// Messages that wait. Default 512.
    pub messages: usize,
    /// Milliseconds that a message has waited. Default 250.
    pub age_ms: u64,
}

/// Compression of what clients get, for those who ask for it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompressionSettings {
    /// Whether `permessage-deflate` and gzip are negotiated. Default true.
    pub enabled: bool,
    /// Smaller WebSocket messages are sent as they are, in bytes. Default 1,024.
    pub least_bytes: usize,
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
    /// Positions before the window that are remembered, for riders to whom nothing was sent since. Default 262,144.
    pub positions: usize,
    /// Riders whose last message is remembered. Default 100,000.
    pub riders: usize,
}

impl Default for BacklogSettings {
    fn default() -> Self {
        Self { messages: 512, age_ms: 250 }
    }
}

impl Default for CompressionSettings {
    fn default() -> Self {
        Self { enabled: true, least_bytes: 1_024 }
    }
}

impl Default for ReplaySettings {
    fn default() -> Self {
        let (window_s, messages, bytes) = (300, 100_000, 64 * 1024 * 1024);
        Self { window_s, messages, bytes, positions: 262_144, riders: 100_000 }
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
            backlog: BacklogSettings::default(),
            compression: CompressionSettings::default(),
            snapshot_bytes: 256 * 1024 * 1024,
            probe_s: 5,
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
    /// The age of the window.
    pub(crate) fn age(&self) -> Duration {
        Duration::from_secs(self.window_s)
    }

    pub(crate) fn limits(&self) -> ReplayLimits {
        ReplayLimits {
            messages: self.messages,
            bytes: self.bytes,
            age: self.age(),
            positions: self.positions,
            riders: self.riders,
        }
    }
}
