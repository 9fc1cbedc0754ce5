//! A collector of traces: it takes what OTLP exporters send (http/protobuf) and keeps it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;

/// A span as a service has exported it.
#[derive(Debug, Clone)]
pub struct Collected {
    /// `service.name`.
    pub service: String,
    /// Its name.
    pub name: String,
    /// The trace, in hexadecimal digits.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// The span that it is a part of; empty for the first one of a trace.
    pub parent: String,
    /// When it began and ended, in nanoseconds since 1970.
    pub began: u64,
    /// See `began`.
    pub ended: u64,
    /// Its attributes as text.
    pub attributes: BTreeMap<String, String>,
}

/// A running collector.
pub struct Collector {
    endpoint: String,
    spans: Spans,
}

type Spans = Arc<Mutex<Vec<Collected>>>;

impl Collector {
    /// Listens on a free port.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn start() -> Self {
        let spans = Spans::default();
        let kept = Arc::clone(&spans);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(Arc::clone(&kept)))
                .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
                .route("/v1/traces", web::post().to(take))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a port");
        let address = *server.addrs().first().expect("an address");
        tokio::spawn(server.run());
        Self { endpoint: format!("http://{address}"), spans }
    }

    /// What `telemetry.otlp_endpoint` is set to.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All spans so far.
    #[must_use]
    pub fn spans(&self) -> Vec<Collected> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn take(request: HttpRequest, body: web::Bytes, spans: web::Data<Spans>) -> HttpResponse {
    let protobuf = "application/x-protobuf";
    if request.headers().get(CONTENT_TYPE).is_none_or(|content| content != protobuf) {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    let Ok(exported) = ExportTraceServiceRequest::decode(body) else {
        return HttpResponse::BadRequest().finish();
    };
    let new = exported.resource_spans.into_iter().flat_map(of_resource);
    spans.lock().unwrap_or_else(PoisonError::into_inner).extend(new);
    HttpResponse::Ok().content_type(protobuf).body(ExportTraceServiceResponse::default().encode_to_vec())
}

fn of_resource(exported: ResourceSpans) -> Vec<Collected> {
    let resource = texts(exported.resource.unwrap_or_default().attributes);
    let service = resource.get("service.name").cloned().unwrap_or_default();
    let spans = exported.scope_spans.into_iter().flat_map(|scope| scope.spans);
    spans.map(|span| collected(&service, span)).collect()
}

fn collected(service: &str, span: Span) -> Collected {
    Collected {
        service: service.to_owned(),
        name: span.name,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        began: span.start_time_unix_nano,
        ended: span.end_time_unix_nano,
        attributes: texts(span.attributes),
    }
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    attributes.into_iter().map(|attribute| (attribute.key, text(attribute.value))).collect()
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
