//! Everything that a gateway measures beside its requests.

use meters::{Declared, Label, declare};

const WORKER: Label = Label::bounded("worker", "the worker threads, `http.workers`");
const CHANNEL: Label = Label::of("channel", &["stations_all", "stations_bbox", "station", "user"]);
const CODE: Label = Label::of(
    "code",
    &["lost", "1000", "1001", "1002", "1007", "1009", "1012", "4400", "4401", "4408", "4409", "4429"],
);
const RESUME_OUTCOME: Label =
    Label::of("outcome", &["served", "malformed", "other_channel", "too_old", "other_log"]);
const CONNECTION_LIMIT: Label = Label::of("limit", &["total", "address", "user"]);

/// Everything that a process of this service measures.
pub static TABLES: &[&[Declared]] = &[service::metrics::ALL, ALL];

declare! {
    /// Whether the gateway hears the broker and knows the present state: 1 or 0.
    gauge FEED_LIVE = "swapwire_feed_live" by [];
    /// Seconds from an event in the database to its arrival here, of the latest event.
    gauge FEED_LAG = "swapwire_feed_lag_seconds" by [];
    /// Messages of the stream that this gateway has not read yet.
    gauge FEED_LAG_MESSAGES = "swapwire_feed_lag_messages" by [];
    /// Messages read from the stream.
    counter FEED_MESSAGES = "swapwire_feed_messages_total" by [];
    /// Messages of the stream that are no event of ours; each is logged and skipped.
    counter FEED_UNDECODABLE = "swapwire_feed_undecodable_total" by [];
    /// Times that the gateway lost the stream and attached again.
    counter FEED_INTERRUPTIONS = "swapwire_feed_interruptions_total" by [];
    /// Stations whose state a snapshot corrected: their updates did not reach the stream.
    counter FEED_HEALED = "swapwire_feed_healed_total" by [];
    /// Channels that clients follow now; a socket may follow several.
    gauge CONNECTIONS = "swapwire_gateway_connections" by [CHANNEL];
    /// Connections that ended, by close code; `lost` ended without one.
    counter CLOSES = "swapwire_gateway_closes_total" by [CODE];
    /// Connections that a limit refused.
    counter REFUSED = "swapwire_gateway_refused_total" by [CONNECTION_LIMIT];
    /// Clients that asked to resume, by what became of it; all but `served` got `recovered: false`.
    counter RESUMES = "swapwire_gateway_resumes_total" by [RESUME_OUTCOME];
    /// Messages handed to clients.
    counter DELIVERIES = "swapwire_gateway_deliveries_total" by [];
    /// Bytes handed to clients.
    counter DELIVERED_BYTES = "swapwire_gateway_delivered_bytes_total" by [];
    /// Updates that a newer one of the same station replaced before they were sent to a client.
    counter CONFLATED = "swapwire_gateway_conflated_total" by [];
    /// Events that slow clients of stations lost; each client was told how many.
    counter LAGGED = "swapwire_gateway_lagged_total" by [];
    /// How long a worker thread took to hand a batch of messages to all clients whom it concerned.
    histogram FANOUT = "swapwire_fanout_seconds" by [];
    /// Messages that a worker thread has not taken from the feed yet.
    gauge FANOUT_BACKLOG = "swapwire_fanout_backlog_messages" by [WORKER];
    /// Share of the last second that a worker thread spent at work; near 1 it is saturated.
    gauge WORKER_BUSY = "swapwire_worker_busy_ratio" by [WORKER];
    /// Messages that the feed has read and a worker thread has not applied.
    gauge WORKER_LAG = "swapwire_worker_lag_messages" by [WORKER];
    /// Seconds since a worker thread last had a turn; one without a turn for 10 s is stuck.
    gauge WORKER_TURN_AGE = "swapwire_worker_turn_age_seconds" by [WORKER];
    /// Clients of a worker thread that have not yet got everything that there is for them.
    gauge CLIENTS_BEHIND = "swapwire_gateway_clients_behind" by [WORKER];
    /// Bytes that wait for the sockets of a worker thread's clients.
    gauge QUEUE_BYTES = "swapwire_gateway_queue_bytes" by [WORKER];
    /// Bytes of the snapshot of all stations that a worker thread keeps.
    gauge SNAPSHOT_BYTES = "swapwire_gateway_snapshot_bytes" by [WORKER];
    /// Stations that a worker thread knows.
    gauge STATIONS = "swapwire_gateway_stations" by [WORKER];
    /// Messages in the replay window of a worker thread.
    gauge WINDOW_MESSAGES = "swapwire_window_messages" by [WORKER];
    /// Bytes in the replay window of a worker thread.
    gauge WINDOW_BYTES = "swapwire_window_bytes" by [WORKER];
}
