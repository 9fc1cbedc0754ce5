//! Everything that inventory measures: its requests and its relay.

use meters::Declared;

/// Everything that a process of this service measures.
pub static TABLES: &[&[Declared]] =
    &[service::metrics::ALL, service::retention::metrics::ALL, outbox::metrics::ALL];
