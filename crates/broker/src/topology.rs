//! The names on the broker. They are declared in `deploy/rabbitmq/definitions.json`; a service only checks
//! that they are there (a passive declaration needs no permission to configure).

use lapin::ExchangeKind;
use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::FieldTable;

use crate::connection::Link;
use crate::{BrokerError, BrokerSettings};

/// The topic exchange that relays publish to.
pub const EXCHANGE: &str = "swap.events";
/// The stream that every gateway reads.
pub const STREAM: &str = "swap.realtime";
/// The quorum queue of the booking service.
pub const BATTERY_READY: &str = "booking.battery-ready";
/// Where messages end that the booking service can't handle.
pub const DEAD_LETTERS: &str = "swap.dead-letters";

/// What a service relies on.
#[derive(Debug, Clone, Copy)]
pub enum Needs {
    /// The exchange: a service that publishes.
    Exchange,
    /// The stream: a gateway.
    Stream,
    /// The booking service's queue.
    BatteryReady,
}

/// Checks that what a service relies on is there, and returns `host:port` of the node that said so.
///
/// # Errors
/// [`BrokerError::Topology`] names what is missing.
pub async fn check(settings: &BrokerSettings, needs: Needs) -> Result<String, BrokerError> {
    let link = Link::open(settings, "swapwire topology check").await?;
    check_on(&link, needs).await?;
    Ok(link.node)
}

/// How many messages the booking service could not handle.
///
/// # Errors
/// When the broker does not answer, or the queue is missing.
pub async fn dead_letters(settings: &BrokerSettings) -> Result<u32, BrokerError> {
    let link = Link::open(settings, "swapwire dead letters").await?;
    count(&link, DEAD_LETTERS).await
}

pub(crate) async fn check_on(link: &Link, needs: Needs) -> Result<(), BrokerError> {
    match needs {
        Needs::Exchange => {
            let options = ExchangeDeclareOptions { passive: true, ..Default::default() };
            link.channel
                .exchange_declare(EXCHANGE.into(), ExchangeKind::Topic, options, FieldTable::default())
                .await
                .map_err(|source| BrokerError::Topology { what: format!("exchange {EXCHANGE:?}"), source })
        }
        Needs::Stream => count(link, STREAM).await.map(drop),
        Needs::BatteryReady => count(link, BATTERY_READY).await.map(drop),
    }
}

/// Checks that a queue is there and returns how many messages it has.
pub(crate) async fn count(link: &Link, name: &str) -> Result<u32, BrokerError> {
    let options = QueueDeclareOptions { passive: true, ..Default::default() };
    link.channel
        .queue_declare(name.into(), options, FieldTable::default())
        .await
        .map(|queue| queue.message_count())
        .map_err(|source| BrokerError::Topology { what: format!("queue {name:?}"), source })
}
