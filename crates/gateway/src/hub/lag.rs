//! What a client at a position has not seen. A slow client, a client of a slow thread and a returning client are one
//! case: a position behind the log. None of them has a queue of its own.

use std::collections::HashSet;
use std::sync::Arc;

use events::{Position, StationId};

use super::item::Item;
use super::log::Log;
use super::window::{Queue, behind};
use crate::protocol::Channel;

/// Messages of each kind in one batch: some 64 KiB, so that a client that catches up writes in large steps.
const BATCH: usize = 128;

/// How far a client has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Everything up to here was handed to it.
    pub(crate) position: Position,
    /// Events up to this offset must reach it: it resumed before them.
    pub(crate) promised: u64,
    /// Events up to this offset are no longer sent; the client gets their number.
    pub(crate) skipped_to: u64,
}

impl Seen {
    /// A client that has seen everything up to a position.
    pub(crate) fn up_to(position: Position) -> Self {
        Self { position, promised: 0, skipped_to: 0 }
    }

    /// Whether the client must still get an event.
    pub(crate) fn expects(&self, event: &Item) -> bool {
        event.at.offset > self.position.offset && event.at.offset > self.skipped_to
    }
}

/// The next messages for a client.
#[derive(Debug)]
pub(crate) struct Batch {
    /// In the order of the stream. Messages of one offset belong together: a position can't be between them.
    pub(crate) messages: Vec<Message>,
    /// Events that are skipped, and up to which offset.
    pub(crate) skipped: Option<(u64, u64)>,
    /// Whether there is nothing behind these messages.
    pub(crate) is_last: bool,
}

/// A message for one client.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) item: Arc<Item>,
    /// Updates of the same station that it replaces, since the position of this batch.
    pub(crate) conflated: usize,
}

/// The client missed a message that it may not miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost;

/// Events behind a position, in order.
enum Events<'a> {
    /// Those of a queue from an index on.
    Queue(&'a Queue, usize),
    /// Those of several channels.
    Gathered(Vec<&'a Arc<Item>>),
}

impl<'a> Events<'a> {
    fn len(&self) -> usize {
        match self {
            Self::Queue(queue, from) => queue.len() - from,
            Self::Gathered(items) => items.len(),
        }
    }

    fn get(&self, index: usize) -> Option<&'a Arc<Item>> {
        match self {
            Self::Queue(queue, from) => queue.get(from + index),
            Self::Gathered(items) => items.get(index).copied(),
        }
    }

    fn skip(self, count: usize) -> Self {
        match self {
            Self::Queue(queue, from) => Self::Queue(queue, from + count),
            Self::Gathered(mut items) => Self::Gathered(items.split_off(count)),
        }
    }
}

/// Messages of several sources on their way into one order.
struct Merge {
    messages: Vec<Message>,
    /// Behind this offset a source has more than was taken.
    complete_to: u64,
}

impl Merge {
    /// Adds the first messages of a source, which is in order.
    fn add(&mut self, source: impl Iterator<Item = Message>) {
        let mut last = 0;
        for (taken, message) in source.enumerate() {
            let offset = message.item.at.offset;
            if taken >= BATCH && offset != last {
                self.complete_to = self.complete_to.min(last);
                return;
            }
            last = offset;
            self.messages.push(message);
        }
    }

    /// The messages up to where all sources are complete, each once.
    fn into_batch(mut self, skipped: Option<(u64, u64)>) -> Batch {
        self.messages.retain(|message| message.item.at.offset <= self.complete_to);
        self.messages.sort_by_key(|message| (message.item.at.offset, message.item.station()));
        self.messages.dedup_by_key(|message| (message.item.at.offset, message.item.station()));
        Batch { messages: self.messages, skipped, is_last: self.complete_to == u64::MAX }
    }
}

impl Log {
    /// The next messages for a client on these channels. Of the events, a client that is far behind gets the latest
    /// `most_events`; a rider who would miss one is lost.
    ///
    /// # Errors
    /// When a rider would miss a message.
    pub(crate) fn next_batch(
        &self,
        channels: &[Channel],
        seen: &Seen,
        most_events: usize,
    ) -> Result<Batch, Lost> {
        // All other channels of stations are part of it.
        let all = channels.contains(&Channel::AllStations);
        let channels = if all { &[Channel::AllStations] } else { channels };
        let (events, skipped) = self.unskipped_events(channels, seen, most_events);
        if skipped.is_some() && channels.iter().any(|channel| channel.user().is_some()) {
            return Err(Lost);
        }
        let mut merge = Merge { messages: Vec::new(), complete_to: u64::MAX };
        merge.add(self.latest_states(channels, seen.position.offset));
        let event = |index| events.get(index).map(|item| Message { item: Arc::clone(item), conflated: 0 });
        merge.add((0..events.len()).filter_map(event));
        Ok(merge.into_batch(skipped))
    }

    /// The events that the client still gets, and those that it no longer gets.
    fn unskipped_events(
        &self,
        channels: &[Channel],
        seen: &Seen,
        most_events: usize,
    ) -> (Events<'_>, Option<(u64, u64)>) {
        let events = self.events_behind(channels, seen.position.offset.max(seen.skipped_to));
        let is_promised = events.get(0).is_some_and(|event| event.at.offset <= seen.promised);
        let over = if is_promised { 0 } else { events.len().saturating_sub(most_events) };
        let Some(last) = over.checked_sub(1).and_then(|last| events.get(last)) else { return (events, None) };
        let skipped = (u64::try_from(over).unwrap_or(u64::MAX), last.at.offset);
        (events.skip(over), Some(skipped))
    }

    /// How many events of a channel come after an offset.
    pub(super) fn count_events_behind(&self, channel: Channel, offset: u64) -> usize {
        self.events_behind(&[channel], offset).len()
    }

    fn events_behind(&self, channels: &[Channel], offset: u64) -> Events<'_> {
        let queue = match channels {
            [Channel::AllStations] => Some(&self.window.events),
            [Channel::Station(id)] => self.window.of_station(*id),
            [Channel::User(id)] => self.window.of_user(*id),
            _ => return Events::Gathered(self.gather_events(channels, offset)),
        };
        queue.map_or(Events::Gathered(Vec::new()), |queue| Events::Queue(queue, behind(queue, offset)))
    }

    fn gather_events(&self, channels: &[Channel], offset: u64) -> Vec<&Arc<Item>> {
        let mut items: Vec<&Arc<Item>> = Vec::new();
        for channel in channels {
            let queue = match channel {
                Channel::Station(id) => self.window.of_station(*id),
                Channel::User(id) => self.window.of_user(*id),
                Channel::Box(_) | Channel::AllStations => Some(&self.window.events),
            };
            let unseen = queue.into_iter().flat_map(|queue| queue.range(behind(queue, offset)..));
            items.extend(unseen.filter(|item| item.is_on(*channel)));
        }
        items.sort_by_key(|item| item.at.offset);
        items.dedup_by_key(|item| item.at.offset);
        items
    }

    /// The latest update of each station on the channels, as far as the client has not seen it, in order.
    fn latest_states(&self, channels: &[Channel], offset: u64) -> impl Iterator<Item = Message> {
        let stations: Box<dyn Iterator<Item = StationId> + '_> = match channels {
            [Channel::AllStations] => Box::new(self.stations.changed_since(offset)),
            [Channel::Station(id)] => Box::new(std::iter::once(*id)),
            _ => Box::new(self.gather_stations(channels, offset).into_iter()),
        };
        stations.filter_map(move |id| {
            let unseen = self.stations.unseen(id, offset)?;
            Some(Message { item: unseen.item, conflated: unseen.conflated })
        })
    }

    fn gather_stations(&self, channels: &[Channel], offset: u64) -> Vec<StationId> {
        let head = self.position.map_or(0, |position| position.offset);
        let mut found: HashSet<StationId> = HashSet::new();
        for channel in channels {
            match channel {
                Channel::Station(id) => {
                    found.insert(*id);
                }
                Channel::Box(area) => {
                    found.extend(self.stations.changed_within(area, offset, head));
                }
                Channel::AllStations | Channel::User(_) => {}
            }
        }
        let mut found: Vec<(u64, StationId)> = found
            .into_iter()
            .filter_map(|id| Some((self.stations.unseen(id, offset)?.item.at.offset, id)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}
