//! The stream in: reads every message once, in order, and hands it to the hub. It keeps its place over a
//! restart of the broker, and starts over when the log on the other side is not the one it knows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use broker::{BrokerError, BrokerSettings, StartAt, StreamMessage, StreamReader};
use chrono::{DateTime, Utc};
use events::{Cursor, Event, EventId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::hub::Hub;

const NAME: &str = "swapwire gateway feed";
const RETRY: Duration = Duration::from_millis(500);
/// The first message of a subscription is on its way at once if there is one.
const FIRST_MESSAGE: Duration = Duration::from_secs(2);
/// The messages of a chunk come one behind the other.
const WITHIN_A_CHUNK: Duration = Duration::from_millis(50);
/// How long a broker that has just come back may take for it, before its log counts as another one.
const FIRST_AFTER_RETURN: Duration = Duration::from_secs(10);
/// How often the end of the stream is looked at, for the metric alone.
const LAG_EVERY: Duration = Duration::from_secs(15);
/// What a look back grows from.
const SHORTEST_WINDOW: chrono::Duration = chrono::Duration::seconds(1);
/// The longest look back for a snapshot before the whole log is read.
const LONGEST_WINDOW: chrono::Duration = chrono::Duration::hours(24);

/// Reads the stream into the hub.
pub(crate) struct Feed {
    broker: BrokerSettings,
    hub: Arc<Hub>,
    replay_window: chrono::Duration,
}

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// The log was recreated, truncated or restored: what followed our last message can't be known.
    #[error("the stream no longer has our last message at offset {0}")]
    AnotherLog(u64),
}

impl Feed {
    /// One that looks back so far first.
    pub(crate) fn new(broker: BrokerSettings, hub: Arc<Hub>, replay_window: Duration) -> Self {
        let replay_window = chrono::Duration::from_std(replay_window).unwrap_or(LONGEST_WINDOW);
        Self { broker, hub, replay_window }
    }

    /// Reads until `shutdown`, over every loss of the broker.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let reading = async { tokio::join!(self.read(), self.watch_lag()) };
        shutdown.run_until_cancelled(reading).await;
    }

    /// Asks now and then how far the stream is.
    async fn watch_lag(&self) {
        loop {
            tokio::time::sleep(LAG_EVERY).await;
            if let (Ok(Some(tail)), Some(position)) = (self.tail().await, self.hub.position()) {
                let lag = tail.saturating_sub(position.offset);
                metrics::gauge!("swapwire_feed_lag_messages")
                    .set(f64::from(u32::try_from(lag).unwrap_or(u32::MAX)));
            }
        }
    }

    async fn read(&self) {
        let mut failing = String::new();
        loop {
            let error = match self.hub.position() {
                Some(position) if self.hub.is_complete() => self.resume(position).await,
                _ => self.bootstrap().await,
            };
            if self.hub.set_live(false) {
                failing.clear();
            }
            metrics::counter!("swapwire_feed_interruptions_total").increment(1);
            // An outage is one line, not two a second.
            let text = error.to_string();
            if failing != text {
                tracing::warn!(error = text, "feed: interrupted; attaching again until it lasts");
                failing = text;
            }
            if let FeedError::AnotherLog(_) = error {
                self.hub.reset();
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Goes on behind the last message, if it still stands where it stood.
    async fn resume(&self, position: Cursor) -> FeedError {
        let result = async {
            let mut reader = self.attach(StartAt::Offset(position.offset)).await?;
            match tokio::time::timeout(FIRST_AFTER_RETURN, reader.next()).await {
                Ok(Ok(message)) if is_at(&message, position) => {}
                Ok(Err(error)) => return Err(error.into()),
                // An offset past the end is clamped silently: nothing arrives, or something else does.
                _ => return Err(FeedError::AnotherLog(position.offset)),
            }
            // Whoever comes must not be shown what was the present before the outage.
            let tail = self.tail().await?;
            let mut offset = position.offset;
            while tail.is_some_and(|tail| offset < tail) {
                offset = self.read_one(&mut reader).await?;
            }
            tracing::info!(offset, "feed: resumed");
            self.hub.set_live(true);
            self.read_on(reader).await
        };
        stopped(result.await)
    }

    /// Starts from the last complete snapshot: looks back a little, then further, until one is found.
    async fn bootstrap(&self) -> FeedError {
        stopped(self.bootstrap_from_snapshot().await)
    }

    async fn bootstrap_from_snapshot(&self) -> Result<Never, FeedError> {
        let tail = self.tail().await?;
        let mut window = self.replay_window;
        loop {
            self.hub.reset();
            let whole_log = tail.is_none() || window > LONGEST_WINDOW;
            let start = if whole_log { StartAt::First } else { StartAt::Time(Utc::now() - window) };
            let mut reader = self.attach(start).await?;
            if let Some(tail) = tail {
                self.read_up_to(&mut reader, tail).await?;
            }
            if !self.hub.is_complete() {
                if !whole_log {
                    window = (window * 2).max(SHORTEST_WINDOW);
                    continue;
                }
                tracing::info!("feed: no snapshot in the stream yet; waiting for the inventory's");
                while !self.hub.is_complete() {
                    self.read_one(&mut reader).await?;
                }
            }
            let offset = self.hub.position().map(|position| position.offset);
            tracing::info!(offset, "feed: live");
            self.hub.set_live(true);
            return self.read_on(reader).await;
        }
    }

    /// Reads what is there already. Nothing may be: with a start behind the last message the broker waits for
    /// the next one, and so would we.
    async fn read_up_to(&self, reader: &mut StreamReader, tail: u64) -> Result<(), FeedError> {
        let Ok(first) = tokio::time::timeout(FIRST_MESSAGE, self.read_one(reader)).await else {
            return Ok(());
        };
        let mut offset = first?;
        while offset < tail {
            offset = self.read_one(reader).await?;
        }
        Ok(())
    }

    /// The last offset; `None` when the stream is empty. The broker tells where the last chunk begins, not where
    /// it ends: it is read until nothing follows at once, or for as long as the first message may take.
    async fn tail(&self) -> Result<Option<u64>, FeedError> {
        let mut reader = self.attach(StartAt::LastChunk).await?;
        let until = Instant::now() + FIRST_MESSAGE;
        let mut last = None;
        let mut patience = FIRST_MESSAGE;
        while Instant::now() < until
            && let Ok(message) = tokio::time::timeout(patience, reader.next()).await
        {
            last = Some(message?.offset);
            patience = WITHIN_A_CHUNK;
        }
        Ok(last)
    }

    async fn attach(&self, start: StartAt) -> Result<StreamReader, FeedError> {
        Ok(StreamReader::attach(&self.broker, NAME, start).await?)
    }

    async fn read_on(&self, mut reader: StreamReader) -> Result<Never, FeedError> {
        loop {
            self.read_one(&mut reader).await?;
        }
    }

    /// Applies one message. One that is no event of ours is logged, counted and left behind.
    async fn read_one(&self, reader: &mut StreamReader) -> Result<u64, FeedError> {
        let message = reader.next().await?;
        let StreamMessage { offset, routing_key, headers, body } = &message;
        match Event::decode(headers, routing_key, body) {
            Ok(decoded) => {
                self.hub.apply(*offset, decoded, body);
                metrics::gauge!("swapwire_feed_lag_seconds").set(age_s(headers.time.as_deref()));
            }
            Err(error) => {
                metrics::counter!("swapwire_feed_undecodable_total").increment(1);
                let id = headers.id.as_deref().unwrap_or("none");
                tracing::error!(offset, id, %routing_key, %error, "feed: a message is no event of ours; skipped");
            }
        }
        metrics::counter!("swapwire_feed_messages_total").increment(1);
        Ok(*offset)
    }
}

/// Reading goes on until it fails.
enum Never {}

fn stopped(result: Result<Never, FeedError>) -> FeedError {
    match result {
        Err(error) => error,
        Ok(never) => match never {},
    }
}

fn is_at(message: &StreamMessage, position: Cursor) -> bool {
    let id = message.headers.id.as_deref().and_then(|id| Uuid::parse_str(id).ok()).map(EventId);
    message.offset == position.offset && id.is_some_and(|id| position.mark == id.into())
}

/// Seconds since the event's time.
fn age_s(time: Option<&str>) -> f64 {
    time.and_then(|time| DateTime::parse_from_rfc3339(time).ok())
        .and_then(|time| (Utc::now() - time.to_utc()).to_std().ok())
        .map_or(0.0, |age| age.as_secs_f64())
}
