//! The gateway put together: hub, port, and the feed that runs beside the server.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use actix_server::Server;
use metrics_exporter_prometheus::PrometheusHandle;
use service::health::Readiness;
use service::{Authenticator, server};
use tokio_util::sync::CancellationToken;

use crate::context::Gateway;
use crate::feed::Feed;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::listener;
use crate::settings::{GatewaySettings, Settings};

/// The gateway, bound and not yet running.
pub struct App {
    server: Server,
    address: SocketAddr,
    feed: Feed,
    settings: Arc<GatewaySettings>,
    draining: CancellationToken,
    gateway: Gateway,
}

impl App {
    /// Binds the port and makes the parts. Nothing connects before [`App::run`].
    ///
    /// # Errors
    /// When a setting can't be used or the port is taken.
    pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let limits = settings.gateway.replay.limits();
        let hub = Arc::new(Hub::new(limits));
        let feed = Feed::new(settings.broker, Arc::clone(&hub), limits.age);
        let draining = CancellationToken::new();
        let authenticator = Arc::new(Authenticator::new(&settings.auth)?);
        let readiness = authenticator.add_to(readiness(Arc::clone(&hub), draining.clone()));
        let gateway = Gateway {
            hub,
            authenticator,
            limits: Arc::new(Limits::new(settings.gateway.connections)),
            settings: Arc::new(settings.gateway),
        };
        let (server, address) =
            listener::bind(&settings.http, gateway.clone(), readiness, metrics, draining.clone())?;
        Ok(Self { server, address, feed, settings: Arc::clone(&gateway.settings), draining, gateway })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves and reads the stream until `shutdown`; then it turns unready, sends its clients away one by
    /// one, and ends.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, "gateway is listening");
        let ended = CancellationToken::new();
        let mut feed = tokio::spawn(self.feed.run(ended.clone()));
        tokio::spawn(self.gateway.authenticator.keep_keys(ended.clone()));
        let (draining, gateway, drain) = (self.draining, self.gateway, self.settings.drain());
        let drained = ended.clone();
        tokio::spawn(async move {
            shutdown.cancelled().await;
            draining.cancel();
            gateway.limits.until_empty(drain).await;
            drained.cancel();
        });
        let mut serving = pin!(server::run(self.server, ended.clone()));
        tokio::select! {
            served = &mut serving => {
                served?;
                feed.await?;
            }
            stopped = &mut feed => {
                // Without it everything would stand still and look well.
                anyhow::ensure!(ended.is_cancelled(), "the feed ended: {stopped:?}");
                serving.await?;
            }
        }
        Ok(())
    }
}

fn readiness(hub: Arc<Hub>, draining: CancellationToken) -> Readiness {
    Readiness::default().with("feed", move || {
        let (live, draining) = (hub.is_live(), draining.is_cancelled());
        async move {
            match (live, draining) {
                (_, true) => Err("this gateway is ending; its clients go elsewhere".into()),
                (true, false) => Ok(()),
                (false, false) => Err("not live: reading the stream or waiting for the broker".into()),
            }
        }
    })
}
