//! Serving: what every answer has around it, and a shutdown that finishes what is in flight.

use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::middleware::{Condition, DefaultHeaders, NormalizePath, TrailingSlash, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, ResponseError, Route, web};
use anyhow::Context;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::access_log::{TRACEPARENT, access_log};
use crate::settings::HttpSettings;
use crate::{Problem, health};

/// Binds a server that answers in problem+json whatever its `routes` do not know. It starts with [`run`].
///
/// # Errors
/// When the address can't be listened on.
pub fn bind<R>(settings: &HttpSettings, routes: R) -> anyhow::Result<(Server, SocketAddr)>
where
    R: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    let origins = settings.allowed_origins.clone();
    let server = HttpServer::new(move || app(routes.clone()).wrap(cross_origin(&origins)))
        .workers(settings.workers)
        .max_connections(settings.max_connections)
        .client_request_timeout(Duration::from_secs(settings.request_timeout_s))
        // Two frames for one client must not wait for each other's acknowledgement.
        .tcp_nodelay(true)
        .shutdown_timeout(settings.shutdown_timeout_s)
        .disable_signals()
        .bind(&settings.listen)
        .with_context(|| format!("http.listen {:?}: another process may hold the port", settings.listen))?;
    let address = *server.addrs().first().context("the server listens nowhere")?;
    Ok((server.run(), address))
}

/// An application with what all services have around their `routes`.
pub fn app(
    routes: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .configure(routes)
        .configure(health::routes)
        .default_service(web::to(not_found))
        .wrap(security_headers())
        // The path decides before the log looks at its pattern: outermost comes last.
        .wrap(from_fn(access_log))
        .wrap(NormalizePath::new(TrailingSlash::Trim))
}

/// What every answer says: it is data, not a page, and nothing on the way keeps it. A
/// handler may say something else of its own answer.
fn security_headers() -> DefaultHeaders {
    // OWASP REST Security Cheat Sheet, "Security Headers".
    DefaultHeaders::new()
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((CACHE_CONTROL, "no-store"))
        .add((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .add((X_FRAME_OPTIONS, "DENY"))
        .add((REFERRER_POLICY, "no-referrer"))
}

/// Lets pages of the listed origins call the API from a browser; with an empty list only our own.
#[must_use]
pub fn cross_origin(origins: &[Url]) -> Condition<Cors> {
    let cors = origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(&origin.origin().ascii_serialization()));
    let cors = cors
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "idempotency-key",
            "if-none-match",
            "last-event-id",
            TRACEPARENT,
            "x-request-id",
        ])
        .expose_headers(["etag", "location", "retry-after", "idempotent-replayed", "x-request-id"])
        .max_age(600);
    Condition::new(!origins.is_empty(), cors)
}

/// Runs a server until `shutdown`, then lets the requests in flight finish.
///
/// # Errors
/// When the server fails while it runs.
pub async fn run(server: Server, shutdown: CancellationToken) -> std::io::Result<()> {
    let handle = server.handle();
    let stopping = tokio::spawn(async move {
        shutdown.cancelled().await;
        handle.stop(true).await;
    });
    let result = server.await;
    stopping.abort();
    result
}

/// Cancels the token on SIGTERM or Ctrl-C.
///
/// # Errors
/// When the signals can't be listened to.
pub fn on_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("shutting down");
        shutdown.cancel();
    });
    Ok(())
}

/// The answer for a path that nothing is mounted on.
///
/// # Errors
/// Always 404.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found("not-found", format!("There is nothing at {}.", request.path())))
}

/// The route of a path that is there for `allowed` methods only (RFC 9110, section 15.5.6: it names them).
#[must_use]
pub fn only(allowed: String) -> Route {
    web::to(move |request: HttpRequest| {
        let problem = Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "Method not allowed",
            format!("{} is not for {}; it takes {allowed}.", request.method(), request.path()),
        );
        let mut response = problem.error_response();
        if let Ok(allowed) = HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        ready(response)
    })
}
