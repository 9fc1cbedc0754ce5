//! Everything that a relay measures.

use meters::{Label, declare};

const OUTBOX: Label = Label::of("outbox", &["inventory", "booking", "battery_ready"]);

declare! {
    /// Whether this process leads the relay of an outbox: 1 or 0.
    gauge RELAY_LEADER = "swapwire_relay_leader" by [OUTBOX];
    /// Rounds of the relay that failed: the database or the broker was away or refused. Nothing is lost by one.
    counter RELAY_FAILURES = "swapwire_relay_failures_total" by [OUTBOX];
    /// Events that the broker has confirmed.
    counter RELAY_PUBLISHED = "swapwire_relay_published_total" by [OUTBOX];
    /// Facts that wait to be published, as the leader sees them; 0 in every other process.
    gauge OUTBOX_BACKLOG = "swapwire_outbox_backlog_facts" by [OUTBOX];
    /// Age of the oldest fact that waits, as the leader sees it; 0 in every other process.
    gauge OUTBOX_OLDEST_AGE = "swapwire_outbox_oldest_age_seconds" by [OUTBOX];
}
