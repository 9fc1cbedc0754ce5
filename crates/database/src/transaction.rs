//! Several statements in one transaction, in somebody's name.

use diesel::expression::Expression;
use diesel::query_builder::AsQuery;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sql_types::{Bool, Text};
use diesel::{define_sql_function, select};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};

use crate::only_row::only_row;

/// `transaction` of the library wants work that can move between threads; a handler's stays on its own.
type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// The setting that the outboxes' rows take their trace context from.
const TRACEPARENT: &str = "swapwire.traceparent";

define_sql_function! {
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

type Bare<E> = diesel::dsl::select<E>;
type Traced<E> = diesel::dsl::select<(set_config<&'static str, String, bool>, E)>;

/// Runs `work` in one transaction in the name of the user `actor_id`: the history that the triggers write says so.
///
/// # Errors
/// What `work` fails with, after which nothing has changed.
pub async fn acting<T, E, W>(actor_id: i64, connection: &mut AsyncPgConnection, work: W) -> Result<T, E>
where
    E: From<DieselError>,
    W: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
{
    atomically(connection, async |connection| work_as(actor_id, connection, work).await).await
}

/// Runs `work` in one transaction.
///
/// # Errors
/// What `work` fails with, after which nothing has changed.
pub async fn atomically<T, E, W>(connection: &mut AsyncPgConnection, work: W) -> Result<T, E>
where
    E: From<DieselError>,
    W: AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
{
    Transactions::begin_transaction(connection).await?;
    match work(connection).await {
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
    let actor = set_config("swapwire.actor", actor_id.to_string(), true);
    match traces::current() {
        None => select(actor).execute(connection).await?,
        Some(traceparent) => {
            select((actor, set_config(TRACEPARENT, traceparent, true))).execute(connection).await?
        }
    };
    work(connection).await
}

/// Selects one expression, a call of a function that writes, and waits for its commit ([`only_row`]). The facts that
/// follow from it belong to the trace that the caller is in: that is set in the same statement, whose expressions are
/// computed from left to right.
///
/// # Errors
/// When the statement fails.
pub async fn call<'q, T, E>(connection: &mut AsyncPgConnection, expression: E) -> QueryResult<T>
where
    T: Send,
    E: Expression,
    Bare<E>: AsQuery + LoadQuery<'q, AsyncPgConnection, T> + Send + 'q,
    Traced<E>: AsQuery + LoadQuery<'q, AsyncPgConnection, (String, T)> + Send + 'q,
{
    match traces::current() {
        None => only_row(select(expression), connection).await,
        Some(traceparent) => {
            let traced = select((set_config(TRACEPARENT, traceparent, true), expression));
            let (_, value) = only_row(traced, connection).await?;
            Ok(value)
        }
    }
}
