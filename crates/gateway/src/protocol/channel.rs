//! The channels that clients can follow.

use std::fmt;
use std::str::FromStr;

use events::{BoundingBox, CursorKind, StationId, UserId};

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Channel {
    /// Every station.
    AllStations,
    /// The stations inside a box.
    Box(BoundingBox),
    /// One station.
    Station(StationId),
    /// One rider.
    User(UserId),
}

/// A name that is no station channel.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoStationChannel;

impl Channel {
    pub(crate) fn station(self) -> Option<StationId> {
        match self {
            Self::Station(id) => Some(id),
            Self::AllStations | Self::Box(_) | Self::User(_) => None,
        }
    }

    pub(crate) fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::AllStations | Self::Box(_) | Self::Station(_) => None,
        }
    }

    pub(crate) fn area(self) -> Option<BoundingBox> {
        match self {
            Self::Box(area) => Some(area),
            Self::AllStations | Self::Station(_) | Self::User(_) => None,
        }
    }

    /// The kind of the cursors on it.
    pub(crate) fn cursor_kind(self) -> CursorKind {
        match self {
            Self::AllStations => CursorKind::AllStations,
            Self::Box(_) => CursorKind::Box,
            Self::Station(_) => CursorKind::Station,
            Self::User(_) => CursorKind::User,
        }
    }

    /// The kind, for metrics.
    pub(crate) fn kind_name(self) -> &'static str {
        match self {
            Self::AllStations => "stations_all",
            Self::Box(_) => "stations_bbox",
            Self::Station(_) => "station",
            Self::User(_) => "user",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllStations | Self::Box(_) => f.write_str(self.kind_name()),
            Self::Station(id) => write!(f, "station_{id}"),
            Self::User(id) => write!(f, "user_{id}"),
        }
    }
}

/// The channels that a client may name.
impl FromStr for Channel {
    type Err = NoStationChannel;

    fn from_str(name: &str) -> Result<Self, NoStationChannel> {
        if name == "stations_all" {
            return Ok(Self::AllStations);
        }
        let id = name.strip_prefix("station_").and_then(|id| id.parse().ok()).filter(|id: &i64| *id > 0);
        id.map(|id| Self::Station(StationId(id))).ok_or(NoStationChannel)
    }
}
