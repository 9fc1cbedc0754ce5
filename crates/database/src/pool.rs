//! The connection pool, and running work on it that a client's disconnect can't cut in half.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::BuildError;
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use secrecy::ExposeSecret;
use traces::{Kind, Span};
use tracing::Instrument;

use crate::connect::establish;
use crate::error::DatabaseError;
use crate::settings::DatabaseSettings;

/// The service's database.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    work_timeout: Duration,
}

impl Database {
    /// A pool that connects when it is first used, for the service of this name.
    ///
    /// # Errors
    /// When the settings make no pool.
    pub fn new(settings: &DatabaseSettings, name: &'static str) -> Result<Self, BuildError> {
        let mut config = ManagerConfig::default();
        // Without a round trip before each use: a connection that was closed is noticed without one, and one that
        // died silently by the work that fails on it.
        config.recycling_method = RecyclingMethod::Fast;
        let url = settings.url.clone();
        config.custom_setup = Box::new(move |_| {
            let url = url.clone();
            Box::pin(async move { establish(&url, &format!("swapwire {name}")).await })
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

    /// Runs `work` on a connection, on the caller's thread. That thread must run a `LocalSet`, as the workers of actix do.
    /// It goes on to its end also when the client that asked for it has gone:
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
        // A task does not inherit the span of who starts it.
        let span = Span::within(Kind::Client, "postgresql");
        let task = async move {
            match span {
                Some(span) => {
                    span.set("db.system.name", "postgresql");
                    span.scope(task).await
                }
                None => task.await,
            }
        };
        match tokio::task::spawn_local(task.in_current_span()).await {
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

    /// Where the database that takes writes is, which also proves that it answers.
    ///
    /// # Errors
    /// In words for the readiness report.
    pub async fn address(&self) -> Result<String, String> {
        let ask = "SELECT host(inet_server_addr()) || ':' || inet_server_port() AS address";
        let answer = self.work(async |connection| {
            diesel::sql_query(ask).get_result::<Server>(connection).await.map_err(DatabaseError::from)
        });
        match answer.await {
            Ok(server) => Ok(server.address.unwrap_or_else(|| "a local socket".to_owned())),
            Err(DatabaseError::Unavailable(_)) => Err("no connection".to_owned()),
            Err(_) => Err("no answer".to_owned()),
        }
    }
}

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
}
