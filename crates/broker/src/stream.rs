//! Reading the stream: every message with its offset, from wherever the reader wants to start.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::Headers;
use futures_util::StreamExt;
use lapin::Acker;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};

use crate::connection::Link;
use crate::topology::{self, Needs, STREAM};
use crate::{BrokerError, BrokerSettings};

/// How many messages the broker sends ahead of the acks. Streams require a limit.
const PREFETCH: u16 = 1_000;
/// One ack for so many messages: an ack only grants the broker the next ones, a stream forgets nothing.
const ACK_EVERY: u64 = 200;

/// Where reading starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartAt {
    /// The oldest message that is kept.
    First,
    /// The first chunk written at or after this time; earlier messages of that chunk come too.
    Time(DateTime<Utc>),
    /// Exactly this offset. One past the ends is clamped silently: compare what arrives first.
    Offset(u64),
    /// The last chunk that was written.
    LastChunk,
}

/// A message of the stream, not yet understood.
#[derive(Debug, Clone)]
pub struct StreamMessage {
    /// Its place in the stream.
    pub offset: u64,
    /// The key that it was published with.
    pub routing_key: String,
    /// The headers that matter to a reader.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
}

/// A subscription to the stream.
pub struct StreamReader {
    consumer: Consumer,
    unacked: u64,
    // The newest delivery handed out, acknowledged with those before it once enough have gathered.
    newest: Option<Acker>,
    patience: Duration,
    // Keeps the connection open for as long as the reader lives.
    link: Link,
}

impl StreamReader {
    /// Connects, checks that the stream is there and subscribes.
    ///
    /// # Errors
    /// When the broker is away, refuses, or lacks the stream.
    pub async fn attach(settings: &BrokerSettings, name: &str, start: StartAt) -> Result<Self, BrokerError> {
        let link = Link::open(settings, name).await?;
        topology::check_on(&link, Needs::Stream).await?;
        link.channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let mut arguments = FieldTable::default();
        arguments.insert("x-stream-offset".into(), start.argument());
        let subscribe = link.channel.basic_consume(
            STREAM.into(),
            ShortString::default(),
            BasicConsumeOptions::default(),
            arguments,
        );
        let consumer = match tokio::time::timeout(settings.connect_timeout(), subscribe).await {
            Ok(consumer) => consumer?,
            Err(_) => return Err(BrokerError::Timeout("subscribing to the stream")),
        };
        Ok(Self { consumer, unacked: 0, newest: None, patience: settings.connect_timeout(), link })
    }

    /// `host:port` of the node that it reads from.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.link.node
    }

    /// The next message; waits until there is one. Safe to drop while waiting.
    ///
    /// # Errors
    /// When the connection or the subscription is lost.
    pub async fn next(&mut self) -> Result<StreamMessage, BrokerError> {
        // Before the next delivery is taken, so that nothing is lost when the caller stops waiting here.
        if self.unacked >= ACK_EVERY
            && let Some(newest) = &self.newest
        {
            newest.ack(BasicAckOptions { multiple: true }).await?;
            self.unacked = 0;
        }
        let delivery = self.consumer.next().await.ok_or(BrokerError::Ended)??;
        self.unacked += 1;
        self.newest = Some(delivery.acker.clone());
        StreamMessage::try_from(delivery)
    }

    /// Asks the broker, on the reader's own channel, how many messages the stream has. The answer comes behind
    /// what the broker has sent on the channel before, and it proves that the broker still answers. 0 can also
    /// mean that the stream's leader is unreachable.
    ///
    /// # Errors
    /// When there is no answer in time, or the connection is lost.
    pub async fn count(&self) -> Result<u32, BrokerError> {
        match tokio::time::timeout(self.patience, topology::count(&self.link, STREAM)).await {
            Ok(count) => count,
            Err(_) => Err(BrokerError::Timeout("asking for the length of the stream")),
        }
    }
}

impl StartAt {
    fn argument(self) -> AMQPValue {
        match self {
            Self::First => AMQPValue::LongString("first".into()),
            Self::LastChunk => AMQPValue::LongString("last".into()),
            Self::Time(time) => AMQPValue::Timestamp(u64::try_from(time.timestamp()).unwrap_or_default()),
            // AMQP 0.9.1 knows no unsigned 64-bit field; no stream reaches 2^63 messages.
            Self::Offset(offset) => AMQPValue::LongLongInt(i64::try_from(offset).unwrap_or(i64::MAX)),
        }
    }
}

/// The CloudEvents attributes among the headers.
pub(crate) fn cloud_events(table: &FieldTable) -> Headers {
    let text = |name: &str| match table.inner().get(name) {
        Some(AMQPValue::LongString(text)) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        _ => None,
    };
    Headers {
        id: text("cloudEvents:id"),
        event_type: text("cloudEvents:type"),
        time: text("cloudEvents:time"),
        traceparent: text("traceparent"),
    }
}

impl TryFrom<Delivery> for StreamMessage {
    type Error = BrokerError;

    fn try_from(delivery: Delivery) -> Result<Self, BrokerError> {
        let table = delivery.properties.headers().as_ref().ok_or(BrokerError::NoOffset)?;
        let offset = match table.inner().get("x-stream-offset") {
            Some(AMQPValue::LongLongInt(offset)) => u64::try_from(*offset).ok(),
            Some(AMQPValue::LongInt(offset)) => u64::try_from(*offset).ok(),
            _ => None,
        };
        Ok(Self {
            offset: offset.ok_or(BrokerError::NoOffset)?,
            routing_key: delivery.routing_key.to_string(),
            headers: cloud_events(table),
            body: delivery.data.into(),
        })
    }
}
