//! What booking refuses, and how each refusal reads over HTTP.

use diesel::result::Error as DieselError;
use service::Problem;
use service::database::DatabaseError;

/// A use case that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such station.
    #[error("There is no such station.")]
    StationNotFound,
    /// No such battery.
    #[error("There is no such battery.")]
    BatteryNotFound,
    /// No such order, or somebody else's.
    #[error("There is no such order.")]
    OrderNotFound,
    /// No such notification in the caller's inbox.
    #[error("There is no such notification.")]
    NotificationNotFound,
    /// Somebody else holds the battery, it is out of service, or at another station.
    #[error("The battery can't be booked at this station now.")]
    BatteryUnavailable,
    /// Nothing to book.
    #[error("The station has no available battery now.")]
    StationEmpty,
    /// Offline or under maintenance.
    #[error("The station takes no bookings now.")]
    StationClosed,
    /// Collected, cancelled or expired.
    #[error("The order has already ended.")]
    OrderNotActive,
    /// The database is away or the statement is wrong.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        match error.refusal().map(|refusal| refusal.code) {
            Some("station-not-found") => Self::StationNotFound,
            Some("battery-not-found") => Self::BatteryNotFound,
            Some("order-not-found") => Self::OrderNotFound,
            // The index is the last line of defence: it answers as the function would have.
            Some("battery-unavailable" | "one_active_order_per_battery") => Self::BatteryUnavailable,
            Some("station-empty") => Self::StationEmpty,
            Some("station-closed") => Self::StationClosed,
            Some("order-not-active") => Self::OrderNotActive,
            _ => Self::Database(error),
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        match error {
            Error::StationNotFound => Self::not_found("station-not-found", detail),
            Error::BatteryNotFound => Self::not_found("battery-not-found", detail),
            Error::OrderNotFound => Self::not_found("order-not-found", detail),
            Error::NotificationNotFound => Self::not_found("notification-not-found", detail),
            Error::BatteryUnavailable => {
                Self::conflict("battery-unavailable", "The battery is not available", detail)
            }
            Error::StationEmpty => Self::conflict("station-empty", "The station is empty", detail),
            Error::StationClosed => Self::conflict("station-closed", "The station is closed", detail),
            Error::OrderNotActive => Self::conflict("order-not-active", "The order is not active", detail),
            Error::Database(error) => error.into(),
        }
    }
}
