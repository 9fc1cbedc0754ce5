//! Who changed what and when. The database writes it, for every writer; here is what the service adds: in whose
//! name it writes, and how an owner reads it.

mod list;

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use service::Caller;
use service::database::Database;
use service::routes::{self, Resource};
use utoipa::OpenApi;

use crate::error::Error;
use crate::schema::set_config;
use crate::stations;

/// `transaction` of the library wants work that can move between threads; a handler's stays on its own.
type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// A station's history.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/stations/{station_id}/history")
            .get(list::history)
            .unknown(|_| stations::unknown_station()),
    ]
}

/// What the API documents say of it.
#[derive(OpenApi)]
#[openapi(paths(list::history))]
pub(crate) struct Documents;

/// Runs `work` in one transaction in the caller's name: what the triggers write down about it says so.
///
/// # Errors
/// What `work` fails with, after which nothing has changed.
pub(crate) async fn acting<T, W>(caller: Caller, database: &Database, work: W) -> Result<T, Error>
where
    T: 'static,
    W: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, Error> + 'static,
{
    database
        .run(async move |connection| {
            Transactions::begin_transaction(connection).await?;
            match work_as(caller, connection, work).await {
                Ok(done) => {
                    Transactions::commit_transaction(connection).await?;
                    Ok(done)
                }
                Err(error) => {
                    Transactions::rollback_transaction(connection).await?;
                    Err(error)
                }
            }
        })
        .await
}

async fn work_as<T>(
    caller: Caller,
    connection: &mut AsyncPgConnection,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    let actor = set_config("swapwire.actor", caller.user_id.to_string(), true);
    diesel::select(actor).execute(connection).await?;
    work(connection).await
}
