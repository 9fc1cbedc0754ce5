//! Why work on the database failed, and what to make of it.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

/// Why work on the database could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No connection in time: the database is away or the pool is exhausted.
    #[error("no database connection: {0}")]
    Unavailable(#[from] PoolError),
    /// The statement failed.
    #[error(transparent)]
    Statement(#[from] DieselError),
    /// The database said nothing for longer than any statement may take.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// The work panicked; its connection is gone with it.
    #[error("the work on the database was aborted")]
    Aborted,
}

/// What a function in the database refuses by name: SQLSTATE SW404 or SW409, the constraint is the code.
#[derive(Debug)]
pub struct Refusal<'a> {
    /// The problem code, for example `battery-unavailable`; or the constraint that was violated.
    pub code: &'a str,
    /// The database's sentence, made for people.
    pub message: &'a str,
}

/// What to make of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// The work may well succeed when it is tried again; nothing was done.
    Passing,
    /// Likewise, but it is unknown whether the work was done.
    Interrupted,
    /// It fails in the same way again.
    Lasting,
}

impl DatabaseError {
    /// What to make of it.
    #[must_use]
    pub fn nature(&self) -> Nature {
        match self {
            Self::Unavailable(_) => Nature::Passing,
            Self::Silent(_) => Nature::Interrupted,
            Self::Statement(DieselError::DatabaseError(kind, information)) => match kind {
                DatabaseErrorKind::SerializationFailure => Nature::Passing,
                // A connection that breaks in the middle of a statement has no kind of its own in diesel.
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Nature::Interrupted
                }
                _ => by_message(information.message()),
            },
            Self::Statement(_) | Self::Aborted => Nature::Lasting,
        }
    }

    /// Whether the same work may well succeed later.
    #[must_use]
    pub fn passes(&self) -> bool {
        !matches!(self.nature(), Nature::Lasting)
    }

    /// The refusal or the violated constraint behind this error, if that is what it is.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal<'_>> {
        match self {
            Self::Statement(DieselError::DatabaseError(_, information)) => {
                information.constraint_name().map(|code| Refusal { code, message: information.message() })
            }
            _ => None,
        }
    }
}

/// Postgres' text stands in for the SQLSTATE, which can't be read here. diesel-async 0.9 keeps the error's `DbError` in
/// a private type behind diesel's `DatabaseErrorInformation`, and that trait (diesel 2.3) has no method for the code.
///
/// The errors are a deadlock (40P01), a statement that took too long (57014) or waited too long for a lock (55P03), and
/// a server that ends its sessions (57P01, 57P02, 57P05). Their texts are in English whatever the server's language is:
/// `deploy/postgres/roles.sql` sets `lc_messages` for the services' roles. A test provokes each of them.
fn by_message(message: &str) -> Nature {
    if message == "deadlock detected" || message.starts_with("canceling statement due to") {
        Nature::Passing
    } else if message.starts_with("terminating connection") {
        Nature::Interrupted
    } else {
        Nature::Lasting
    }
}
