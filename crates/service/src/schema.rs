//! A service that runs on a schema it does not know would fail in ways that nobody expects: it refuses instead.

use std::time::Duration;

use database::{Database, DatabaseError, SchemaError, schema_fits};
use tokio_util::sync::CancellationToken;

const RETRY: Duration = Duration::from_secs(1);

/// What a look at the schema ended with, when it does not fit.
enum Unfit {
    /// The database could not be asked.
    Away(DatabaseError),
    /// It is another one.
    Refused(SchemaError),
}

impl From<DatabaseError> for Unfit {
    fn from(error: DatabaseError) -> Self {
        Self::Away(error)
    }
}

impl From<SchemaError> for Unfit {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Statement(error) => Self::Away(error.into()),
            error => Self::Refused(error),
        }
    }
}

/// Whether the database was there to be asked.
///
/// # Errors
/// When its schema is one that this program must not run on, with the command that helps.
pub(crate) async fn check(database: &Database) -> Result<bool, SchemaError> {
    match database.work(async |connection| Ok(schema_fits(connection).await?)).await {
        Ok(()) => Ok(true),
        Err(Unfit::Refused(error)) => Err(error),
        Err(Unfit::Away(error)) => {
            tracing::warn!(%error, "the schema of the database can't be read yet");
            Ok(false)
        }
    }
}

/// Asks until the database is there, and ends the service when its schema does not fit.
///
/// # Errors
/// As [`check`].
pub(crate) async fn check_when_there(
    database: &Database,
    shutdown: CancellationToken,
) -> Result<(), SchemaError> {
    while shutdown.run_until_cancelled(tokio::time::sleep(RETRY)).await.is_some() {
        match check(database).await {
            Ok(true) => break,
            Ok(false) => {}
            Err(error) => {
                shutdown.cancel();
                return Err(error);
            }
        }
    }
    Ok(())
}
