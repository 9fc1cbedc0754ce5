//! What can be listened to.

use std::fmt;

use events::{StationId, UserId};

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    /// Every station.
    AllStations,
    /// One station.
    Station(StationId),
    /// One rider.
    User(UserId),
}

impl Channel {
    pub(crate) fn station(self) -> Option<StationId> {
        match self {
            Self::Station(id) => Some(id),
            Self::AllStations | Self::User(_) => None,
        }
    }

    pub(crate) fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::AllStations | Self::Station(_) => None,
        }
    }

    /// The kind, for metrics.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::AllStations => "stations_all",
            Self::Station(_) => "station",
            Self::User(_) => "user",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllStations => f.write_str("stations_all"),
            Self::Station(id) => write!(f, "station_{id}"),
            Self::User(id) => write!(f, "user_{id}"),
        }
    }
}
