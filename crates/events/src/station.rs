//! Messages on the station channels. None says who acted: the channels are public.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{BatteryId, BroadcastStatus, Location, Revision, StationId};

/// A station as a screen shows it: one item of a snapshot, the core of an `inventory_update`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StationState {
    /// The station.
    pub station_id: StationId,
    /// Its present name.
    pub station_name: String,
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// Its status, or `removed`.
    pub status: BroadcastStatus,
    /// Batteries that can be booked now.
    pub available_batteries: i64,
    /// Batteries held for riders.
    pub booked_batteries: i64,
    /// Batteries that are charging or faulty.
    pub unavailable_batteries: i64,
    /// available + booked + unavailable.
    pub total_batteries: i64,
    /// When this state was read, as an order: ignore one that is not above the one shown.
    pub revision: Revision,
    /// When this state was read, as a time.
    #[serde(with = "crate::micros")]
    pub timestamp: DateTime<Utc>,
}

impl StationState {
    /// Where it is.
    #[must_use]
    pub fn location(&self) -> Location {
        Location { latitude: self.latitude, longitude: self.longitude }
    }

    /// Whether the station exists: it was not removed.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.status != BroadcastStatus::Removed
    }

    /// Whether a screen would look the same: equal but for revision and time of reading.
    #[must_use]
    pub fn looks_like(&self, other: &Self) -> bool {
        let stamped = Self { revision: other.revision, timestamp: other.timestamp, ..self.clone() };
        stamped == *other
    }
}

/// Why a station's state changed: the common cause of what was merged into one update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Several causes, or one that has no name of its own.
    Update,
    /// Batteries were added.
    Add,
    /// Batteries were removed.
    Remove,
    /// Batteries were booked.
    Book,
    /// Batteries were collected.
    Collect,
    /// Booked batteries are available again.
    Release,
    /// The station is new.
    Create,
    /// The station's status changed, or it was deleted.
    Status,
    /// Nothing changed: somebody asked for the state.
    Test,
}

impl Action {
    /// The cause of two causes merged.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self == other { self } else { Self::Update }
    }
}

/// A station's complete present state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InventoryUpdate {
    /// The state after the change.
    #[serde(flatten)]
    pub station: StationState,
    /// What changed it.
    pub action: Action,
}

/// Something that happened to batteries at a station, with the counts of the same read as the
/// `inventory_update` of that revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatteryChange {
    /// Where.
    pub station_id: StationId,
    /// Its name.
    pub station_name: String,
    /// The battery, when one statement changed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_id: Option<BatteryId>,
    /// The batteries, when one statement changed several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub battery_ids: Vec<BatteryId>,
    /// Batteries that can be booked now.
    pub available_batteries: i64,
    /// Batteries held for riders.
    pub booked_batteries: i64,
    /// All batteries at the station.
    pub total_batteries: i64,
    /// The revision of the read that these counts come from.
    pub revision: Revision,
    /// When it happened.
    #[serde(with = "crate::micros")]
    pub timestamp: DateTime<Utc>,
}

/// A held battery has reached the charge from which riders are called. For services, never for clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename = "battery_ready")]
pub struct BatteryReady {
    /// Where it stands.
    pub station_id: StationId,
    /// The battery.
    pub battery_id: BatteryId,
    /// Its charge, 0–100.
    pub state_of_charge_percent: f64,
    /// When the charge was written.
    #[serde(with = "crate::micros")]
    pub timestamp: DateTime<Utc>,
}

/// A station opened, closed or was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StationStatusChange {
    /// The station.
    pub station_id: StationId,
    /// Its name.
    pub station_name: String,
    /// What it is now, or `removed`.
    pub status: BroadcastStatus,
    /// The operator's words on it; empty when there are none.
    pub message: String,
    /// When it happened.
    #[serde(with = "crate::micros")]
    pub timestamp: DateTime<Utc>,
}

/// A message on the station channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StationMessage {
    /// The station's present state.
    InventoryUpdate(InventoryUpdate),
    /// Riders booked.
    BatteryBooked(BatteryChange),
    /// Riders collected.
    BatteryCollected(BatteryChange),
    /// Batteries arrived.
    BatteryAdded(BatteryChange),
    /// Batteries left.
    BatteryRemoved(BatteryChange),
    /// Booked batteries are available again.
    BatteryReleased(BatteryChange),
    /// The station's status changed.
    StationStatus(StationStatusChange),
}

impl StationMessage {
    /// The `type` of the message.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::InventoryUpdate(_) => "inventory_update",
            Self::BatteryBooked(_) => "battery_booked",
            Self::BatteryCollected(_) => "battery_collected",
            Self::BatteryAdded(_) => "battery_added",
            Self::BatteryRemoved(_) => "battery_removed",
            Self::BatteryReleased(_) => "battery_released",
            Self::StationStatus(_) => "station_status",
        }
    }

    /// The station it is about.
    #[must_use]
    pub fn station_id(&self) -> StationId {
        match self {
            Self::InventoryUpdate(update) => update.station.station_id,
            Self::BatteryBooked(change)
            | Self::BatteryCollected(change)
            | Self::BatteryAdded(change)
            | Self::BatteryRemoved(change)
            | Self::BatteryReleased(change) => change.station_id,
            Self::StationStatus(change) => change.station_id,
        }
    }

    /// When it happened or was read.
    #[must_use]
    pub fn timestamp(&self) -> DateTime<Utc> {
        match self {
            Self::InventoryUpdate(update) => update.station.timestamp,
            Self::BatteryBooked(change)
            | Self::BatteryCollected(change)
            | Self::BatteryAdded(change)
            | Self::BatteryRemoved(change)
            | Self::BatteryReleased(change) => change.timestamp,
            Self::StationStatus(change) => change.timestamp,
        }
    }
}
