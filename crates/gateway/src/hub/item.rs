//! One message of the stream on its way to clients: framed once, shared by all.

use events::{BoundingBox, Cursor, NotificationId, Place, StationId, UserId};

use super::channel::Channel;
use super::frame::Frame;

/// A message for clients.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where it stands in the stream.
    pub(crate) at: Cursor,
    /// What it is, and for whom.
    pub(crate) matter: Matter,
    /// What they get.
    pub(crate) frame: Frame,
}

/// What a message is about.
#[derive(Debug)]
pub(crate) enum Matter {
    /// A station's state: only the latest matters.
    State(StationId, Whereabouts),
    /// Something that happened at a station: a slow client may miss it and is told so.
    Event(StationId, Whereabouts),
    /// A message to a rider: never missed.
    Rider(UserId, NotificationId),
}

/// Where a station is, and where it was before this message if it moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whereabouts {
    pub(crate) now: Place,
    pub(crate) before: Place,
}

impl Whereabouts {
    /// Whether those who watch this box must hear of it: a station that leaves is told a last time.
    pub(crate) fn concern(&self, area: &BoundingBox) -> bool {
        area.contains(self.now) || area.contains(self.before)
    }
}

impl Item {
    /// Whether it belongs on a channel.
    pub(crate) fn is_on(&self, channel: &Channel) -> bool {
        match (&self.matter, channel) {
            (Matter::State(..) | Matter::Event(..), Channel::AllStations) => true,
            (Matter::State(id, _) | Matter::Event(id, _), Channel::Station(station)) => id == station,
            (Matter::State(_, place) | Matter::Event(_, place), Channel::Box(area)) => place.concern(area),
            (Matter::Rider(id, _), Channel::User(user)) => id == user,
            _ => false,
        }
    }

    /// Whether a client that can't take it must be told, or sent away.
    pub(crate) fn is_event(&self) -> bool {
        !matches!(self.matter, Matter::State(..))
    }
}
