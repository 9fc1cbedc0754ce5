//! The inventory service.

use service::{server, settings, telemetry};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings: inventory::Settings = settings::load()?;
    let metrics = telemetry::start(&settings.telemetry, inventory::metrics::TABLES)?;
    let _traces = telemetry::start_traces(&settings.telemetry, "inventory")?;
    let shutdown = CancellationToken::new();
    server::on_signals(shutdown.clone())?;
    inventory::build(settings, metrics)?.run(shutdown).await
}
