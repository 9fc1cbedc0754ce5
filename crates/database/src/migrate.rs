//! Bringing a database to the newest schema, and back: one transaction, so that what fails leaves nothing behind.

use std::error::Error;

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Integer, Nullable, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use secrecy::SecretString;

use crate::connect::establish;
use crate::functions;
use crate::history::{self, History};

type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// One at a time changes a schema. The services go on meanwhile: a table that they don't give free in time is an error.
const SETTINGS: &str =
    "SET LOCAL lock_timeout = '10s'; SELECT pg_advisory_xact_lock(x'737761705f64'::bigint)";

/// Why the schema could not be changed. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is no connection.
    #[error("connecting to Postgres: {0}; is it running, and did the bootstrap make the roles?")]
    Connection(#[from] ConnectionError),
    /// The history has migrations that were replaced.
    #[error(
        "this database was made by {count} migrations from before the first release ({first} and later), which were \
         replaced: it can't be migrated. Stop the services, keep what you need (`pg_dump --data-only`: the tables are \
         the same), run `DROP DATABASE swapwire` as the superuser and start again with `make run`; for an instance of \
         `make test-up` run `make test-down` and `make test-up`"
    )]
    BeforeTheFirstRelease {
        /// The oldest of them.
        first: String,
        /// How many there are.
        count: usize,
    },
    /// The history has migrations that this program does not know.
    #[error(
        "this database was migrated by a newer program (migrations {versions}): use that one's `swapctl migrate`"
    )]
    FromANewerProgram {
        /// The versions that are not known.
        versions: String,
    },
    /// The history can't be read.
    #[error("reading the schema's history: {error}")]
    History {
        /// What diesel says.
        error: Box<dyn Error + Send + Sync>,
    },
    /// A migration failed, forwards or back.
    #[error("migration {name}: {error}")]
    Migration {
        /// Which one.
        name: String,
        /// What Postgres says.
        error: Box<dyn Error + Send + Sync>,
    },
    /// A file of functions failed.
    #[error("{file}: {error}")]
    Functions {
        /// Which one.
        file: String,
        /// What Postgres says.
        error: DieselError,
    },
    /// Another statement failed.
    #[error(transparent)]
    Statement(#[from] DieselError),
}

impl MigrateError {
    pub(crate) fn history(error: Box<dyn Error + Send + Sync>) -> Self {
        Self::History { error }
    }
}

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The names of the migrations that were run.
    pub migrations: Vec<String>,
    /// Whether functions, triggers and views were made anew.
    pub functions: bool,
}

/// What [`revert`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reverted {
    /// The versions that were taken back, the last one first.
    pub migrations: Vec<String>,
}

/// What [`migrate`] would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many migrations the database lacks.
    pub pending: usize,
    /// Whether its functions, triggers and views are those of this program.
    pub functions: bool,
}

#[derive(QueryableByName)]
struct Installed {
    #[diesel(sql_type = Nullable<Text>)]
    functions: Option<String>,
}

/// Brings the database to the newest schema.
///
/// # Errors
/// Says what failed, or why this database can't be migrated; it is left as it was.
pub async fn migrate(url: &SecretString) -> Result<Migrated, MigrateError> {
    let mut history = History::read(begin(url).await?)?;
    let pending = history.pending()?;
    let version = history.version()?;
    let mut connection = history.into_connection();
    let checksum = functions::checksum(&mut connection).await?;
    if pending == 0 && installed(&mut connection, version).await?.as_ref() == Some(&checksum) {
        Transactions::commit_transaction(&mut connection).await?;
        return Ok(Migrated { migrations: Vec::new(), functions: false });
    }
    functions::drop(&mut connection).await?;
    history = History::read(connection)?;
    let migrations = history.run_pending()?;
    let version = history.version()?;
    let mut connection = history.into_connection();
    functions::create(&mut connection).await?;
    record(&mut connection, version, Some(&checksum)).await?;
    Transactions::commit_transaction(&mut connection).await?;
    Ok(Migrated { migrations, functions: true })
}

/// Takes the last `count` migrations back, and drops all functions, triggers and views, which need the tables of this
/// program. The older program's `migrate` makes its own again. Data in what the migrations made is lost.
///
/// # Errors
/// Says what failed; the database is left as it was.
pub async fn revert(url: &SecretString, count: usize) -> Result<Reverted, MigrateError> {
    let mut connection = begin(url).await?;
    let history = History::read(connection)?;
    connection = history.into_connection();
    functions::drop(&mut connection).await?;
    let mut history = History::read(connection)?;
    let migrations = history.revert(count)?;
    let (left, version) = (history.len(), history.version()?);
    let mut connection = history.into_connection();
    if left > 0 {
        record(&mut connection, version, None).await?;
    }
    Transactions::commit_transaction(&mut connection).await?;
    Ok(Reverted { migrations })
}

/// What [`migrate`] would do.
///
/// # Errors
/// When the history can't be read or is not ours.
pub async fn standing(url: &SecretString) -> Result<Standing, MigrateError> {
    let history = History::read(begin(url).await?)?;
    let (pending, version) = (history.pending()?, history.version()?);
    let mut connection = history.into_connection();
    let checksum = functions::checksum(&mut connection).await?;
    let functions = installed(&mut connection, version).await? == Some(checksum);
    Ok(Standing { pending, functions })
}

/// The number of the last migration that this program knows.
pub(crate) fn newest() -> Result<i32, MigrateError> {
    history::last()
}

async fn begin(url: &SecretString) -> Result<AsyncPgConnection, MigrateError> {
    let mut connection = establish(url, "swapwire migrate").await?;
    Transactions::begin_transaction(&mut connection).await?;
    connection.batch_execute(SETTINGS).await?;
    Ok(connection)
}

/// The checksum of the functions that are there.
async fn installed(connection: &mut AsyncPgConnection, version: i32) -> Result<Option<String>, MigrateError> {
    if version == 0 {
        return Ok(None);
    }
    let row =
        sql_query("SELECT functions FROM public.schema_state").get_result::<Installed>(connection).await;
    Ok(row.optional()?.and_then(|row| row.functions))
}

async fn record(
    connection: &mut AsyncPgConnection,
    version: i32,
    functions: Option<&str>,
) -> Result<(), MigrateError> {
    sql_query(
        "INSERT INTO public.schema_state (version, functions) VALUES ($1, $2) \
         ON CONFLICT ((true)) DO UPDATE \
         SET version = excluded.version, functions = excluded.functions, changed_at = now()",
    )
    .bind::<Integer, _>(version)
    .bind::<Nullable<Text>, _>(functions)
    .execute(connection)
    .await?;
    Ok(())
}
