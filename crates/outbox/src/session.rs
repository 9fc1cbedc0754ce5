//! Connections to the database: how they are made, and one outside any pool that receives notifications.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Notify;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket};

/// The channel that all relays listen on: a booking makes facts for two of them.
pub(crate) const CHANNEL: &str = "swapwire_facts";

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The database is away or refuses.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// It does not answer.
    #[error("database: connecting timed out")]
    Timeout,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects under a name that the database shows. A host that is gone without a word is noticed within seconds: while
/// nothing is asked by keepalives, while something is by what it does not acknowledge.
///
/// # Errors
/// When the database can't be reached, refuses or does not answer.
pub async fn connect(
    url: &SecretString,
    name: &str,
) -> Result<(Client, Connection<Socket, NoTlsStream>), SessionError> {
    let mut config: Config = url.expose_secret().parse()?;
    config
        .application_name(name)
        .connect_timeout(CONNECT_TIMEOUT)
        .keepalives_idle(Duration::from_secs(2))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(5));
    let connect = tokio::time::timeout(CONNECT_TIMEOUT, config.connect(NoTls));
    Ok(connect.await.map_err(|_| SessionError::Timeout)??)
}

/// A connection outside any pool that receives notifications.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) bell: Arc<Notify>,
}

impl Session {
    /// Connects; the driver task ends when the session is dropped or the connection is lost.
    pub(crate) async fn connect(url: &SecretString, name: &str) -> Result<Self, SessionError> {
        let (client, mut connection) = connect(url, name).await?;
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
            // A waiting relay learns of the loss by its next statement.
            ringing.notify_one();
        });
        Ok(Self { client, bell })
    }
}
