//! What can go wrong with the broker.

/// A failure of the broker or of the connection to it. All of them are answered the same way: drop the
/// connection, wait a little, attach anew.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The client library's word on it.
    #[error("broker: {0}")]
    Client(#[from] lapin::Error),
    /// Something took longer than its setting allows.
    #[error("broker: {0} timed out")]
    Timeout(&'static str),
    /// The settings name no node.
    #[error("broker: no node is named")]
    NoNode,
    /// The broker refused a message.
    #[error("broker refused (nack) the event {0}")]
    Nack(events::EventId),
    /// No queue was bound to take the message: the topology is not as it must be.
    #[error(
        "no queue takes the event {id} with routing key {routing_key:?}: load the definitions file into the broker"
    )]
    Unroutable {
        /// The event.
        id: String,
        /// Its routing key.
        routing_key: String,
    },
    /// The channel isn't in confirm mode, so nothing proves that a message has arrived.
    #[error("the channel confirms nothing")]
    NotConfirming,
    /// The broker ended the stream's deliveries.
    #[error("the broker ended the subscription")]
    Ended,
    /// A stream delivery came without its offset.
    #[error("a delivery carries no x-stream-offset: the queue is not a stream")]
    NoOffset,
    /// Something that the definitions file declares is missing.
    #[error("{what} is missing on the broker ({source}): load the definitions file into the broker")]
    Topology {
        /// For example `queue "swap.realtime"`.
        what: String,
        /// What the broker answered.
        source: lapin::Error,
    },
}
