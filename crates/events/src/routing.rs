//! Routing keys: `station.<id>.<type>`, `user.<id>.<type>`, `inventory.snapshot`.

use std::fmt;
use std::str::FromStr;

use crate::{StationId, UserId};

/// Whom a message on the exchange is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutingKey {
    /// About a station: the id and the message's type.
    Station(StationId, String),
    /// To a rider: the user and the message's type.
    User(UserId, String),
    /// The full state, for gateways.
    Snapshot,
}

/// A routing key that is none of ours.
#[derive(Debug, thiserror::Error)]
#[error("routing key {0:?} is neither station.<id>.<type>, user.<id>.<type> nor inventory.snapshot")]
pub struct RoutingKeyError(pub String);

impl fmt::Display for RoutingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Station(id, kind) => write!(f, "station.{id}.{kind}"),
            Self::User(id, kind) => write!(f, "user.{id}.{kind}"),
            Self::Snapshot => f.write_str("inventory.snapshot"),
        }
    }
}

impl FromStr for RoutingKey {
    type Err = RoutingKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || RoutingKeyError(text.to_owned());
        if text == "inventory.snapshot" {
            return Ok(Self::Snapshot);
        }
        let mut parts = text.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("station"), Some(id), Some(kind)) => {
                Ok(Self::Station(id.parse().map_err(|_| unknown())?, kind.to_owned()))
            }
            (Some("user"), Some(id), Some(kind)) => {
                Ok(Self::User(id.parse().map_err(|_| unknown())?, kind.to_owned()))
            }
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_the_round_trip() {
        for key in [
            RoutingKey::Station(StationId(7), "battery_booked".into()),
            RoutingKey::User(UserId(42), "booking_confirmed".into()),
            RoutingKey::Snapshot,
        ] {
            assert_eq!(key.to_string().parse::<RoutingKey>().unwrap(), key);
        }
    }

    #[test]
    fn foreign_keys_are_refused_with_their_text() {
        for text in ["", "station", "station.x.update", "user.1", "inventory.snapshots", "a.b.c"] {
            let error = text.parse::<RoutingKey>().unwrap_err();
            assert!(error.to_string().contains(&format!("{text:?}")));
        }
    }
}
