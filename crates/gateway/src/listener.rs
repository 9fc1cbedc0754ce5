//! The port: every thread has its clients, its handshakes and its plain requests. actix-web's own server has
//! no place for an upgrade, so the parts that it is made of are put together here.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

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
use socket2::{Domain, Socket, Type};
use tokio_util::sync::CancellationToken;

use crate::context::Gateway;
use crate::sse;
use crate::upgrade::{self, upgrade};
use crate::worker::{Retries, Worker};

/// Connections that wait to be accepted; the kernel's own bound (`net.core.somaxconn`) may be lower.
const BACKLOG: i32 = 16_384;

/// Binds the port. The workers start with the server; clients are sent away once `draining` is cancelled.
pub(crate) fn bind(
    settings: &HttpSettings,
    gateway: Gateway,
    readiness: Readiness,
    metrics: PrometheusHandle,
    draining: CancellationToken,
) -> anyhow::Result<(Server, SocketAddr)> {
    let listener = listen(&settings.listen)
        .with_context(|| format!("http.listen {:?}: another process may hold the port", settings.listen))?;
    let address = listener.local_addr()?;
    let workers = u32::try_from(settings.workers).unwrap_or(u32::MAX);
    let started = Arc::new(AtomicU32::new(0));
    let server = Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(usize::MAX >> 1)
        // Its clients have been sent away before: what is left are idle connections of health checks.
        .shutdown_timeout(1)
        .disable_signals()
        .listen("gateway", listener, move || {
            let retries = Retries::new(started.fetch_add(1, Ordering::Relaxed), workers);
            let worker = Worker::start(gateway.clone(), retries, draining.clone());
            let (readiness, metrics) = (readiness.clone(), metrics.clone());
            let plain = Rc::clone(&worker);
            let routes = move |config: &mut ServiceConfig| {
                config
                    .app_data(ThinData(plain))
                    .app_data(Data::new(readiness))
                    .app_data(Data::new(metrics))
                    .configure(sse::routes)
                    .configure(upgrade::routes);
            };
            let app = server::app(routes).into_factory().map_err(|error| error.error_response());
            HttpService::build()
                // Two frames for one client must not wait for each other's acknowledgement.
                .tcp_nodelay(true)
                .upgrade(fn_service(move |(request, wire)| upgrade(Rc::clone(&worker), request, wire)))
                .finish(map_config(app, |()| AppConfig::default()))
                .tcp()
        })?
        .run();
    Ok((server, address))
}

/// Listens with room for a whole network that comes back at once: who finds the queue full tries again only
/// after a second, and then after two more.
fn listen(address: &str) -> anyhow::Result<TcpListener> {
    let address = address.to_socket_addrs()?.next().context("no address")?;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
