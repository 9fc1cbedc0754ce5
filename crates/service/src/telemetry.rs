//! Logs, metrics and traces of a process.

use std::io;
use std::panic;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context;
use meters::Declared;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use url::Url;

use crate::log_file::LogFile;

/// How a process speaks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetrySettings {
    /// `text` for people, `json` for production. Default `text`.
    pub format: LogFormat,
    /// A tracing filter, for example `info,gateway=debug`. Default `info`.
    pub filter: String,
    /// The file that lines are appended to; it may be renamed at any time. Default none: standard error.
    pub file: Option<PathBuf>,
    /// Where traces are exported to: the address of an OTLP collector (http/protobuf), for example
    /// `http://127.0.0.1:4318`. Default none: nothing is traced.
    pub otlp_endpoint: Option<Url>,
    /// Which share of the requests that come without a trace is traced, 0 to 1. Otherwise their callers decide.
    /// Default 0.1.
    pub sample_ratio: f64,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        // The client library reports every lost connection as an error of its own; ours say what follows.
        Self {
            format: LogFormat::Text,
            filter: "info,lapin=off".into(),
            file: None,
            otlp_endpoint: None,
            sample_ratio: 0.1,
        }
    }
}

/// Durations of requests, in seconds: from a tenth of a millisecond to ten seconds.
const DURATION_BUCKETS: [f64; 15] =
    [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often what was measured is summed up: until then each single measurement is kept.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Starts logging and metrics for this process, which measures what `tables` declare. Call it once, first thing in
/// `main`, inside the runtime.
///
/// # Errors
/// When the filter can't be read, the file can't be written, or a recorder is there already.
pub fn start(settings: &TelemetrySettings, tables: &[&[Declared]]) -> anyhow::Result<PrometheusHandle> {
    let filter = EnvFilter::try_new(&settings.filter)
        .with_context(|| format!("telemetry.filter {:?}", settings.filter))?;
    // Complaining about a line that can't be written would be a panic when it is standard error that is gone.
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(writer(settings)?);
    match settings.format {
        LogFormat::Text => logs.with_ansi(false).try_init(),
        LogFormat::Json => logs.json().try_init(),
    }
    .map_err(|error| anyhow::anyhow!("starting the log: {error}"))?;
    let metrics = PrometheusBuilder::new()
        .set_buckets(&DURATION_BUCKETS)
        .context("metric buckets")?
        .install_recorder()
        .context("starting the metrics recorder")?;
    meters::register(tables);
    tokio::spawn(sum_up(metrics.clone()));
    Ok(metrics)
}

fn writer(settings: &TelemetrySettings) -> anyhow::Result<BoxMakeWriter> {
    let Some(path) = &settings.file else { return Ok(BoxMakeWriter::new(io::stderr)) };
    let file = LogFile::open(path).with_context(|| format!("telemetry.file {}", path.display()))?;
    // By itself a panic is said on standard error only, where nobody looks.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        tracing::error!("{panic}");
        report(panic);
    }));
    Ok(BoxMakeWriter::new(Mutex::new(file)))
}

/// Starts the export of traces in the name of this service, if an endpoint is set. Dropping the value exports what is
/// still waiting.
///
/// # Errors
/// When the setting can't be used.
pub fn start_traces(settings: &TelemetrySettings, service: &'static str) -> anyhow::Result<Option<Traces>> {
    let Some(endpoint) = &settings.otlp_endpoint else { return Ok(None) };
    traces::start(endpoint, settings.sample_ratio, service).context("telemetry.otlp_endpoint")?;
    Ok(Some(Traces))
}

/// The running export of traces; it ends with this value.
#[must_use]
pub struct Traces;

impl Drop for Traces {
    fn drop(&mut self) {
        traces::stop();
    }
}

/// The metrics must not grow while they are not read.
async fn sum_up(metrics: PrometheusHandle) {
    let mut tick = tokio::time::interval(SUM_UP_EVERY);
    loop {
        tick.tick().await;
        metrics.run_upkeep();
    }
}

/// A recorder of its own, for several instances in one process (tests): the global one is not touched.
#[must_use]
pub fn detached() -> PrometheusHandle {
    PrometheusBuilder::new().build_recorder().handle()
}
