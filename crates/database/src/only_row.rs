//! The answer of a statement that commits by itself.

use diesel::result::{Error as DieselError, QueryResult};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// The one row of a statement, once the server has said that the statement's transaction is over.
///
/// `get_result` of the library returns with the first row, which the server sends before it commits: what fails or is
/// cancelled at the commit would be answered as done.
///
/// # Errors
/// When the statement or its commit fails, or there is no row.
pub async fn only_row<'query, Q, U>(query: Q, connection: &mut AsyncPgConnection) -> QueryResult<U>
where
    Q: LoadQuery<'query, AsyncPgConnection, U> + 'query,
    U: Send,
{
    query.get_results(connection).await?.into_iter().next().ok_or(DieselError::NotFound)
}
