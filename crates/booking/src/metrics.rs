//! Everything that booking measures beside its requests and its relay.

use meters::{Declared, Label, declare};

const READY_OUTCOME: Label = Label::of("outcome", &["told", "obsolete", "returned", "rejected"]);
const PUSH_OUTCOME: Label = Label::of("outcome", &["delivered", "refused", "gone", "later"]);

/// Everything that a process of this service measures.
pub static TABLES: &[&[Declared]] =
    &[service::metrics::ALL, service::retention::metrics::ALL, outbox::metrics::ALL, ALL];

declare! {
    /// Messages of the queue booking.battery-ready by what became of them; a rejected one is a dead letter.
    counter BATTERY_READY = "swapwire_battery_ready_messages_total" by [READY_OUTCOME];
    /// Attempts to deliver a Web Push message by what became of it; `later` is tried again.
    counter PUSHES = "swapwire_pushes_total" by [PUSH_OUTCOME];
    /// Orders whose battery was not collected in time.
    counter ORDERS_EXPIRED = "swapwire_orders_expired_total" by [];
    /// Riders that were told that their order ends soon.
    counter ORDERS_REMINDED = "swapwire_orders_reminded_total" by [];
    /// Sweeps over orders that failed: the database was away or refused. The next one does their work.
    counter SWEEP_FAILURES = "swapwire_sweep_failures_total" by [];
}
