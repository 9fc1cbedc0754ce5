//! The stream in: reads every message once, in order, and hands it to the hub. It goes live only at the end of the
//! stream, keeps its position over a silence of the broker, and starts over when the log is proved to be another one.

mod tail;

use std::time::Duration;

use broker::{BrokerError, BrokerSettings, StartAt, StreamMessage, StreamReader};
use chrono::{DateTime, Utc};
use events::{Event, EventId, EventMark, Position};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use traces::{Kind, Span};
use uuid::Uuid;

use self::tail::Tail;
use crate::hub::Hub;
use crate::metrics::{FEED_INTERRUPTIONS, FEED_LAG, FEED_LAG_MESSAGES, FEED_MESSAGES, FEED_UNDECODABLE};

const NAME: &str = "swapwire gateway feed";
const RETRY: Duration = Duration::from_millis(500);
/// How long the broker may take for a message that it has.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the end of the stream is looked at, for the metric alone.
const LAG_EVERY: Duration = Duration::from_secs(15);
/// What a look back grows from.
const SHORTEST_LOOK_BACK: chrono::Duration = chrono::Duration::seconds(1);
/// The longest look back for a snapshot before the whole log is read.
const LONGEST_LOOK_BACK: chrono::Duration = chrono::Duration::hours(24);
/// A snapshot is published at least so often: looking back so much longer makes the whole window resumable.
const SNAPSHOT_EVERY: chrono::Duration = chrono::Duration::seconds(60);

/// Reads the stream into the hub.
pub(crate) struct Feed {
    broker: BrokerSettings,
    hub: Hub,
    look_back: chrono::Duration,
    /// Silence after which the broker is asked whether it is there.
    probe: Duration,
}

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("the broker is silent: our last message, at offset {0}, does not come again")]
    Silent(u64),
    #[error("the stream has messages, but none comes")]
    NoTail,
    /// The log was recreated, truncated or restored: what followed our last message can't be known.
    #[error("another log: the message at offset {0} is not the one that we know")]
    OtherLog(u64),
}

impl Feed {
    /// A feed that makes `window` resumable at start.
    pub(crate) fn new(broker: BrokerSettings, hub: Hub, window: Duration, probe: Duration) -> Self {
        let window = chrono::Duration::from_std(window).unwrap_or(LONGEST_LOOK_BACK);
        let look_back = window + window / 4 + SNAPSHOT_EVERY;
        Self { broker, hub, look_back, probe: probe.max(Duration::from_millis(100)) }
    }

    /// Reads until `shutdown`, over every loss of the broker.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let lag = watch_lag(self.broker.clone(), self.hub.state());
        let reading = async { tokio::join!(self.read(), lag) };
        shutdown.run_until_cancelled(reading).await;
    }

    async fn read(&mut self) {
        let mut failing = String::new();
        loop {
            let result = match self.hub.position().filter(|_| self.hub.is_complete()) {
                Some(position) if self.hub.state().is_live() => self.resume(position).await,
                _ => self.bootstrap().await,
            };
            let Err(error) = result;
            if self.hub.set_stale() {
                failing.clear();
            }
            FEED_INTERRUPTIONS.get().increment(1);
            // An outage is one line, not two a second.
            let text = error.to_string();
            if failing != text {
                tracing::warn!(error = text, "feed: interrupted; attaching again until it lasts");
                failing = text;
            }
            if let FeedError::OtherLog(_) = error {
                self.hub.reset();
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Goes on after the last message, if that is still at its offset. Silence proves nothing: the known state and the
    /// clients stay.
    async fn resume(&mut self, position: Position) -> Result<Never, FeedError> {
        let mut reader = self.attach(StartAt::Offset(position.offset)).await?;
        let Ok(first) = timeout(self.probe, reader.next()).await else {
            // An offset past the end is clamped silently. What the log has at its end may prove that it is another.
            self.compare_tail().await?;
            return Err(FeedError::Silent(position.offset));
        };
        let first = first?;
        if first.offset != position.offset || mark(&first) != Some(position.mark) {
            return Err(FeedError::OtherLog(position.offset));
        }
        let tail = tail::of(&self.broker).await?;
        let mut offset = position.offset;
        while tail.is_some_and(|tail| offset < tail.offset) {
            offset = self.read_one(&mut reader).await?;
        }
        tracing::info!(offset, "feed: resumed");
        self.hub.set_live();
        self.read_on(reader).await
    }

    /// Whether the end of the log contradicts what is known.
    async fn compare_tail(&self) -> Result<(), FeedError> {
        let messages = tail::last_chunk(&self.broker, self.probe).await?;
        for message in &messages {
            if self.hub.is_contradicted_by(message.offset, mark(message)) {
                return Err(FeedError::OtherLog(message.offset));
            }
        }
        // A log that ends before the oldest message that we know has none of them.
        match (messages.last(), self.hub.oldest()) {
            (Some(last), Some(oldest)) if last.offset < oldest => Err(FeedError::OtherLog(last.offset)),
            _ => Ok(()),
        }
    }

    /// Starts from the last complete snapshot: looks back a little, then further, until one is found. The gateway is
    /// live only when it has read to the end of the log.
    async fn bootstrap(&mut self) -> Result<Never, FeedError> {
        let mut tail = tail::of(&self.broker).await?;
        let mut look_back = self.look_back;
        loop {
            if self.hub.position().is_some() {
                self.hub.reset();
            }
            let whole_log = tail.is_none() || look_back > LONGEST_LOOK_BACK;
            let from = Utc::now() - look_back;
            // A start behind the last message gets nothing until the next one.
            if !whole_log && tail.and_then(|tail| tail.time).is_some_and(|time| time < from) {
                look_back = (look_back * 2).max(SHORTEST_LOOK_BACK);
                continue;
            }
            let start = if whole_log { StartAt::First } else { StartAt::Time(from) };
            let mut reader = self.attach(start).await?;
            self.read_up_to(&mut reader, tail).await?;
            if !self.hub.is_complete() {
                if !whole_log {
                    look_back = (look_back * 2).max(SHORTEST_LOOK_BACK);
                    continue;
                }
                tracing::info!("feed: no snapshot in the stream yet; waiting for the inventory's");
                while !self.hub.is_complete() {
                    self.read_one(&mut reader).await?;
                }
                // Much may have come since the end was looked for.
                tail = tail::of(&self.broker).await?;
                self.read_up_to(&mut reader, tail).await?;
            }
            let offset = self.hub.position().map(|position| position.offset);
            tracing::info!(offset, "feed: live");
            self.hub.set_live();
            return self.read_on(reader).await;
        }
    }

    async fn read_up_to(&mut self, reader: &mut StreamReader, tail: Option<Tail>) -> Result<(), FeedError> {
        let mut read = None;
        while tail.is_some_and(|tail| read.is_none_or(|read| read < tail.offset)) {
            match timeout(PATIENCE, self.read_one(reader)).await {
                Ok(offset) => read = Some(offset?),
                // The clocks differ: the start was behind the last message after all.
                Err(_) if read.is_none() && reader.count().await? > 0 => return Ok(()),
                Err(_) => return Err(FeedError::NoTail),
            }
        }
        Ok(())
    }

    async fn attach(&self, start: StartAt) -> Result<StreamReader, FeedError> {
        let reader = StreamReader::attach(&self.broker, NAME, start).await?;
        self.hub.state().set_node(reader.node());
        Ok(reader)
    }

    /// Reads for good. When nothing comes, the broker is asked whether it is there.
    async fn read_on(&mut self, mut reader: StreamReader) -> Result<Never, FeedError> {
        loop {
            match timeout(self.probe, self.read_one(&mut reader)).await {
                Ok(offset) => {
                    offset?;
                }
                Err(_) => match timeout(self.probe, reader.count()).await {
                    Ok(count) => {
                        count?;
                    }
                    Err(_) => return Err(BrokerError::Timeout("asking whether the broker is there").into()),
                },
            }
        }
    }

    /// Applies one message. One that is no event of ours is logged, counted and skipped.
    async fn read_one(&mut self, reader: &mut StreamReader) -> Result<u64, FeedError> {
        let message = reader.next().await?;
        let StreamMessage { offset, routing_key, headers, body } = &message;
        match Event::decode(headers, routing_key, body) {
            Ok(decoded) => {
                let span =
                    Span::following(Kind::Consumer, "process swap.realtime", headers.traceparent.as_deref());
                if let Some(span) = &span {
                    span.set("messaging.system", "rabbitmq");
                    span.set("messaging.rabbitmq.destination.routing_key", routing_key.clone());
                    span.set("messaging.message.id", decoded.id().to_string());
                }
                self.hub.take(*offset, decoded, body, span.clone());
                if let Some(span) = span {
                    span.end();
                }
                FEED_LAG.get().set(age_s(&message));
            }
            Err(error) => {
                FEED_UNDECODABLE.get().increment(1);
                let id = headers.id.as_deref().unwrap_or("none");
                tracing::error!(offset, id, %routing_key, %error, "feed: a message is no event of ours; skipped");
            }
        }
        FEED_MESSAGES.get().increment(1);
        Ok(*offset)
    }
}

/// Reading goes on until it fails.
enum Never {}

/// Asks now and then how far the stream is.
async fn watch_lag(broker: BrokerSettings, state: std::sync::Arc<crate::hub::FeedState>) {
    loop {
        tokio::time::sleep(LAG_EVERY).await;
        if let Ok(Some(tail)) = tail::of(&broker).await {
            let lag = tail.offset.saturating_sub(state.offset());
            FEED_LAG_MESSAGES.get().set(f64::from(u32::try_from(lag).unwrap_or(u32::MAX)));
        }
    }
}

fn mark(message: &StreamMessage) -> Option<EventMark> {
    let id = message.headers.id.as_deref().and_then(|id| Uuid::parse_str(id).ok());
    id.map(|id| EventId(id).into())
}

fn time(message: &StreamMessage) -> Option<DateTime<Utc>> {
    let time = message.headers.time.as_deref()?;
    DateTime::parse_from_rfc3339(time).ok().map(|time| time.to_utc())
}

/// Seconds since the event's time.
fn age_s(message: &StreamMessage) -> f64 {
    time(message).and_then(|time| (Utc::now() - time).to_std().ok()).map_or(0.0, |age| age.as_secs_f64())
}
