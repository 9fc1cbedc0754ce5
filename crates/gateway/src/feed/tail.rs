//! Where the stream ends. The broker says where its last chunk begins, not where it ends, and its silence can also mean
//! that a leader is unreachable.

use std::time::Duration;

use broker::{BrokerSettings, StartAt, StreamMessage, StreamReader};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::time::timeout;

use super::{FeedError, NAME, PATIENCE, time};

/// The last message of the stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) offset: u64,
    pub(super) time: Option<DateTime<Utc>>,
}

/// The last message; `None` when the broker says that the stream is empty.
pub(super) async fn of(broker: &BrokerSettings) -> Result<Option<Tail>, FeedError> {
    let mut reader = StreamReader::attach(broker, NAME, StartAt::LastChunk).await?;
    if reader.count().await? == 0 {
        return Ok(None);
    }
    match timeout(PATIENCE, rest_of_chunk(&mut reader)).await {
        Ok(messages) => Ok(messages?.last().map(|last| Tail { offset: last.offset, time: time(last) })),
        Err(_) => Err(FeedError::NoTail),
    }
}

/// The messages of the last chunk; none when nothing comes in this time.
pub(super) async fn last_chunk(
    broker: &BrokerSettings,
    patience: Duration,
) -> Result<Vec<StreamMessage>, FeedError> {
    let mut reader = StreamReader::attach(broker, NAME, StartAt::LastChunk).await?;
    timeout(patience, rest_of_chunk(&mut reader)).await.unwrap_or_else(|_| Ok(Vec::new()))
}

/// Waits for the first message, and takes all that come before the broker's answer to a question that is asked then:
/// the answer follows them on the channel.
async fn rest_of_chunk(reader: &mut StreamReader) -> Result<Vec<StreamMessage>, FeedError> {
    let mut messages = vec![reader.next().await?];
    loop {
        reader.count().await?;
        let before = messages.len();
        while let Some(message) = reader.next().now_or_never() {
            messages.push(message?);
        }
        if messages.len() == before {
            return Ok(messages);
        }
    }
}
