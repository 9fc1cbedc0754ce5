//! Several statements in one transaction, in somebody's name.

use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Text};
use diesel::{define_sql_function, select};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};

/// `transaction` of the library wants work that can move between threads; a handler's stays on its own.
type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

define_sql_function! {
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

/// Runs `work` in one transaction in the name of the user `actor_id`: the history that the triggers write says so.
///
/// # Errors
/// What `work` fails with, after which nothing has changed.
pub async fn acting<T, E, W>(actor_id: i64, connection: &mut AsyncPgConnection, work: W) -> Result<T, E>
where
    E: From<DieselError>,
    W: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
{
    Transactions::begin_transaction(connection).await?;
    match work_as(actor_id, connection, work).await {
        Ok(done) => {
            Transactions::commit_transaction(connection).await?;
            Ok(done)
        }
        Err(error) => {
            Transactions::rollback_transaction(connection).await?;
            Err(error)
        }
    }
}

async fn work_as<T, E: From<DieselError>>(
    actor_id: i64,
    connection: &mut AsyncPgConnection,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
) -> Result<T, E> {
    select(set_config("swapwire.actor", actor_id.to_string(), true)).execute(connection).await?;
    work(connection).await
}
