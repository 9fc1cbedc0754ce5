//! Who changed what and when. The database writes it, for every writer; here is what the service adds: in whose
//! name it writes, and how an owner reads it.

mod list;

use database::Database;
use diesel_async::AsyncPgConnection;
use service::Caller;
use service::routes::{self, Resource};
use utoipa::OpenApi;

use crate::error::Error;
use crate::stations;

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
    database.run(async move |connection| database::acting(caller.user_id.0, connection, work).await).await
}
