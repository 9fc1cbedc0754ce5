//! One message of the stream on its way to clients: decoded once, shared by all worker threads.

use std::sync::Arc;
use std::sync::OnceLock;

use bytes::Bytes;
use events::{
    Action, BoundingBox, EventId, Location, NotificationId, Position, StationId, StationState, UserId,
};

use super::forms::Forms;
use crate::protocol::Channel;

/// A message for clients.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its position in the stream.
    pub(crate) at: Position,
    /// The position that its frames carry. It differs from `at` for the states that a snapshot has healed: all of
    /// them share one offset, and a client that resumes from one of them must get the others.
    pub(crate) shown: Position,
    pub(crate) about: About,
    /// The message as JSON, without its cursor.
    pub(crate) body: Bytes,
    /// What is sent to clients, by wire format.
    pub(crate) forms: Forms,
}

/// What a message is about.
#[derive(Debug)]
pub(crate) enum About {
    /// A station's state: only the latest counts.
    State(StateChange),
    /// Something that happened at a station. A slow client may miss it, and gets the number that it missed.
    Event {
        station: StationId,
        /// Where the station was; `None` for an unknown station.
        location: Option<Location>,
    },
    /// A message to a rider: never missed.
    Rider { user: UserId, notification_id: NotificationId },
}

/// A new state of a station.
#[derive(Debug)]
pub(crate) struct StateChange {
    pub(crate) known: Arc<Known>,
    pub(crate) event: EventId,
    pub(crate) action: Action,
    /// Where the station was before, if it moved or was removed.
    pub(crate) left: Option<Location>,
}

/// The state of a station, with its JSON as a snapshot shows it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) state: StationState,
    json: OnceLock<Bytes>,
}

impl From<StationState> for Known {
    fn from(state: StationState) -> Self {
        Self { state, json: OnceLock::new() }
    }
}

impl Known {
    pub(crate) fn id(&self) -> StationId {
        self.state.station_id
    }

    /// The state as JSON, written when it is first needed.
    #[expect(clippy::expect_used, reason = "our own types have string keys and no failing Serialize")]
    pub(crate) fn json(&self) -> &Bytes {
        self.json.get_or_init(|| serde_json::to_vec(&self.state).expect("a state serialises").into())
    }
}

impl Item {
    /// An item whose frames carry its own position.
    pub(crate) fn new(at: Position, about: About, body: Bytes) -> Self {
        Self { at, shown: at, about, body, forms: Forms::default() }
    }

    /// The station that it is about.
    pub(crate) fn station(&self) -> Option<StationId> {
        match &self.about {
            About::State(change) => Some(change.known.id()),
            About::Event { station, .. } => Some(*station),
            About::Rider { .. } => None,
        }
    }

    /// Its id in a rider's inbox.
    pub(crate) fn notification(&self) -> Option<NotificationId> {
        match self.about {
            About::Rider { notification_id, .. } => Some(notification_id),
            About::State(_) | About::Event { .. } => None,
        }
    }

    /// Whether it counts as lost when a client misses it: everything but a state.
    pub(crate) fn is_event(&self) -> bool {
        !matches!(self.about, About::State(_))
    }

    /// Whether it belongs on a channel.
    pub(crate) fn is_on(&self, channel: Channel) -> bool {
        match channel {
            Channel::AllStations => self.station().is_some(),
            Channel::Station(id) => self.station() == Some(id),
            Channel::Box(area) => self.concerns(&area),
            Channel::User(id) => matches!(self.about, About::Rider { user, .. } if user == id),
        }
    }

    /// Whether it concerns the followers of a box. A station that leaves the box is sent to it a last time.
    pub(crate) fn concerns(&self, area: &BoundingBox) -> bool {
        self.locations().any(|location| area.contains(location))
    }

    /// Where the station is, and where it was before this message if it left.
    pub(crate) fn locations(&self) -> impl Iterator<Item = Location> {
        let (now, left) = match &self.about {
            About::State(change) => (Some(change.known.state.location()), change.left),
            About::Event { location, .. } => (*location, None),
            About::Rider { .. } => (None, None),
        };
        now.into_iter().chain(left)
    }
}
