//! Publishing with proof: every message is mandatory and confirmed, in order, within a time.

use events::Event;
use lapin::BasicProperties;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Confirmation, PublisherConfirm};
use tokio::time::Instant;

use crate::connection::Link;
use crate::topology::{self, Needs};
use crate::{BrokerError, BrokerSettings};

/// AMQP: the message survives a restart of the broker.
const PERSISTENT: u8 = 2;

/// Publishes to the exchange on a channel in confirm mode.
pub struct Publisher {
    link: Link,
    settings: BrokerSettings,
}

/// Publishing stopped: the first `confirmed` events are safe, the others may or may not have arrived.
#[derive(Debug, thiserror::Error)]
#[error("published {confirmed} events, then: {source}")]
pub struct PublishFailure {
    /// How many events from the front the broker has confirmed.
    pub confirmed: usize,
    /// Why it stopped.
    pub source: BrokerError,
}

impl Publisher {
    /// Connects, checks that the exchange is there and turns confirms on.
    ///
    /// # Errors
    /// When the broker is away, refuses, or lacks the exchange.
    pub async fn connect(settings: &BrokerSettings, name: &str) -> Result<Self, BrokerError> {
        let link = Link::open(settings, name).await?;
        topology::check_on(&link, Needs::Exchange).await?;
        // Without this a confirm resolves at once and proves nothing.
        link.channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Self { link, settings: settings.clone() })
    }

    /// Whether the connection is known to be lost.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !self.link.channel.status().connected()
    }

    /// Publishes the events in order and waits until all are confirmed.
    ///
    /// # Errors
    /// With the number of events confirmed before the first that was not. The publisher is of no use
    /// afterwards: connect a new one.
    pub async fn publish(&self, events: &[Event]) -> Result<(), PublishFailure> {
        // One deadline for all: the relay's session must not fall silent for longer than that.
        let deadline = Instant::now() + self.settings.confirm_timeout();
        let mut waiting = Vec::with_capacity(events.len());
        let mut stopped = None;
        for event in events {
            match self.send(event, deadline).await {
                Ok(confirm) => waiting.push(confirm),
                Err(error) => {
                    stopped = Some(error);
                    break;
                }
            }
        }
        let sent = waiting.len();
        for (confirmed, (confirm, event)) in waiting.into_iter().zip(events).enumerate() {
            await_confirm(confirm, event, deadline)
                .await
                .map_err(|source| PublishFailure { confirmed, source })?;
        }
        match stopped {
            None => Ok(()),
            Some(source) => Err(PublishFailure { confirmed: sent, source }),
        }
    }

    async fn send(&self, event: &Event, deadline: Instant) -> Result<PublisherConfirm, BrokerError> {
        let mut headers = FieldTable::default();
        for (name, value) in event.headers() {
            headers.insert(name.into(), AMQPValue::LongString(value.into()));
        }
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type("application/json".into())
            .with_message_id(event.id.to_string().into())
            .with_headers(headers);
        let publish = self.link.channel.basic_publish(
            topology::EXCHANGE.into(),
            event.routing_key.as_str().into(),
            BasicPublishOptions { mandatory: true, ..Default::default() },
            &event.body,
            properties,
        );
        // A broker that is out of memory or disk blocks its publishers: that must not hang the relay.
        match tokio::time::timeout_at(deadline, publish).await {
            Ok(confirm) => Ok(confirm?),
            Err(_) => Err(BrokerError::Timeout("sending")),
        }
    }
}

async fn await_confirm(
    confirm: PublisherConfirm,
    event: &Event,
    deadline: Instant,
) -> Result<(), BrokerError> {
    match tokio::time::timeout_at(deadline, confirm).await {
        Err(_) => Err(BrokerError::Timeout("a publisher confirm")),
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(Confirmation::Ack(None))) => Ok(()),
        Ok(Ok(Confirmation::Ack(Some(_)) | Confirmation::Nack(Some(_)))) => {
            Err(BrokerError::Unroutable { id: event.id, routing_key: event.routing_key.clone() })
        }
        Ok(Ok(Confirmation::Nack(None))) => Err(BrokerError::Nack(event.id)),
        Ok(Ok(Confirmation::NotRequested)) => Err(BrokerError::NotConfirming),
    }
}
