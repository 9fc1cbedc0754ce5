//! The gateway put together: routes, hub, and the feed that runs beside the server.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::web::Data;
use metrics_exporter_prometheus::PrometheusHandle;
use service::health::Readiness;
use service::{Authenticator, server};
use tokio_util::sync::CancellationToken;

use crate::context::Gateway;
use crate::endpoints;
use crate::feed::Feed;
use crate::hub::Hub;
use crate::settings::Settings;

/// The gateway, bound and not yet running.
pub struct App {
    server: Server,
    address: SocketAddr,
    feed: Feed,
}

impl App {
    /// Binds the port and makes the parts. Nothing connects before [`App::run`].
    ///
    /// # Errors
    /// When a setting can't be used or the port is taken.
    pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let hub = Arc::new(Hub::new(settings.gateway.queue));
        let feed = Feed::new(settings.broker, Arc::clone(&hub), settings.gateway.replay_window_s);
        let readiness = {
            let hub = Arc::clone(&hub);
            Readiness::default().with("feed", move || {
                let live = hub.is_live();
                async move {
                    if live {
                        Ok(())
                    } else {
                        Err("not live: reading the stream or waiting for the broker".into())
                    }
                }
            })
        };
        let gateway = Gateway {
            hub,
            authenticator: Arc::new(Authenticator::new(&settings.auth)?),
            settings: Arc::new(settings.gateway),
        };
        let (server, address) = server::bind(&settings.http, move |config| {
            config
                .app_data(Data::new(gateway.clone()))
                .app_data(Data::new(readiness.clone()))
                .app_data(Data::new(metrics.clone()))
                .configure(endpoints::routes);
        })?;
        Ok(Self { server, address, feed })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves and reads the stream until `shutdown`.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, "gateway is listening");
        let feed = tokio::spawn(self.feed.run(shutdown.clone()));
        server::run(self.server, shutdown).await?;
        feed.await?;
        Ok(())
    }
}
