//! Publishing with proof: every message is mandatory and confirmed, in order, within a time.

use events::Event;
use lapin::BasicProperties;
use lapin::message::BasicReturnMessage;
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
    /// The queue without which nothing is published.
    queue: Option<Needs>,
    /// Whether an event has found its queue on this connection.
    routes: bool,
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
    /// Connects, checks that the exchange is there and turns confirms on. Before each batch it is checked that `queue` is
    /// there too: a message that another queue takes counts as confirmed without it.
    ///
    /// # Errors
    /// When the broker is away, refuses, or lacks the exchange.
    pub async fn connect(
        settings: &BrokerSettings,
        name: &str,
        queue: Option<Needs>,
    ) -> Result<Self, BrokerError> {
        let link = Link::open(settings, name).await?;
        topology::check_on(&link, Needs::Exchange).await?;
        // Without this a confirm resolves at once and proves nothing.
        link.channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Self { link, settings: settings.clone(), queue, routes: false })
    }

    /// Whether the connection is known to be lost.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !self.link.channel.status().connected()
    }

    /// Publishes the events in order and waits until all are confirmed.
    ///
    /// The first event of a connection goes alone. A broker that is starting takes connections before its
    /// queues: of a batch sent then, the front comes back unroutable while the rest arrives, and the stream
    /// would hold a rider's later messages before the earlier ones. Once one event has found its queue, so
    /// do all that follow it.
    ///
    /// # Errors
    /// With the number of events confirmed before the first that was not. The publisher is of no use
    /// afterwards: connect a new one.
    pub async fn publish(&mut self, events: &[Event]) -> Result<(), PublishFailure> {
        // One deadline for all: the relay's session must not fall silent for longer than that.
        let deadline = Instant::now() + self.settings.confirm_timeout();
        if !events.is_empty() {
            self.find_queue(deadline).await.map_err(|source| PublishFailure { confirmed: 0, source })?;
        }
        let alone = if self.routes { 0 } else { events.len().min(1) };
        let (first, others) = events.split_at(alone);
        self.publish_together(first, deadline).await?;
        self.routes |= alone > 0;
        self.publish_together(others, deadline).await.map_err(|failure| PublishFailure {
            confirmed: alone + failure.confirmed,
            source: failure.source,
        })
    }

    async fn find_queue(&self, deadline: Instant) -> Result<(), BrokerError> {
        let Some(queue) = self.queue else { return Ok(()) };
        match tokio::time::timeout_at(deadline, topology::check_on(&self.link, queue)).await {
            Ok(found) => found,
            Err(_) => Err(BrokerError::Timeout("looking for the queue")),
        }
    }

    async fn publish_together(&self, events: &[Event], deadline: Instant) -> Result<(), PublishFailure> {
        let mut waiting = Vec::with_capacity(events.len());
        let mut failure = None;
        for event in events {
            match self.send(event, deadline).await {
                Ok(confirm) => waiting.push(confirm),
                Err(source) => {
                    failure = Some(PublishFailure { confirmed: waiting.len(), source });
                    break;
                }
            }
        }
        // All of them, also after a failure: a returned message comes with whichever confirm the client
        // library settles next, not with its own, so only its id says which event it was.
        for (index, (confirm, event)) in waiting.into_iter().zip(events).enumerate() {
            let (confirmed, returned) = await_confirm(confirm, event, deadline).await;
            let nacked = confirmed.err().map(|source| PublishFailure { confirmed: index, source });
            let returned = returned.map(|message| unroutable(events, &message));
            failure =
                [failure, nacked, returned].into_iter().flatten().min_by_key(|failure| failure.confirmed);
        }
        failure.map_or(Ok(()), Err)
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

/// Waits for a confirm; with it may come a message that no queue took.
async fn await_confirm(
    confirm: PublisherConfirm,
    event: &Event,
    deadline: Instant,
) -> (Result<(), BrokerError>, Option<BasicReturnMessage>) {
    match tokio::time::timeout_at(deadline, confirm).await {
        Err(_) => (Err(BrokerError::Timeout("a publisher confirm")), None),
        Ok(Err(error)) => (Err(error.into()), None),
        Ok(Ok(Confirmation::Ack(returned))) => (Ok(()), returned),
        Ok(Ok(Confirmation::Nack(returned))) => (Err(BrokerError::Nack(event.id)), returned),
        Ok(Ok(Confirmation::NotRequested)) => (Err(BrokerError::NotConfirming), None),
    }
}

/// Where among the events the returned one stands; nothing counts as confirmed when it can't be told.
fn unroutable(events: &[Event], returned: &BasicReturnMessage) -> PublishFailure {
    let id = returned.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default();
    let confirmed = events.iter().position(|event| event.id.to_string() == id).unwrap_or(0);
    let routing_key = returned.routing_key.to_string();
    PublishFailure { confirmed, source: BrokerError::Unroutable { id, routing_key } }
}
