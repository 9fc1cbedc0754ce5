//! Export by OTLP, from a thread of its own. While the collector is away spans are dropped, and nothing waits for it.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use ureq::Agent;
use url::Url;

use crate::span::TRACER;

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The longest that the collector may take for one export.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Where a collector takes traces, below its endpoint (OTLP 1.0, "OTLP/HTTP Request").
const PATH: &str = "v1/traces";

/// Why traces can't be exported.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The endpoint or the exporter's own environment variables are no good.
    #[error("exporting traces to {endpoint}: {source}")]
    Exporter {
        /// The endpoint that was set.
        endpoint: Url,
        /// What is wrong.
        source: opentelemetry_otlp::ExporterBuildError,
    },
    /// They were started before.
    #[error("traces are exported already")]
    Started,
}

/// Starts the export to the collector at `endpoint` in the name of this service. Of the requests that come without a trace
/// the share `ratio` is sampled.
///
/// # Errors
/// When the exporter can't be made, or is there already.
pub fn start(endpoint: &Url, ratio: f64, service: &'static str) -> Result<(), TraceError> {
    let address = format!("{}/{PATH}", endpoint.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new())
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(address)
        .with_timeout(TIMEOUT)
        .build()
        .map_err(|source| TraceError::Exporter { endpoint: endpoint.clone(), source })?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio))))
        .with_resource(Resource::builder().with_service_name(service).build())
        .build();
    TRACER.set(provider.tracer("swapwire")).map_err(|_| TraceError::Started)?;
    PROVIDER.set(provider).map_err(|_| TraceError::Started)
}

/// Exports what is still waiting. Nothing is exported afterwards.
pub fn stop() {
    // Without a collector there is nothing to be saved.
    let _ = PROVIDER.get().map(SdkTracerProvider::shutdown);
}

/// The HTTP client that the services have already. It blocks, and only the exporter's own thread.
#[derive(Debug)]
struct Client(Agent);

impl Client {
    fn new() -> Self {
        let config =
            Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false).build();
        Self(config.into())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let response = self.0.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = response.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
