//! The access log around every request: its id, its line, its metric and its span.

use std::borrow::Cow;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use traces::Span;
use tracing::{Instrument, info_span};
use uuid::Uuid;

use crate::metrics::HTTP_REQUEST_DURATION;

/// W3C Trace Context.
pub(crate) const TRACEPARENT: &str = "traceparent";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// One request on its way through the access log.
pub struct AccessLog {
    started: Instant,
    id: HeaderValue,
    method: &'static str,
    route: Cow<'static, str>,
}

impl AccessLog {
    /// Gives a request its id: the caller's, if it sent a sane one.
    #[must_use]
    pub fn start(method: &Method, route: Cow<'static, str>, headers: &mut HeaderMap) -> Self {
        let sane = |id: &&HeaderValue| {
            id.len() <= 64 && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        };
        let id = headers.get(REQUEST_ID).filter(sane).cloned().unwrap_or_else(|| {
            let id = Uuid::new_v4().simple().to_string();
            HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("-"))
        });
        headers.insert(REQUEST_ID, id.clone());
        Self { started: Instant::now(), id, method: known(method), route }
    }

    /// Counts and logs the answer; returns the header that names the request in it.
    pub fn finish(self, status: StatusCode) -> (HeaderName, HeaderValue) {
        let Self { started, id, method, route } = self;
        let elapsed = started.elapsed();
        HTTP_REQUEST_DURATION
            .of([method.into(), route.clone(), Cow::Owned(status.as_u16().to_string())])
            .record(elapsed.as_secs_f64());
        if !route.starts_with("/health") && route != "/metrics" {
            tracing::info!(request_id = text(&id), method, %route, status = status.as_u16(),
                milliseconds = elapsed.as_secs_f64() * 1_000.0, "request");
        }
        (REQUEST_ID, id)
    }
}

fn text(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or("-")
}

/// A method as metrics name it. Clients make up others, and each would be kept as a series of its own.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Gives each request an id, logs it and counts it.
///
/// # Errors
/// Passes on what the inner service answers.
pub async fn access_log<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let route = request.match_pattern().map_or(Cow::Borrowed("unmatched"), Cow::Owned);
    let trace = request_span(&request, &route);
    let log = AccessLog::start(&request.method().clone(), route, request.headers_mut());
    // Every log line of the request carries the id that the client got.
    let span = info_span!("request", id = text(&log.id));
    let call = next.call(request).instrument(span);
    let result = match &trace {
        Some(trace) => trace.scope(call).await,
        None => call.await,
    };
    let status = match &result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    if let Some(trace) = trace {
        trace.set("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            trace.fail(status.canonical_reason().unwrap_or_default());
        }
    }
    let (name, id) = log.finish(status);
    result.map(|mut response| {
        response.headers_mut().insert(name, id);
        response
    })
}

/// The request's part of its trace (OpenTelemetry's conventions for HTTP servers).
fn request_span(request: &ServiceRequest, route: &str) -> Option<Span> {
    let traceparent = request.headers().get(TRACEPARENT).and_then(|header| header.to_str().ok());
    let method = known(request.method());
    let span = Span::request(|| format!("{method} {route}"), traceparent)?;
    span.set("http.request.method", method);
    span.set("http.route", route.to_owned());
    Some(span)
}
