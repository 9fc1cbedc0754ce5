//! The service put together: routes, state, and the parts that run beside the server.

use std::net::SocketAddr;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use metrics_exporter_prometheus::PrometheusHandle;
use outbox::{Relay, Wake};
use service::database::Database;
use service::health::Readiness;
use service::{Authenticator, server};
use tokio_util::sync::CancellationToken;

use crate::facts::StationFacts;
use crate::settings::Settings;
use crate::{batteries, stations};

/// The inventory service, bound and not yet running.
pub struct App {
    server: Server,
    address: SocketAddr,
    relay: Relay<StationFacts>,
    background: CancellationToken,
}

impl App {
    /// Binds the port and makes the parts. Nothing connects before [`App::run`].
    ///
    /// # Errors
    /// When a setting can't be used or the port is taken.
    pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        // The parts beside the server outlive it: the last requests still want their facts told.
        let background = CancellationToken::new();
        let database = Database::new(&settings.database)?;
        let authenticator = Data::new(Authenticator::new(&settings.auth)?);
        let wake = Wake::start(settings.database.url.clone(), background.clone());
        let readiness = {
            let database = database.clone();
            let broker = settings.broker.clone();
            Readiness::default()
                .with("postgres", move || {
                    let database = database.clone();
                    async move { database.ping().await }
                })
                // Without the broker requests are served and their facts wait in the outbox.
                .with_deferrable("rabbitmq", move || {
                    let broker = broker.clone();
                    async move {
                        broker::topology::check(&broker, broker::topology::Needs::Exchange)
                            .await
                            .map_err(|error| error.to_string())
                    }
                })
        };
        let batteries = settings.batteries;
        let (server, address) = server::bind(&settings.http, move |config| {
            config
                .app_data(Data::new(database.clone()))
                .app_data(authenticator.clone())
                .app_data(Data::new(wake.clone()))
                .app_data(Data::new(batteries))
                .app_data(Data::new(readiness.clone()))
                .app_data(Data::new(metrics.clone()))
                .configure(routes);
        })?;
        let relay = Relay::new(settings.relay, settings.database.url, settings.broker);
        Ok(Self { server, address, relay, background })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves and relays until `shutdown`.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, "inventory is listening");
        let relay = tokio::spawn(self.relay.run(self.background.clone()));
        server::run(self.server, shutdown).await?;
        self.background.cancel();
        relay.await?;
        Ok(())
    }
}

fn routes(config: &mut web::ServiceConfig) {
    config.configure(stations::routes).configure(batteries::routes);
}
