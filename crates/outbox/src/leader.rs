//! The leader's connection: whoever holds the advisory lock on it is the relay of its service. Postgres
//! ends a session that has fallen silent, so a frozen leader can't keep the lock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use crate::facts::Facts;
use crate::settings::RelaySettings;
use crate::wake::CHANNEL;

/// Why there is no leader's connection.
#[derive(Debug, thiserror::Error)]
pub enum LeaderError {
    /// The database is away or refuses.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// It does not answer.
    #[error("database: connecting timed out")]
    Timeout,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection whose notifications ring a bell.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) bell: Arc<Notify>,
}

impl Session {
    /// Connects; the driver task ends when the session is dropped or the connection is lost.
    pub(crate) async fn connect(url: &SecretString, name: &str) -> Result<Self, LeaderError> {
        let mut config: Config = url.expose_secret().parse()?;
        config
            .application_name(name)
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives_idle(Duration::from_secs(2))
            .keepalives_interval(Duration::from_secs(1))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(5));
        let connect = tokio::time::timeout(CONNECT_TIMEOUT, config.connect(NoTls));
        let (client, mut connection) = connect.await.map_err(|_| LeaderError::Timeout)??;
        let bell = Arc::new(Notify::new());
        let ringing = Arc::clone(&bell);
        tokio::spawn(async move {
            let mut messages = stream::poll_fn(move |cx| connection.poll_message(cx));
            while let Some(message) = messages.next().await {
                match message {
                    Ok(AsyncMessage::Notification(_)) => ringing.notify_one(),
                    Ok(_) => {}
                    Err(_) => break,
                }
            }
            // Whoever waits for work learns of the loss by trying.
            ringing.notify_one();
        });
        Ok(Self { client, bell })
    }
}

/// The session that holds the lock, with the service's prepared statements.
pub(crate) struct Leader<F> {
    pub(crate) session: Session,
    pub(crate) facts: F,
}

/// Tries to become the leader on this session; gives the session back when another one leads.
pub(crate) async fn try_lead<F: Facts>(
    session: Session,
    settings: &RelaySettings,
) -> Result<Result<Leader<F>, Session>, LeaderError> {
    let row = session.client.query_one("SELECT pg_try_advisory_lock($1)", &[&F::LOCK]).await?;
    if !row.get::<_, bool>(0) {
        return Ok(Err(session));
    }
    let timeout = settings.session_timeout_s;
    session
        .client
        .batch_execute(&format!(
            // Deleting told facts may be lost in a crash: they are then told again, under the same ids.
            "SET idle_session_timeout = '{timeout}s'; SET idle_in_transaction_session_timeout = '{timeout}s'; \
             SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; \
             SET synchronous_commit = off; LISTEN {CHANNEL}"
        ))
        .await?;
    let facts = F::take_lead(&session.client).await?;
    Ok(Ok(Leader { session, facts }))
}
