//! The realtime gateway.

use service::{server, settings, telemetry};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings: gateway::Settings = settings::load()?;
    let metrics = telemetry::start(&settings.telemetry, gateway::metrics::TABLES)?;
    let _traces = telemetry::start_traces(&settings.telemetry, "gateway")?;
    let shutdown = CancellationToken::new();
    server::on_signals(shutdown.clone())?;
    gateway::App::build(settings, metrics)?.run(shutdown).await
}
