//! Where a subscription starts: after the client's cursor if the replay window has everything since, otherwise with a
//! snapshot.

use events::{BoundingBox, Cursor, CursorKind, NotificationId, Position, UserId};

use super::lag::Seen;
use super::log::Log;
use super::marks::Proof;
use super::pages::Part;
use super::window::behind;
use crate::metrics::RESUMES;
use crate::protocol::Channel;

/// The position that a client names.
#[derive(Debug, Clone)]
pub(crate) struct Since {
    /// The text of a cursor.
    pub(crate) cursor: String,
    /// The box that the cursor was given for.
    pub(crate) scope: Option<BoundingBox>,
}

/// The start of a subscription.
pub(crate) struct Start {
    /// Whether it goes on from the client's cursor.
    pub(crate) recovered: bool,
    pub(crate) seen: Seen,
    /// The state, unless it goes on.
    pub(crate) snapshot: Vec<Part>,
    /// The last message of the rider's inbox that the client has, as far as is known.
    pub(crate) notified: NotificationId,
}

/// Why a subscription can't be served now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The present is not known.
    NotLive,
    /// There is no such station.
    UnknownStation,
}

/// Why a cursor can't be resumed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unresumable {
    /// No cursor of ours.
    Malformed,
    /// It was given on a channel that does not cover this one.
    OtherChannel,
    /// What followed it is no longer here.
    TooOld,
    /// Another message is at its offset, or none.
    OtherLog,
}

impl Unresumable {
    /// The name in metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::OtherChannel => "other_channel",
            Self::TooOld => "too_old",
            Self::OtherLog => "other_log",
        }
    }
}

impl Log {
    /// Whether a channel can be followed now.
    pub(crate) fn check(&self, channel: Channel) -> Result<(), Refused> {
        match channel.station() {
            _ if !self.live || self.position.is_none() => Err(Refused::NotLive),
            Some(id) if !self.has_station(id) => Err(Refused::UnknownStation),
            _ => Ok(()),
        }
    }

    /// Whether a cursor is ahead of this log: another gateway has read further.
    pub(crate) fn is_behind(&self, since: &Since) -> bool {
        let cursor = since.cursor.parse::<Cursor>().ok().and_then(|cursor| cursor.position());
        let head = self.position.map_or(0, |position| position.offset);
        cursor.is_some_and(|cursor| cursor.offset > head)
    }

    /// Where a subscription starts. The client must be registered before the next message is applied.
    ///
    /// # Errors
    /// When the channel can't be followed now.
    pub(crate) fn start(&self, channel: Channel, since: Option<&Since>) -> Result<Start, Refused> {
        self.check(channel)?;
        let head = self.position.ok_or(Refused::NotLive)?;
        if let Some((seen, notified)) = since.and_then(|since| self.resume(channel, since, head)) {
            return Ok(Start { recovered: true, seen, snapshot: Vec::new(), notified });
        }
        let snapshot = match channel {
            Channel::AllStations => self.stations.pages.all(),
            Channel::Box(area) => self.stations.pages.within(&area, None),
            Channel::Station(id) => {
                let station = self.stations.get(id).map(std::slice::from_ref);
                vec![self.stations.pages.choose(station.unwrap_or_default())]
            }
            Channel::User(_) => Vec::new(),
        };
        Ok(Start { recovered: false, seen: Seen::up_to(head), snapshot, notified: NotificationId(0) })
    }

    /// The stations that come into view when a box moves.
    pub(crate) fn come_into_view(&self, from: &BoundingBox, to: &BoundingBox) -> Vec<Part> {
        self.stations.pages.within(to, Some(from))
    }

    /// How many events a client that starts like this has to catch up on.
    pub(crate) fn events_to_catch_up(&self, channel: Channel, start: &Start) -> usize {
        self.count_events_behind(channel, start.seen.position.offset)
    }

    fn resume(&self, channel: Channel, since: &Since, head: Position) -> Option<(Seen, NotificationId)> {
        let resumed = self.resumable(channel, since);
        let outcome = resumed.as_ref().map_or_else(|why| why.name(), |_| "served");
        RESUMES.of([outcome]).increment(1);
        let (position, notified) = resumed.ok()?;
        let seen = Seen { promised: head.offset, ..Seen::up_to(position) };
        Some((seen, notified))
    }

    fn resumable(&self, channel: Channel, since: &Since) -> Result<(Position, NotificationId), Unresumable> {
        let cursor: Cursor = since.cursor.parse().map_err(|_| Unresumable::Malformed)?;
        let position = cursor.position().ok_or(Unresumable::Malformed)?;
        if !proves(&cursor, since.scope, channel) {
            return Err(Unresumable::OtherChannel);
        }
        match (channel, cursor.notification_id) {
            (Channel::User(user), Some(notified)) => {
                self.check_rider(user, position, notified)?;
                Ok((position, notified))
            }
            _ => {
                self.check_stations(position)?;
                Ok((position, NotificationId(0)))
            }
        }
    }

    fn check_stations(&self, position: Position) -> Result<(), Unresumable> {
        match self.window.check(position) {
            Proof::Same if position.offset >= self.complete_from => Ok(()),
            Proof::Same | Proof::Older => Err(Unresumable::TooOld),
            Proof::Different | Proof::Newer => Err(Unresumable::OtherLog),
        }
    }

    fn check_rider(
        &self,
        user: UserId,
        position: Position,
        notified: NotificationId,
    ) -> Result<(), Unresumable> {
        let queue = self.window.of_user(user);
        let first_unseen = queue.and_then(|queue| queue.get(behind(queue, position.offset)));
        let first_unseen = first_unseen.and_then(|item| item.notification());
        match self.window.check(position) {
            Proof::Same => {}
            Proof::Older => {
                if self.window.check_before(position) != Proof::Same {
                    return Err(Unresumable::TooOld);
                }
                // Notification ids have no gaps: the next one proves that nothing is missing before it.
                let is_next = first_unseen.is_some_and(|id| id.0 == notified.0 + 1);
                if !is_next && !self.riders.nothing_since(user, position.offset) {
                    return Err(Unresumable::TooOld);
                }
            }
            Proof::Different | Proof::Newer => return Err(Unresumable::OtherLog),
        }
        // A notification id above the last one comes from another database.
        let last = self.last_notification(user);
        if last.is_some_and(|last| last < notified) || first_unseen.is_some_and(|id| id <= notified) {
            return Err(Unresumable::OtherLog);
        }
        Ok(())
    }
}

/// Whether a cursor covers a channel.
fn proves(cursor: &Cursor, scope: Option<BoundingBox>, channel: Channel) -> bool {
    match (cursor.kind, channel) {
        (CursorKind::AllStations, Channel::AllStations | Channel::Station(_))
        | (CursorKind::Station, Channel::Station(_))
        | (CursorKind::User, Channel::User(_)) => true,
        (CursorKind::Box, Channel::Box(area)) => scope.is_some_and(|scope| scope.contains_box(&area)),
        _ => false,
    }
}
