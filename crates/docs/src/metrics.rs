//! The page of all metrics, `docs/metrics.md`, from what the crates declare.

use std::fmt::Write;

use meters::{Declared, Kind, Label, Values};

/// Each crate that measures, who has its metrics, and the metrics.
pub fn tables() -> [(&'static str, &'static str, &'static [Declared]); 5] {
    [
        ("Requests", "inventory, booking, gateway", service::metrics::ALL),
        ("Relays", "inventory, booking", outbox::metrics::ALL),
        ("Retention", "inventory, booking", service::retention::metrics::ALL),
        ("Booking", "booking", booking::metrics::ALL),
        ("Gateways", "gateway", gateway::metrics::ALL),
    ]
}

/// The whole page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Metrics\n\n\
         What the services show at `/metrics` on their own ports, in the format of Prometheus. \
         This page is written by\n\
         `SWAPWIRE_BLESS=1 cargo test -p docs` from what each crate declares in its `metrics.rs`.\n",
    );
    for (title, services, metrics) in tables() {
        // Writing into a string does not fail.
        let _ = write!(
            page,
            "\n## {title}\n\nIn: {services}.\n\n| metric | type | unit | labels | |\n|---|---|---|---|---|\n"
        );
        for metric in metrics {
            let labels: Vec<String> = metric.labels.iter().map(label).collect();
            let (name, kind, unit, help) = (metric.name, kind(metric.kind), metric.unit(), metric.help());
            let _ = writeln!(page, "| `{name}` | {kind} | {unit} | {} | {help} |", labels.join("; "));
        }
    }
    page
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

fn label(label: &Label) -> String {
    match label.values {
        Values::These(values) => format!("`{}`: {}", label.name, values.join(", ")),
        Values::Bounded(bound) => format!("`{}`: {bound}", label.name),
    }
}
