//! The booking service.

use service::{server, settings, telemetry};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings: booking::Settings = settings::load()?;
    let metrics = telemetry::start(&settings.telemetry, booking::metrics::TABLES)?;
    let _traces = telemetry::start_traces(&settings.telemetry, "booking")?;
    let shutdown = CancellationToken::new();
    server::on_signals(shutdown.clone())?;
    booking::build(settings, metrics)?.run(shutdown).await
}
