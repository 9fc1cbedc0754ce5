//! The settings of the command line: where everything is.

use diesel_async::AsyncPgConnection;
use secrecy::SecretString;
use serde::Deserialize;
use service::auth::AuthSettings;
use service::telemetry::TelemetrySettings;
use url::Url;

use anyhow::Context;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The database, as `swapwire_migrator`.
    pub database: DatabaseUrl,
    /// How tokens are signed.
    pub auth: AuthSettings,
    /// Where the parts listen.
    pub endpoints: Endpoints,
    /// Logs.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
}

/// Where the database is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseUrl {
    /// `postgres://user:password@host:port/database`.
    pub url: SecretString,
}

/// Where the parts listen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// nginx, as users reach it.
    pub http: Url,
    /// The inventory service's own port.
    pub inventory: Url,
    /// The booking service's own port.
    pub booking: Url,
    /// The gateways' own ports.
    pub gateways: Vec<Url>,
    /// RabbitMQ's management API with its login.
    pub management: Url,
}

impl Settings {
    /// A connection with the rights of the schema's owner.
    ///
    /// # Errors
    /// When the database is away or refuses.
    pub async fn connect(&self) -> anyhow::Result<AsyncPgConnection> {
        database::establish(&self.database.url, "swapwire swapctl")
            .await
            .context("connecting to Postgres; `swapctl doctor` says what is wrong")
    }

    /// The path on nginx.
    ///
    /// # Errors
    /// When the base address takes no path.
    pub fn http(&self, path: &str) -> anyhow::Result<Url> {
        self.endpoints.http.join(path).with_context(|| format!("endpoints.http and {path}"))
    }

    /// The path on nginx, as a WebSocket address.
    ///
    /// # Errors
    /// When the base address takes no path.
    pub fn websocket(&self, path: &str) -> anyhow::Result<Url> {
        let mut url = self.http(path)?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| anyhow::anyhow!("{url} can't be a WebSocket address"))?;
        Ok(url)
    }
}
