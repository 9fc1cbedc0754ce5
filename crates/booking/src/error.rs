//! What booking refuses, and how each refusal reads over HTTP.

use actix_web::http::StatusCode;
use database::DatabaseError;
use diesel::result::Error as DieselError;
use service::Problem;

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
    /// The rider holds as many batteries as one may.
    #[error("You hold as many batteries as you may; collect or cancel one first.")]
    OrderLimitReached,
    /// The first request with this key is not answered yet.
    #[error("The first request with this Idempotency-Key is still being handled.")]
    IdempotencyKeyInFlight,
    /// The key came with another request before.
    #[error("This Idempotency-Key was used for another request.")]
    IdempotencyKeyReused,
    /// The user has as many push subscriptions as one may.
    #[error("You have as many push subscriptions as you may; end one first.")]
    PushSubscriptionLimitReached,
    /// Collected, cancelled or expired.
    #[error("The order has already ended.")]
    OrderNotActive,
    /// No time zone of Postgres has this name.
    #[error("must be the name of a time zone, for example Africa/Addis_Ababa")]
    TimeZoneUnknown,
    /// The database is away or the statement is wrong.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        error.refusal().and_then(|refusal| Self::refused(refusal.code)).unwrap_or(Self::Database(error))
    }
}

impl Error {
    /// A refusal that was kept under an idempotency key.
    pub(crate) fn kept(code: &str, message: &str) -> Self {
        Self::refused(code).unwrap_or_else(|| {
            let error = DieselError::QueryBuilderError(format!("refusal {code:?}: {message}").into());
            Self::Database(error.into())
        })
    }

    /// The refusal that a function of the database names.
    pub(crate) fn refused(code: &str) -> Option<Self> {
        Some(match code {
            "station-not-found" => Self::StationNotFound,
            "battery-not-found" => Self::BatteryNotFound,
            "order-not-found" => Self::OrderNotFound,
            // The index is the last line of defence: it answers as the function would have.
            "battery-unavailable" | "one_active_order_per_battery" => Self::BatteryUnavailable,
            "station-empty" => Self::StationEmpty,
            "station-closed" => Self::StationClosed,
            "order-limit-reached" => Self::OrderLimitReached,
            "order-not-active" => Self::OrderNotActive,
            "push-subscription-limit-reached" => Self::PushSubscriptionLimitReached,
            "idempotency-key-in-flight" => Self::IdempotencyKeyInFlight,
            "idempotency-key-reused" => Self::IdempotencyKeyReused,
            _ => return None,
        })
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
            Error::OrderLimitReached => {
                Self::conflict("order-limit-reached", "Too many active bookings", detail)
            }
            Error::PushSubscriptionLimitReached => {
                Self::conflict("push-subscription-limit-reached", "Too many push subscriptions", detail)
            }
            Error::IdempotencyKeyInFlight => {
                Self::conflict("idempotency-key-in-flight", "The request is being handled", detail)
            }
            Error::IdempotencyKeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The key belongs to another request",
                detail,
            ),
            Error::OrderNotActive => Self::conflict("order-not-active", "The order is not active", detail),
            Error::TimeZoneUnknown => Self::invalid("time_zone", detail),
            Error::Database(error) => error.into(),
        }
    }
}
