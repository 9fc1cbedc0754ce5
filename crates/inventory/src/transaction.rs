//! Several statements in one transaction, in the caller's name.

use database::Database;
use diesel_async::AsyncPgConnection;
use service::Caller;

use crate::error::Error;

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
