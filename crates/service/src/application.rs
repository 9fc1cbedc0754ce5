//! A service that owns tables, put together: its server, and beside it the relay that publishes its facts and
//! the notifier that wakes the relays. Services differ in their facts and routes.

use std::net::SocketAddr;
use std::pin::Pin;

use actix_web::dev::Server;
use actix_web::web::{Data, ServiceConfig};
use broker::BrokerSettings;
use broker::topology::{self, Needs};
use database::{Database, DatabaseSettings};
use metrics_exporter_prometheus::PrometheusHandle;
use outbox::{Facts, Relay, RelayHealth, RelaySettings, Wake};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::auth::AuthSettings;
use crate::health::Readiness;
use crate::rate::{RateSettings, Rates};
use crate::schema;
use crate::settings::HttpSettings;
use crate::{Authenticator, server};

/// What such a service is made of, beside its routes.
pub struct Parts {
    /// Where it listens.
    pub http: HttpSettings,
    /// Its database.
    pub database: DatabaseSettings,
    /// Its broker.
    pub broker: BrokerSettings,
    /// Whose tokens count.
    pub auth: AuthSettings,
    /// Its relay.
    pub relay: RelaySettings,
    /// Rate limits of writes and of anonymous reads.
    pub limits: RateSettings,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// What it depends on beside its database, its broker and its relay.
    pub readiness: Readiness,
}

/// The service, bound and not yet running.
pub struct App<F: Facts> {
    server: Server,
    address: SocketAddr,
    relay: Relay<F>,
    background: CancellationToken,
    beside: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// What work beside the server may use.
    tools: Tools,
}

/// What the parts of a service share.
#[derive(Clone)]
pub struct Tools {
    /// The pool.
    pub database: Database,
    /// Wakes the relays; called after a commit.
    pub wake: Wake,
}

impl<F: Facts> App<F> {
    /// Binds the port and makes the parts; `telling` is what the facts need to become events. Handlers find the
    /// [`Database`], the [`Authenticator`] and the [`Wake`] in the application's data. Nothing is served or published
    /// before [`App::run`].
    ///
    /// # Errors
    /// When a setting can't be used or the port is taken.
    pub fn build<R>(parts: Parts, telling: F::Settings, routes: R) -> anyhow::Result<Self>
    where
        R: Fn(&mut ServiceConfig) + Clone + Send + 'static,
    {
        // The parts beside the server outlive it: the facts of the last requests are still to be published.
        let background = CancellationToken::new();
        let database = Database::new(&parts.database, F::NAME)?;
        let authenticator = Data::new(Authenticator::new(&parts.auth)?);
        let wake = Wake::start(parts.database.url.clone(), background.clone());
        let relay = Relay::new(parts.relay, telling, parts.database.url, parts.broker.clone());
        let readiness = readiness(parts.readiness, database.clone(), parts.broker, relay.health());
        let readiness = authenticator.add_to(readiness);
        let keys = authenticator.keep_keys(background.clone());
        let tools = Tools { database: database.clone(), wake: wake.clone() };
        let metrics = parts.metrics;
        let rates = Data::new(Rates::new(parts.limits));
        let (server, address) = server::bind(&parts.http, move |config| {
            config
                .app_data(Data::new(database.clone()))
                .app_data(authenticator.clone())
                .app_data(rates.clone())
                .app_data(Data::new(wake.clone()))
                .app_data(Data::new(readiness.clone()))
                .app_data(Data::new(metrics.clone()))
                .configure(routes.clone());
        })?;
        Ok(Self { server, address, relay, background, beside: vec![Box::pin(keys)], tools })
    }

    /// Adds work that goes on beside the server until the token that it is given is cancelled.
    #[must_use]
    pub fn with<W, Fut>(mut self, work: W) -> Self
    where
        W: FnOnce(Tools, CancellationToken) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.beside.push(Box::pin(work(self.tools.clone(), self.background.clone())));
        self
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves and relays until `shutdown`.
    ///
    /// # Errors
    /// When the server fails, or when the database has a schema that this program must not run on.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        let database = self.tools.database.clone();
        // Nothing is served or told on a wrong schema. While the database is away, requests are answered with 503.
        let known = schema::check(&database).await?;
        tracing::info!(address = %self.address, "{} is listening", F::NAME);
        let mut beside: JoinSet<()> = self.beside.into_iter().collect();
        beside.spawn(self.relay.run(self.background.clone()));
        let serving = server::run(self.server, shutdown.clone());
        let checking =
            async { if known { Ok(()) } else { schema::check_when_there(&database, shutdown).await } };
        let (served, checked) = tokio::join!(serving, checking);
        self.background.cancel();
        checked?;
        served?;
        while let Some(ended) = beside.join_next().await {
            ended?;
        }
        Ok(())
    }
}

fn readiness(own: Readiness, database: Database, broker: BrokerSettings, relay: RelayHealth) -> Readiness {
    own.with("postgres", move || {
        let database = database.clone();
        async move { database.address().await }
    })
    // Without the broker requests are served and their facts wait in the outbox.
    .with_deferrable("rabbitmq", move || {
        let broker = broker.clone();
        async move { topology::check(&broker, Needs::Exchange).await.map_err(|error| error.to_string()) }
    })
    .with_deferrable("relay", move || std::future::ready(relay.check()))
}
