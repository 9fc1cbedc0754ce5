//! Who changed what and when. The database writes it, for every writer; here is what the service adds: in whose
//! name it writes, and how an owner reads it.

mod list;

use actix_web::web::{self, PathConfig, ServiceConfig};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use service::database::Database;
use service::{Caller, server};

use crate::error::Error;
use crate::schema::set_config;
use crate::stations;

/// `transaction` of the library wants work that can move between threads; a handler's stays on its own.
type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// Mounts a station's history.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/stations/{station_id}/history")
            .app_data(PathConfig::default().error_handler(|_, _| stations::unknown_station().into()))
            .route(web::get().to(list::list))
            .default_service(server::only("GET")),
    );
}

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
