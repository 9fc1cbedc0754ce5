//! Messages to one rider. Each is a row of the rider's inbox first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{BatteryId, Level, NotificationId, OrderId, StationId};

/// A message to one rider, with its place in that rider's inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rider {
    /// The id in the inbox: per rider, without gaps.
    pub notification_id: NotificationId,
    /// When it was written.
    #[serde(with = "crate::micros")]
    pub timestamp: DateTime<Utc>,
    /// What is said.
    #[serde(flatten)]
    pub message: RiderMessage,
}

/// What a rider can be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RiderMessage {
    /// A battery is held for the rider.
    BookingConfirmed(Confirmation),
    /// The held battery has reached the ready charge.
    BookingReady(OrderNotice),
    /// The rider took the battery.
    BookingCollected(OrderNotice),
    /// The rider gave the booking up.
    BookingCancelled(OrderNotice),
    /// The hold ran out.
    BookingExpired(OrderNotice),
    /// The hold is about to run out.
    BookingExpiring(OrderNotice),
    /// A word from the network.
    Notification(Notice),
}

impl RiderMessage {
    /// The `type` of the message.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BookingConfirmed(_) => "booking_confirmed",
            Self::BookingReady(_) => "booking_ready",
            Self::BookingCollected(_) => "booking_collected",
            Self::BookingCancelled(_) => "booking_cancelled",
            Self::BookingExpired(_) => "booking_expired",
            Self::BookingExpiring(_) => "booking_expiring",
            Self::Notification(_) => "notification",
        }
    }
}

/// What a rider needs to find the battery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Confirmation {
    /// The order.
    pub booking_id: OrderId,
    /// Where the battery is.
    pub station_id: StationId,
    /// The station's name.
    pub station_name: String,
    /// The battery.
    pub battery_id: BatteryId,
    /// What is printed on it and how full it was.
    pub battery_info: BatteryInfo,
    /// The same in words: in the rider's language, with times by the rider's clock.
    pub message: String,
    /// When the hold runs out.
    #[serde(with = "crate::micros")]
    pub expires_at: DateTime<Utc>,
}

/// A battery as a rider sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatteryInfo {
    /// What is printed on it.
    pub serial_number: String,
    /// Its model.
    pub model: String,
    /// 0–100.
    pub state_of_charge_percent: f64,
}

/// Something about one order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderNotice {
    /// The order.
    pub booking_id: OrderId,
    /// Where.
    pub station_id: StationId,
    /// The station's name.
    pub station_name: String,
    /// In words, in the rider's language, with times by the rider's clock.
    pub message: String,
}

/// A general notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// One line.
    pub title: String,
    /// The text.
    pub message: String,
    /// How to show it.
    pub level: Level,
}
