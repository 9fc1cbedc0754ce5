//! What this gateway knows of the stream, shared by all its threads. It knows nothing of AMQP or WebSocket:
//! the feed applies messages, connections ask for what they have not seen, and nothing here waits for a
//! client. What was applied is also handed to the worker threads, which pass it on at once.

mod base;
mod channel;
mod frame;
mod item;
mod log;
mod recent;
mod replay;
mod snapshot;
mod stations;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use events::{Cursor, Decoded, NotificationId, StationState, UserCursor};
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

pub(crate) use base::Base;
pub(crate) use channel::Channel;
pub(crate) use frame::Frame;
pub(crate) use item::{Item, Matter};
pub(crate) use replay::{Behind, Gone, Message, Piece, Reach};
pub(crate) use window::{Unresumable, WindowLimits};

use log::Log;

/// The state that all connections of this process share.
pub(crate) struct Hub {
    log: Mutex<Log>,
    /// The worker threads.
    workers: Mutex<Vec<UnboundedSender<News>>>,
    /// Rings when a station appears, for sockets that wait for one.
    appeared: Notify,
    /// Rings with each message, for clients that were further at another gateway.
    advanced: Notify,
}

/// What a worker is told.
pub(crate) enum News {
    /// A message for clients; several when they stand at one offset.
    Items(Arc<[Arc<Item>]>),
    /// What was known is void: every client must start over.
    Reset,
}

/// What a new subscription starts from.
pub(crate) struct Start {
    /// Whether it goes on where the client's cursor stood.
    pub(crate) recovered: bool,
    /// The state, unless it does.
    pub(crate) base: Option<Arc<Base>>,
    pub(crate) reach: Reach,
    pub(crate) behind: Behind,
}

/// A subscription that can't be served honestly now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The feed is not live: what would be shown may be old.
    NotLive,
    /// There is no such station.
    UnknownStation,
}

impl Hub {
    /// A hub that knows nothing yet.
    pub(crate) fn new(limits: WindowLimits) -> Self {
        Self {
            log: Mutex::new(Log::new(limits)),
            workers: Mutex::default(),
            appeared: Notify::new(),
            advanced: Notify::new(),
        }
    }

    // A panic while applying leaves the log usable: its parts are changed by single insertions.
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a worker thread; it hears of everything from now on.
    pub(crate) fn add_worker(&self) -> UnboundedReceiver<News> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    fn tell(&self, news: impl Fn() -> News) {
        // A worker that has ended is forgotten.
        self.workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|worker| worker.send(news()).is_ok());
    }

    /// Whether new connections are served.
    pub(crate) fn is_live(&self) -> bool {
        self.log().live
    }

    /// Says whether the feed is reading the present; answers whether it was.
    pub(crate) fn set_live(&self, live: bool) -> bool {
        let was_live = std::mem::replace(&mut self.log().live, live);
        metrics::gauge!("swapwire_feed_live").set(if live { 1.0 } else { 0.0 });
        self.appeared.notify_waiters();
        was_live
    }

    /// The last message that was applied.
    pub(crate) fn position(&self) -> Option<Cursor> {
        self.log().position
    }

    /// Whether a whole snapshot has been applied.
    pub(crate) fn is_complete(&self) -> bool {
        self.log().complete
    }

    /// Forgets everything and sends all clients away: what they would get next could have holes.
    pub(crate) fn reset(&self) {
        let mut log = self.log();
        *log = Log::new(log.window.limits());
        drop(log);
        self.tell(|| News::Reset);
    }

    /// Applies the message at this place of the stream and tells whom it concerns.
    pub(crate) fn apply(&self, offset: u64, decoded: Decoded, body: &Bytes) {
        let snapshot = matches!(decoded, Decoded::Snapshot(..));
        let mut log = self.log();
        let known = log.stations.count();
        let items = log.apply(offset, decoded, body);
        let appeared = snapshot || log.stations.count() != known;
        metrics::gauge!("swapwire_window_messages").set(precise(log.window.messages()));
        metrics::gauge!("swapwire_window_bytes").set(precise(log.window.bytes()));
        drop(log);
        if !items.is_empty() {
            let items: Arc<[Arc<Item>]> = items.into();
            self.tell(|| News::Items(Arc::clone(&items)));
        }
        if appeared {
            self.appeared.notify_waiters();
        }
        self.advanced.notify_waiters();
    }

    /// Waits a moment for what a client has seen already: another gateway may be a little ahead of this one.
    pub(crate) async fn catches_up(&self, channel: Channel, since: &str, wait: Duration) {
        let Some((cursor, _)) = parse(channel, since) else { return };
        let caught_up = async {
            loop {
                let advanced = self.advanced.notified();
                tokio::pin!(advanced);
                advanced.as_mut().enable();
                if self.position().is_some_and(|position| position.offset >= cursor.offset) {
                    return;
                }
                advanced.await;
            }
        };
        // One that is not reached is of another log: that is found out next.
        let _ = tokio::time::timeout(wait, caught_up).await;
    }

    /// Waits a moment for a station that is not known: it may still be on its way from the database.
    pub(crate) async fn known(&self, channel: Channel, wait: Duration) -> Result<(), Refused> {
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            // Listening starts before looking, or an appearance in between would be missed.
            let appeared = self.appeared.notified();
            tokio::pin!(appeared);
            appeared.as_mut().enable();
            match self.log().serves(channel) {
                Err(Refused::UnknownStation) => {}
                result => return result,
            }
            if tokio::time::timeout_at(deadline, appeared).await.is_err() {
                return Err(Refused::UnknownStation);
            }
        }
    }

    /// Where a subscription starts: behind the client's cursor if all that followed it is here, otherwise
    /// with the state. The caller registers it with its worker before anything else runs there, so that it
    /// misses nothing.
    pub(crate) fn start(&self, channel: Channel, since: Option<&str>) -> Result<Start, Refused> {
        self.log().start(channel, since)
    }

    /// The next piece of what a client has not seen, and in the same instant the beginning of the channels
    /// that it joins if that is all.
    pub(crate) fn advance(
        &self,
        channels: &[Channel],
        reach: &Reach,
        behind: &Behind,
        most_events: usize,
        joins: &[Join],
    ) -> Result<(Piece, Vec<Joined>), Gone> {
        let mut log = self.log();
        let piece = log.piece(channels, reach, behind, most_events)?;
        let joins = if piece.head.is_some() { joins } else { &[] };
        let joined = joins.iter().map(|join| log.join(join, most_events)).collect();
        Ok((piece, joined))
    }
}

/// A channel that a client asks for while it follows others.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) channel: Channel,
    pub(crate) since: Option<String>,
}

/// How the channel begins.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) channel: Channel,
    /// None when it can't be followed now.
    pub(crate) recovered: Option<bool>,
    pub(crate) frames: Vec<Frame>,
}

impl Log {
    fn start(&mut self, channel: Channel, since: Option<&str>) -> Result<Start, Refused> {
        self.serves(channel)?;
        let Some(head) = self.position else { return Err(Refused::NotLive) };
        if let Some(reach) = since.and_then(|since| self.resume(channel, since, head)) {
            let events = u64::try_from(self.events_behind(channel, reach.cursor.offset)).unwrap_or(u64::MAX);
            let behind = Behind { counted_to: head.offset, events, states: 0 };
            return Ok(Start { recovered: true, base: None, reach, behind });
        }
        let base = match channel {
            Channel::AllStations => Some(self.stations.base(head)),
            Channel::User(_) => None,
            Channel::Station(id) => {
                let state: Vec<_> = self.stations.get(id).cloned().into_iter().collect();
                Some(Arc::new(Base::of(head, &state)))
            }
            Channel::Box(area) => {
                let inside = |state: &&Arc<StationState>| area.contains(stations::place(state));
                let states: Vec<_> = self.stations.present().filter(inside).cloned().collect();
                Some(Arc::new(Base::of(head, &states)))
            }
        };
        let notified = channel.user().and_then(|user| self.window.last_notification(user));
        let reach = Reach { cursor: head, notified: notified.unwrap_or(NotificationId(0)), promised: 0 };
        let behind = Behind { counted_to: head.offset, ..Behind::default() };
        Ok(Start { recovered: false, base, reach, behind })
    }

    /// The beginning of a channel for a client that stands at the head: the state, or what it missed, whole. All of it
    /// waits for the client outside the log: more events than a client may be behind are not recovered.
    fn join(&mut self, join: &Join, most_events: usize) -> Joined {
        let channel = join.channel;
        let few =
            |start: &Start| usize::try_from(start.behind.events).is_ok_and(|events| events <= most_events);
        let start = match self.start(channel, join.since.as_deref()) {
            Ok(start) if few(&start) => Ok(start),
            Ok(_) => self.start(channel, None),
            refused => refused,
        };
        let Ok(start) = start else { return Joined { channel, recovered: None, frames: Vec::new() } };
        let mut frames = start.base.map_or_else(Vec::new, |base| base.frames.clone());
        let mut reach = start.reach;
        while let Ok(piece) = self.piece(&[channel], &reach, &start.behind, usize::MAX) {
            for message in piece.messages {
                reach.advance(&message.item);
                frames.push(message.frame);
            }
            if piece.head.is_some() {
                break;
            }
        }
        Joined { channel, recovered: Some(start.recovered), frames }
    }

    fn serves(&self, channel: Channel) -> Result<(), Refused> {
        if !self.live || self.position.is_none() {
            return Err(Refused::NotLive);
        }
        match channel.station() {
            Some(id) if self.stations.get(id).is_none() => Err(Refused::UnknownStation),
            _ => Ok(()),
        }
    }

    fn resume(&self, channel: Channel, since: &str, head: Cursor) -> Option<Reach> {
        let resumable = parse(channel, since).ok_or(Unresumable::Malformed).and_then(|(cursor, notified)| {
            self.window.check(cursor)?;
            // Somebody who was told more than there is was told by another log.
            let last = channel.user().and_then(|user| self.window.last_notification(user));
            if last.is_some_and(|last| notified > last) {
                return Err(Unresumable::AnotherLog);
            }
            Ok((cursor, notified))
        });
        let outcome = resumable.as_ref().map_or_else(|refused| refused.name(), |_| "served");
        metrics::counter!("swapwire_gateway_resumes_total", "outcome" => outcome).increment(1);
        let (cursor, notified) = resumable.ok()?;
        Some(Reach { cursor, notified, promised: head.offset })
    }
}

/// What a client of this channel has seen.
fn parse(channel: Channel, since: &str) -> Option<(Cursor, NotificationId)> {
    if channel.user().is_some() {
        since.parse().ok().map(|UserCursor { cursor, notification_id }| (cursor, notification_id))
    } else {
        since.parse().ok().map(|cursor| (cursor, NotificationId(0)))
    }
}

/// A count as a gauge wants it.
fn precise(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
pub(crate) mod tests;
