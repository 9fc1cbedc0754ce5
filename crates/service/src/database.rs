//! The connection pool, and running work on it that a client's disconnect can't cut in half.

use std::time::Duration;

use deadpool::Runtime;
use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use secrecy::ExposeSecret;
use tracing::Instrument;

use crate::Problem;
use crate::settings::DatabaseSettings;

/// The service's database.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    work_timeout: Duration,
}

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
enum Nature {
    /// The work may well succeed when it is tried again; nothing was done.
    Passing,
    /// Likewise, but it is unknown whether the work was done.
    Interrupted,
    /// It fails in the same way again.
    Lasting,
}

impl DatabaseError {
    fn nature(&self) -> Nature {
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

/// diesel has no kinds for these and hides the SQLSTATE: a deadlock (40P01), of which one side goes on, a statement that
/// took too long (57014) or waited too long for a lock (55P03), and a server that ends its sessions (57P01, 57P02).
fn by_message(message: &str) -> Nature {
    if message == "deadlock detected" || message.starts_with("canceling statement due to") {
        Nature::Passing
    } else if message.starts_with("terminating connection") {
        Nature::Interrupted
    } else {
        Nature::Lasting
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        match error.nature() {
            Nature::Passing => Self::unavailable("database", &error),
            Nature::Interrupted => Self::interrupted("database", &error),
            Nature::Lasting => Self::internal(&error),
        }
    }
}

impl Database {
    /// A pool that connects when it is first used, for the service of this name.
    ///
    /// # Errors
    /// When the settings make no pool.
    pub fn new(settings: &DatabaseSettings, name: &'static str) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::default();
        // Without a round trip before each use: a connection that was closed is noticed without one, and one that
        // died silently by the work that fails on it.
        config.recycling_method = RecyclingMethod::Fast;
        let url = settings.url.clone();
        config.custom_setup = Box::new(move |_| {
            let url = url.clone();
            Box::pin(async move {
                let (client, connection) = outbox::connect(&url, &format!("swapwire {name}"))
                    .await
                    .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            })
        });
        let manager = AsyncDieselConnectionManager::new_with_config(settings.url.expose_secret(), config);
        let timeout = Duration::from_millis(settings.acquire_timeout_ms);
        let pool = Pool::builder(manager)
            .max_size(settings.max_connections)
            .wait_timeout(Some(timeout))
            .create_timeout(Some(timeout))
            .recycle_timeout(Some(timeout))
            .runtime(Runtime::Tokio1)
            .build()?;
        Ok(Self { pool, work_timeout: Duration::from_millis(settings.work_timeout_ms) })
    }

    /// Runs `work` on a connection. It goes on to its end also when the client that asked for it has gone:
    /// a handler that is dropped half-way must not leave a transaction half-way.
    ///
    /// # Errors
    /// What `work` fails with, or that there was no connection or no answer.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: 'static,
        E: From<DatabaseError> + 'static,
        F: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E> + 'static,
    {
        let database = self.clone();
        let task = async move { database.work(work).await };
        match actix_web::rt::spawn(task.in_current_span()).await {
            Ok(result) => result,
            Err(_) => Err(DatabaseError::Aborted.into()),
        }
    }

    /// Runs `work` on a connection, for as long as the caller waits for it.
    ///
    /// # Errors
    /// What `work` fails with, or that there was no connection or no answer.
    pub async fn work<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<DatabaseError>,
        F: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    {
        let mut connection = self.pool.get().await.map_err(DatabaseError::from)?;
        let Ok(result) = tokio::time::timeout(self.work_timeout, work(&mut connection)).await else {
            self.discard(connection);
            return Err(DatabaseError::Silent(self.work_timeout).into());
        };
        if result.is_err() && connection.is_broken() {
            self.discard(connection);
        }
        result
    }

    /// Drops a dead connection and all idle ones: they died with it or are cheap to open again.
    fn discard(&self, connection: Object<AsyncPgConnection>) {
        drop(Object::take(connection));
        self.pool.retain(|_, _| false);
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// In words for the readiness report.
    pub async fn ping(&self) -> Result<(), String> {
        let answer = self.work(async |connection| {
            diesel::sql_query("SELECT 1").execute(connection).await.map_err(DatabaseError::from)
        });
        match answer.await {
            Ok(_) => Ok(()),
            Err(DatabaseError::Unavailable(_)) => Err("no connection".to_owned()),
            Err(_) => Err("no answer".to_owned()),
        }
    }
}
