//! What somebody at a position has not seen: for a client that comes back, and for one that was too slow.
//! Both read the same log; neither has a queue of its own, so a slow client costs no memory.

use std::sync::Arc;

use events::{Cursor, NotificationId};

use super::channel::Channel;
use super::frame::Frame;
use super::item::{Item, Matter};
use super::log::Log;
use super::window::{Line, after};

/// Messages of each kind in one piece: some 64 KiB, so that a client that catches up writes in large steps
/// and holds the log's lock briefly.
const PIECE: usize = 128;

/// How far a client has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Everything up to here has been handed to it.
    pub(crate) cursor: Cursor,
    /// The last message of the inbox that it was sent.
    pub(crate) notified: NotificationId,
    /// The events up to here were promised to it when it resumed.
    pub(crate) promised: u64,
}

/// What has gone past a client that could not take it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Behind {
    /// Messages up to this offset have been counted.
    pub(crate) counted_to: u64,
    pub(crate) events: u64,
    pub(crate) states: u64,
}

/// The next piece of what a client has not seen.
#[derive(Debug)]
pub(crate) struct Piece {
    /// In the order of the stream, each with the frame that fits this client.
    pub(crate) messages: Vec<Message>,
    /// Events that are no longer here.
    pub(crate) missed: u64,
    /// Events that had gone past and are still here.
    pub(crate) counted: u64,
    /// Where the client stands once it has all of them; set when there is nothing more now.
    pub(crate) head: Option<Cursor>,
}

/// Why a client can't go on from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Nothing is known any more.
    Everything,
    /// A station that it may show has left, and what it was to be told of it is no longer known.
    Departures,
}

/// A message for one client.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) item: Arc<Item>,
    pub(crate) frame: Frame,
}

impl Reach {
    /// Whether a message is news for this client.
    pub(crate) fn is_behind(&self, item: &Item) -> bool {
        let known = matches!(item.matter, Matter::Rider(_, notification) if notification <= self.notified);
        item.at.offset > self.cursor.offset && !known
    }

    /// The message was handed to the client.
    pub(crate) fn advance(&mut self, item: &Item) {
        self.cursor = item.at;
        if let Matter::Rider(_, notification) = item.matter {
            self.notified = notification;
        }
    }
}

impl Behind {
    /// A message went past.
    pub(crate) fn missed(&mut self, item: &Item) {
        if item.at.offset <= self.counted_to {
            return;
        }
        self.counted_to = item.at.offset;
        let counter = if item.is_event() { &mut self.events } else { &mut self.states };
        *counter += 1;
    }

    /// One that had gone past was handed over after all.
    pub(crate) fn made_up(&mut self, item: &Item) {
        if item.at.offset <= self.counted_to {
            let counter = if item.is_event() { &mut self.events } else { &mut self.states };
            *counter = counter.saturating_sub(1);
        }
    }
}

/// The events behind a position, in order.
enum Events<'a> {
    Line(&'a Line, usize),
    Gathered(Vec<&'a Arc<Item>>),
}

impl<'a> Events<'a> {
    fn len(&self) -> usize {
        match self {
            Self::Line(line, from) => line.len() - from,
            Self::Gathered(items) => items.len(),
        }
    }

    /// How many of them stand at or before an offset.
    fn up_to(&self, offset: u64) -> usize {
        match self {
            Self::Line(line, from) => {
                line.partition_point(|item| item.at.offset <= offset).saturating_sub(*from)
            }
            Self::Gathered(items) => items.partition_point(|item| item.at.offset <= offset),
        }
    }

    fn skip(self, count: usize) -> Self {
        match self {
            Self::Line(line, from) => Self::Line(line, from + count),
            Self::Gathered(mut items) => Self::Gathered(items.split_off(count)),
        }
    }

    fn iter(&self) -> Box<dyn Iterator<Item = &'a Arc<Item>> + '_> {
        match self {
            Self::Line(line, from) => Box::new(line.range(from..)),
            Self::Gathered(items) => Box::new(items.iter().copied()),
        }
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

/// Messages of several sources put into one order.
struct Gather<'a> {
    found: Vec<(&'a Arc<Item>, &'a Frame)>,
    /// Behind this offset a source has more than was taken.
    cutoff: u64,
}

impl<'a> Gather<'a> {
    fn add(&mut self, source: impl Iterator<Item = (&'a Arc<Item>, &'a Frame)>) {
        let mut last = 0;
        for (taken, (item, frame)) in source.enumerate() {
            // Messages of one offset stay together: a position can't stand between them.
            if taken >= PIECE && item.at.offset != last {
                self.cutoff = self.cutoff.min(last);
                break;
            }
            last = item.at.offset;
            self.found.push((item, frame));
        }
    }
}

impl Log {
    /// The next piece for a client. Of the events, one that fell behind gets the latest `most_events`.
    pub(crate) fn piece(
        &self,
        channels: &[Channel],
        reach: &Reach,
        behind: &Behind,
        most_events: usize,
    ) -> Result<Piece, Gone> {
        let head = self.position.ok_or(Gone::Everything)?;
        let of_stations = channels.iter().any(|channel| channel.user().is_none());
        if of_stations && self.stations.has_forgotten_since(reach.cursor.offset) {
            return Err(Gone::Departures);
        }
        let everything = [Channel::AllStations];
        // All others are part of it.
        let channels = if channels.contains(&Channel::AllStations) { &everything } else { channels };
        let mut events = self.events(channels, reach.cursor.offset);
        let uncounted = events.len() - events.up_to(behind.counted_to);
        if events.up_to(reach.promised) == 0 {
            let over = events.len().saturating_sub(most_events);
            events = events.skip(over);
        }
        let owed = behind.events.saturating_add(count(uncounted));
        let missed = owed.saturating_sub(count(events.len()));
        let counted = count(events.up_to(behind.counted_to));

        let mut gather = Gather { found: Vec::new(), cutoff: u64::MAX };
        for channel in channels {
            match channel {
                Channel::Station(id) => {
                    gather.add(self.stations.unseen(*id, reach.cursor.offset).into_iter())
                }
                Channel::AllStations => gather.add(self.stations.after(reach.cursor.offset)),
                Channel::Box(area) => gather.add(self.stations.after_within(area, reach.cursor.offset)),
                Channel::User(_) => {}
            }
        }
        // What it knows already does not count: a piece must take the client further.
        let news = events.iter().filter(|item| reach.is_behind(item));
        gather.add(news.map(|item| (item, &item.frame)));
        let Gather { mut found, cutoff } = gather;
        found.retain(|(item, _)| item.at.offset <= cutoff);
        found.sort_by_key(|(item, _)| (item.at.offset, Arc::as_ptr(item)));
        found.dedup_by(|(one, _), (other, _)| Arc::ptr_eq(one, other));
        let message =
            |(item, frame): (&Arc<Item>, &Frame)| Message { item: Arc::clone(item), frame: frame.clone() };
        Ok(Piece {
            messages: found.into_iter().map(message).collect(),
            missed,
            counted,
            head: (cutoff == u64::MAX).then_some(head),
        })
    }

    /// How many events a client on these channels has not seen.
    pub(crate) fn events_behind(&self, channel: Channel, offset: u64) -> usize {
        self.events(&[channel], offset).len()
    }

    fn events(&self, channels: &[Channel], offset: u64) -> Events<'_> {
        let line = match channels {
            [Channel::AllStations] => Some(&self.window.events),
            [Channel::Station(id)] => self.window.of_station(*id),
            [Channel::User(id)] => self.window.of_user(*id),
            _ => return Events::Gathered(self.gathered(channels, offset)),
        };
        match line {
            Some(line) => Events::Line(line, line.partition_point(|item| item.at.offset <= offset)),
            None => Events::Gathered(Vec::new()),
        }
    }

    fn gathered(&self, channels: &[Channel], offset: u64) -> Vec<&Arc<Item>> {
        let mut items: Vec<&Arc<Item>> = Vec::new();
        for channel in channels {
            let line = match channel {
                Channel::Station(id) => self.window.of_station(*id),
                Channel::User(id) => self.window.of_user(*id),
                Channel::Box(_) | Channel::AllStations => Some(&self.window.events),
            };
            let unseen = line.into_iter().flat_map(|line| after(line, offset));
            items.extend(unseen.filter(|item| item.is_on(channel)));
        }
        items.sort_by_key(|item| item.at.offset);
        items.dedup_by_key(|item| item.at.offset);
        items
    }
}
