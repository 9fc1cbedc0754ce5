//! How every connection is made.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database is away or refuses.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// It does not answer.
    #[error("database: connecting timed out")]
    Timeout,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects under a name that the database shows. A host that is gone without a word is noticed within seconds: an idle
/// connection is probed by TCP keepalive, a busy one by `TCP_USER_TIMEOUT`.
///
/// # Errors
/// When the database can't be reached, refuses or does not answer.
pub async fn connect(
    url: &SecretString,
    name: &str,
) -> Result<(Client, Connection<Socket, NoTlsStream>), ConnectError> {
    let mut config: Config = url.expose_secret().parse()?;
    config
        .application_name(name)
        .connect_timeout(CONNECT_TIMEOUT)
        .keepalives_idle(Duration::from_secs(2))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(5));
    let connect = tokio::time::timeout(CONNECT_TIMEOUT, config.connect(NoTls));
    Ok(connect.await.map_err(|_| ConnectError::Timeout)??)
}

/// The same for statements by way of diesel.
///
/// # Errors
/// As [`connect`].
pub async fn establish(url: &SecretString, name: &str) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) =
        connect(url, name).await.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}
