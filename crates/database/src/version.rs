//! Whether a program may run on the schema that the database has.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::migrate::{MigrateError, newest};

/// Why a program refuses a database.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It was never migrated.
    #[error("the database has no schema: run `swapctl migrate`")]
    None,
    /// Its functions were taken back together with a migration.
    #[error("the functions of the database are missing: run `swapctl migrate`")]
    WithoutFunctions,
    /// It is older than the program.
    #[error("the database has schema {has}, this program needs {needs}: run `swapctl migrate`")]
    Old {
        /// The database's version.
        has: i32,
        /// The program's own.
        needs: i32,
    },
    /// It is newer than the program may run on.
    #[error(
        "the database has schema {has}, this program runs on {needs} and the next one: start the newer program, or take \
         the database back with that one's `swapctl migrate --revert N`"
    )]
    New {
        /// The database's version.
        has: i32,
        /// The program's own.
        needs: i32,
    },
    /// The program's own migrations can't be read.
    #[error(transparent)]
    Own(#[from] MigrateError),
    /// The database could not be asked.
    #[error(transparent)]
    Statement(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct There {
    #[diesel(sql_type = Bool)]
    there: bool,
}

#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Bool)]
    complete: bool,
}

/// Asks whether this program may run on the database: its schema is the program's own or the next one.
///
/// # Errors
/// Says why not and which command helps, or that the database could not be asked.
pub async fn schema_fits(connection: &mut AsyncPgConnection) -> Result<(), SchemaError> {
    let There { there } = sql_query("SELECT to_regclass('public.schema_state') IS NOT NULL AS there")
        .get_result(connection)
        .await?;
    if !there {
        return Err(SchemaError::None);
    }
    let state = sql_query("SELECT version, functions IS NOT NULL AS complete FROM public.schema_state")
        .get_result::<State>(connection)
        .await
        .optional()?;
    let Some(State { version, complete }) = state else { return Err(SchemaError::None) };
    let needs = newest()?;
    if version < needs {
        Err(SchemaError::Old { has: version, needs })
    } else if version > needs.saturating_add(1) {
        Err(SchemaError::New { has: version, needs })
    } else if !complete {
        Err(SchemaError::WithoutFunctions)
    } else {
        Ok(())
    }
}
