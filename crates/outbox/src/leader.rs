//! The leader's connection. The process that holds the advisory lock on it is the relay of its service. Postgres
//! ends a silent session, so a frozen leader can't keep the lock.

use std::time::Duration;

use database::ConnectError;
use tokio_postgres::Statement;

use crate::facts::Facts;
use crate::position::Position;
use crate::session::{CHANNEL, Session};
use crate::settings::RelaySettings;

/// The session that holds the lock, with the service's prepared statements.
pub(crate) struct Leader<F> {
    pub(crate) session: Session,
    pub(crate) facts: F,
    /// Deletes the facts of `$1`, an array of ids.
    pub(crate) delete: Statement,
    pub(crate) position: Position,
}

/// Tries to become the leader on this session; gives the session back when another one leads.
pub(crate) async fn try_lead<F: Facts>(
    session: Session,
    settings: &RelaySettings,
    telling: &F::Settings,
) -> Result<Result<Leader<F>, Session>, ConnectError> {
    let row = session.client.query_one("SELECT pg_try_advisory_lock($1)", &[&F::LOCK]).await?;
    if !row.get::<_, bool>(0) {
        return Ok(Err(session));
    }
    // What a server has kept over its own crash may not be on the replica yet, and is not to be published before it is.
    database::wait_for_replica(&session.client).await?;
    let timeout = settings.session_timeout_s;
    session
        .client
        .batch_execute(&format!(
            // A leader lives for months and keeps its plans: some facts, and what each is about by its index, however
            // large the tables were when the plan was made. (Kept, one that was made for empty tables took more than
            // 20 s for 100 facts; made anew for each read, it was wrong about how many wait and took 15 ms for five.)
            // A crash may lose the deletion of published facts: they are then published again, under the same ids.
            "SET idle_session_timeout = '{timeout}s'; SET idle_in_transaction_session_timeout = '{timeout}s'; \
             SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; \
             SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; SET jit = off; \
             SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
        ))
        .await?;
    if F::WOKEN {
        session.client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
    }
    let facts = F::take_lead(&session.client, telling).await?;
    let delete = session.client.prepare(&format!("DELETE FROM {} WHERE id = ANY ($1)", F::TABLE)).await?;
    let position = Position::new(Duration::from_millis(settings.position_ms));
    Ok(Ok(Leader { session, facts, delete, position }))
}
