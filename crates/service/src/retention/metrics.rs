//! What removing old rows measures.

use meters::{Label, declare};

const TABLE: Label = Label::of("table", &["history", "notifications", "orders"]);

declare! {
    /// Rows that were older than the network keeps them and were removed.
    counter REMOVED_ROWS = "swapwire_retention_removed_rows_total" by [TABLE];
    /// Batches of old rows that could not be removed: the database or the archive was away or refused. Their rows stay.
    counter RETENTION_FAILURES = "swapwire_retention_failures_total" by [TABLE];
}
