//! The connection pool, and running work on it that a client's disconnect can't cut in half.

use std::time::Duration;

use deadpool::Runtime;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use secrecy::ExposeSecret;

use crate::Problem;
use crate::settings::DatabaseSettings;

/// The service's database.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
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

impl DatabaseError {
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

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        match &error {
            DatabaseError::Unavailable(_) => Self::unavailable("database", &error),
            DatabaseError::Statement(DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::SerializationFailure,
                _,
            )) => Self::unavailable("database", &error),
            // A connection that breaks in the middle of a statement has no kind of its own in diesel.
            DatabaseError::Statement(DieselError::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand,
                _,
            )) => Self::unavailable("database", &error),
            DatabaseError::Statement(DieselError::DatabaseError(_, information))
                if is_transient(information.message()) =>
            {
                Self::unavailable("database", &error)
            }
            DatabaseError::Statement(_) | DatabaseError::Aborted => Self::internal(&error),
        }
    }
}

/// Whether the statement may well succeed when it is sent again. diesel has no kinds for these and hides the
/// SQLSTATE: a deadlock (40P01), of which one side goes on, a server that ends its sessions (57P01, 57P02), and a
/// statement that took too long (57014) or waited too long for a lock (55P03).
fn is_transient(message: &str) -> bool {
    message == "deadlock detected"
        || message.starts_with("terminating connection")
        || message.starts_with("canceling statement due to")
}

impl Database {
    /// A pool that connects when it is first used.
    ///
    /// # Errors
    /// When the settings make no pool.
    pub fn new(settings: &DatabaseSettings) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::default();
        // Without a round trip before each use: a connection that was closed is noticed without one, and one that
        // died silently by the work that fails on it.
        config.recycling_method = RecyclingMethod::Fast;
        let url = settings.url.expose_secret();
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let timeout = Duration::from_millis(settings.acquire_timeout_ms);
        let pool = Pool::builder(manager)
            .max_size(settings.max_connections)
            .wait_timeout(Some(timeout))
            .create_timeout(Some(timeout))
            .recycle_timeout(Some(timeout))
            .runtime(Runtime::Tokio1)
            .build()?;
        Ok(Self { pool })
    }

    /// A connection for work that no client waits for.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, DatabaseError> {
        Ok(self.pool.get().await?)
    }

    /// Runs `work` on a connection. It goes on to its end also when the client that asked for it has gone:
    /// a handler that is dropped half-way must not leave a transaction half-way.
    ///
    /// # Errors
    /// What `work` fails with, or that there was no connection.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: 'static,
        E: From<DatabaseError> + 'static,
        F: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E> + 'static,
    {
        let database = self.clone();
        let task = actix_web::rt::spawn(async move {
            let mut connection = database.connection().await?;
            let result = work(&mut connection).await;
            if result.is_err() && !answers(&mut connection).await {
                database.discard(connection);
            }
            result
        });
        match task.await {
            Ok(result) => result,
            Err(_) => Err(DatabaseError::Aborted.into()),
        }
    }

    /// Throws a dead connection away, and with it those that lie idle: they died with it or are cheap to make anew.
    fn discard(&self, connection: Object<AsyncPgConnection>) {
        drop(Object::take(connection));
        self.pool.retain(|_, _| false);
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// In words for the readiness report.
    pub async fn ping(&self) -> Result<(), String> {
        let mut connection = self.pool.get().await.map_err(|_| "no connection".to_owned())?;
        if answers(&mut connection).await {
            return Ok(());
        }
        self.discard(connection);
        Err("no answer".to_owned())
    }
}

async fn answers(connection: &mut AsyncPgConnection) -> bool {
    diesel::sql_query("SELECT 1").execute(connection).await.is_ok()
}
