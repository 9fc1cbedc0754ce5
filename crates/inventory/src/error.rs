//! What the inventory refuses, and how each refusal reads over HTTP.

use chrono::{DateTime, SecondsFormat, Utc};
use database::DatabaseError;
use diesel::result::Error as DieselError;
use service::Problem;

/// A use case that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such station.
    #[error("There is no station with this id.")]
    StationNotFound,
    /// No such battery, or not among the caller's.
    #[error("{0}")]
    BatteryNotFound(String),
    /// The station or battery belongs to somebody else.
    #[error("It belongs to another operator.")]
    NotTheOwner,
    /// A rider holds a battery there.
    #[error("{0}")]
    BatteryBooked(String),
    /// The battery rides with a rider: it comes back by being added to a station.
    #[error("The battery is with a rider; add it to a station to take it back.")]
    BatteryCollected,
    /// The battery is at another station.
    #[error("{0}")]
    BatteryElsewhere(String),
    /// The caller has as many stations as one operator may have.
    #[error("{0}")]
    StationQuotaReached(String),
    /// The caller has, or would have, more batteries than one operator may have.
    #[error("{0}")]
    BatteryQuotaReached(String),
    /// Somebody has registered this serial number.
    #[error("A battery with this serial number is registered already.")]
    SerialNumberTaken,
    /// All of a range of time is older than the history.
    #[error("the history begins at {}", .0.to_rfc3339_opts(SecondsFormat::Micros, true))]
    HistoryRemoved(DateTime<Utc>),
    /// The database is away or the statement is wrong.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        let Some(refusal) = error.refusal() else { return Self::Database(error) };
        let sentence = sentence(refusal.message);
        match refusal.code {
            "station-not-found" => Self::StationNotFound,
            "battery-not-found" => Self::BatteryNotFound(sentence),
            "battery-booked" => Self::BatteryBooked(sentence),
            "battery-collected" => Self::BatteryCollected,
            "battery-elsewhere" => Self::BatteryElsewhere(sentence),
            "station-quota-reached" => Self::StationQuotaReached(sentence),
            "battery-quota-reached" => Self::BatteryQuotaReached(sentence),
            "battery_serial_number_unique" => Self::SerialNumberTaken,
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
            Error::BatteryNotFound(_) => Self::not_found("battery-not-found", detail),
            Error::NotTheOwner => Self::forbidden(detail),
            Error::BatteryBooked(_) => Self::conflict("battery-booked", "A rider holds the battery", detail),
            Error::BatteryCollected => Self::conflict("battery-collected", "A rider has the battery", detail),
            Error::BatteryElsewhere(_) => {
                Self::conflict("battery-elsewhere", "The battery is at another station", detail)
            }
            Error::StationQuotaReached(_) => {
                Self::conflict("station-quota-reached", "There is no room for more stations", detail)
            }
            Error::BatteryQuotaReached(_) => {
                Self::conflict("battery-quota-reached", "There is no room for more batteries", detail)
            }
            Error::SerialNumberTaken => {
                Self::conflict("serial-number-taken", "The serial number is taken", detail)
            }
            Error::HistoryRemoved(_) => Self::invalid("to", detail),
            Error::Database(error) => error.into(),
        }
    }
}

/// The database's message as a sentence of an answer.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
