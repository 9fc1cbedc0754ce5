#![doc = include_str!("../README.md")]

mod cursor;
mod event;
mod ids;
mod location;
pub mod micros;
mod rider;
mod routing;
pub mod schema;
mod snapshot;
mod station;
mod status;

pub use cursor::{Cursor, CursorError, CursorKind, EventMark, Position};
pub use event::{DecodeError, Decoded, Event, Headers, Source};
pub use ids::{BatteryId, EventId, NotificationId, OrderId, Revision, StationId, UserId};
pub use location::{BoundingBox, Location};
pub use rider::{BatteryInfo, Confirmation, Notice, OrderNotice, Rider, RiderMessage};
pub use routing::{RoutingKey, RoutingKeyError};
pub use snapshot::{STATIONS_PER_CHUNK, SnapshotChunk, SnapshotId};
pub use station::{
    Action, BatteryChange, BatteryReady, InventoryUpdate, StationMessage, StationState, StationStatusChange,
};
pub use status::{
    BatteryState, BroadcastStatus, Level, Locale, MessageKind, OrderStatus, StationStatus, UnknownName,
};
