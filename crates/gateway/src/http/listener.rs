//! The port: every thread has its clients, its handshakes and its plain requests. actix-web's own server has
//! no place for an upgrade, so the parts that it is made of are put together here.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::web::{Data, ServiceConfig, ThinData};
use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use service::health::Readiness;
use service::server;
use service::settings::HttpSettings;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::net::TcpStream;

use super::{sse, upgrade};
use crate::clients::{Worker, WorkerSetup};

/// Connections that wait to be accepted; the kernel's own bound (`net.core.somaxconn`) may be lower.
const BACKLOG: i32 = 16_384;

/// What the worker threads start from, one for each.
#[derive(Clone)]
pub(crate) struct Workers(Arc<Mutex<VecDeque<WorkerSetup>>>);

impl Workers {
    pub(crate) fn new(setups: impl Iterator<Item = WorkerSetup>) -> Self {
        Self(Arc::new(Mutex::new(setups.collect())))
    }

    /// Starts the worker of this thread. A thread that failed is not replaced: its clients and its copy of the log are
    /// gone with it, and the process ends.
    #[expect(clippy::expect_used, reason = "a thread without its worker can't serve anybody: start-up fails")]
    fn start(&self) -> Rc<Worker> {
        let setup = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        Worker::start(setup.expect("one for each thread")).expect("an epoll instance")
    }
}

/// Binds the port. The workers start with the server. A connection whose client takes nothing is given up after
/// `unread`.
pub(crate) fn bind(
    settings: &HttpSettings,
    workers: Workers,
    readiness: Readiness,
    metrics: PrometheusHandle,
    unread: Duration,
) -> anyhow::Result<(Server, SocketAddr)> {
    let listener = listen(&settings.listen)
        .with_context(|| format!("http.listen {:?}: another process may hold the port", settings.listen))?;
    let address = listener.local_addr()?;
    let server = Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(usize::MAX >> 1)
        // Its clients have been sent away before: what is left are idle connections of health checks.
        .shutdown_timeout(1)
        .disable_signals()
        .listen("gateway", listener, move || {
            let worker = workers.start();
            let (readiness, metrics) = (readiness.clone(), metrics.clone());
            let plain = Rc::clone(&worker);
            let (authenticator, rates) =
                (Arc::clone(&worker.gateway.authenticator), Arc::clone(&worker.gateway.rates));
            let origins = worker.gateway.settings.allowed_origins.clone();
            let routes = move |config: &mut ServiceConfig| {
                config
                    .app_data(ThinData(plain))
                    .app_data(Data::from(authenticator))
                    .app_data(Data::from(rates))
                    .app_data(Data::new(readiness))
                    .app_data(Data::new(metrics))
                    .configure(|config| sse::routes(config, &origins))
                    .configure(upgrade::routes);
            };
            let app = server::app(routes).into_factory().map_err(|error| error.error_response());
            HttpService::build()
                // Two frames for one client must not wait for each other's acknowledgement.
                .tcp_nodelay(true)
                .on_connect_ext(move |socket: &TcpStream, _| {
                    // The kernel drops a connection that acknowledges nothing, also one with a closed window.
                    let _ = SockRef::from(socket).set_tcp_user_timeout(Some(unread));
                })
                .upgrade(fn_service(move |(request, wire)| {
                    upgrade::upgrade(Rc::clone(&worker), request, wire)
                }))
                .finish(map_config(app, |()| AppConfig::default()))
                .tcp()
        })?
        .run();
    Ok((server, address))
}

/// Listens with a backlog for a whole network that reconnects at once: a client that finds it full tries again only
/// after a second, and then after two more.
fn listen(address: &str) -> anyhow::Result<TcpListener> {
    let address = address.to_socket_addrs()?.next().context("no address")?;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
