//! Reading a work queue: a message stays the broker's until it is settled, and comes again to another reader when
//! this one goes away.

use bytes::Bytes;
use events::Headers;
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Acker, Consumer};

use crate::connection::Link;
use crate::stream::cloud_events;
use crate::topology::{self, BATTERY_READY, Needs};
use crate::{BrokerError, BrokerSettings};

/// A subscription to a quorum queue.
pub struct QueueReader {
    consumer: Consumer,
    // Keeps the connection open for as long as the reader lives.
    _link: Link,
}

/// A message that waits for its verdict.
#[derive(Debug)]
pub struct QueueMessage {
    /// The key that it was published with.
    pub routing_key: String,
    /// The headers that matter to a reader.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
    /// How often it was handed out before and came back.
    pub returns: u32,
    acker: Acker,
}

impl QueueReader {
    /// Connects, checks that the booking service's queue is there and subscribes. At most `unsettled` messages
    /// are handed out at a time.
    ///
    /// # Errors
    /// When the broker is away, refuses, or lacks the queue.
    pub async fn battery_ready(
        settings: &BrokerSettings,
        name: &str,
        unsettled: u16,
    ) -> Result<Self, BrokerError> {
        let link = Link::open(settings, name).await?;
        topology::check_on(&link, Needs::BatteryReady).await?;
        link.channel.basic_qos(unsettled, BasicQosOptions::default()).await?;
        let subscribe = link.channel.basic_consume(
            BATTERY_READY.into(),
            ShortString::default(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let consumer = match tokio::time::timeout(settings.connect_timeout(), subscribe).await {
            Ok(consumer) => consumer?,
            Err(_) => return Err(BrokerError::Timeout("subscribing to the queue")),
        };
        Ok(Self { consumer, _link: link })
    }

    /// The next message; waits until there is one. Safe to drop while waiting.
    ///
    /// # Errors
    /// When the connection or the subscription is lost.
    pub async fn next(&mut self) -> Result<QueueMessage, BrokerError> {
        let delivery = self.consumer.next().await.ok_or(BrokerError::Ended)??;
        Ok(QueueMessage::from(delivery))
    }
}

impl QueueMessage {
    /// It is done with: the broker forgets it.
    ///
    /// # Errors
    /// When the connection is lost: the message comes again.
    pub async fn done(self) -> Result<(), BrokerError> {
        Ok(self.acker.ack(BasicAckOptions::default()).await.map(|_| ())?)
    }

    /// It may succeed later: the broker hands it out again, up to the queue's delivery limit, then it is a dead
    /// letter with the reason `delivery_limit`.
    ///
    /// # Errors
    /// When the connection is lost: the message comes again.
    pub async fn again(self) -> Result<(), BrokerError> {
        let options = BasicNackOptions { requeue: true, ..Default::default() };
        Ok(self.acker.nack(options).await.map(|_| ())?)
    }

    /// It never will: a dead letter with the reason `rejected`.
    ///
    /// # Errors
    /// When the connection is lost: the message comes again.
    pub async fn reject(self) -> Result<(), BrokerError> {
        Ok(self.acker.reject(BasicRejectOptions { requeue: false }).await.map(|_| ())?)
    }
}

impl From<Delivery> for QueueMessage {
    fn from(delivery: Delivery) -> Self {
        let none = FieldTable::default();
        let table = delivery.properties.headers().as_ref().unwrap_or(&none);
        let returns = match table.inner().get("x-delivery-count") {
            Some(AMQPValue::LongLongInt(count)) => u32::try_from(*count).unwrap_or(u32::MAX),
            Some(AMQPValue::LongInt(count)) => u32::try_from(*count).unwrap_or_default(),
            Some(AMQPValue::ShortShortInt(count)) => u32::try_from(*count).unwrap_or_default(),
            Some(AMQPValue::ShortShortUInt(count)) => u32::from(*count),
            _ => 0,
        };
        Self {
            routing_key: delivery.routing_key.to_string(),
            headers: cloud_events(table),
            body: delivery.data.into(),
            returns,
            acker: delivery.acker,
        }
    }
}
