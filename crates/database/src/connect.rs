//! How every connection is made: to the first of the given hosts that takes writes.

use std::error::Error;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use futures_util::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::error::DbError;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database is away or refuses.
    #[error("database: {}", with_cause(.0))]
    Database(#[from] tokio_postgres::Error),
    /// None of the hosts takes writes: each with its reason.
    #[error("database: no host takes writes ({0})")]
    NoHost(String),
    /// It does not answer.
    #[error("database: connecting timed out")]
    Timeout,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const DEFAULT_PORT: u16 = 5432;

/// Connects under a name that the database shows. Of several hosts in the URL
/// (`postgres://user:password@one:5432,two:5432/database`) it is the first that takes writes: a replica, a host that
/// refuses and one that is silent are passed over.
///
/// A host that is gone without a word is noticed within seconds: an idle connection is probed by TCP keepalive, a busy
/// one by `TCP_USER_TIMEOUT`.
///
/// # Errors
/// When no host can be reached, none takes writes, or none answers in time.
pub async fn connect(
    url: &SecretString,
    name: &str,
) -> Result<(Client, Connection<Socket, NoTlsStream>), ConnectError> {
    let mut config: Config = url.expose_secret().parse()?;
    config
        .application_name(name)
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .keepalives_idle(Duration::from_secs(2))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(5));
    let attempt = failover::first(each_host(&config), |(host, config): (String, Config)| async move {
        config.connect(NoTls).await.map_err(|error| (host, error))
    });
    match tokio::time::timeout(CONNECT_TIMEOUT, attempt).await {
        Ok(Ok(connected)) => Ok(connected),
        Ok(Err(errors)) => Err(refused(errors)),
        Err(_) => Err(ConnectError::Timeout),
    }
}

fn refused(mut errors: Vec<(String, tokio_postgres::Error)>) -> ConnectError {
    match errors.pop() {
        Some((_, error)) if errors.is_empty() => ConnectError::Database(error),
        last => {
            let all = errors.into_iter().chain(last);
            ConnectError::NoHost(
                all.map(|(host, error)| format!("{host}: {}", with_cause(&error)))
                    .collect::<Vec<_>>()
                    .join("; "),
            )
        }
    }
}

/// The library's text is only half of it: "error connecting to server".
fn with_cause(error: &tokio_postgres::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// The same settings for each host alone: `Config::connect` would wait for a host that has taken the connection and
/// says nothing.
fn each_host(config: &Config) -> Vec<(String, Config)> {
    let ports = config.get_ports();
    let port_of = |index: usize| ports.get(index).or(ports.first()).copied().unwrap_or(DEFAULT_PORT);
    config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(index, host)| {
            let mut alone = without_hosts(config);
            let port = port_of(index);
            alone.port(port);
            match host {
                Host::Tcp(name) => {
                    alone.host(name);
                    (format!("{name}:{port}"), alone)
                }
                #[cfg(unix)]
                Host::Unix(path) => {
                    alone.host_path(path);
                    (path.display().to_string(), alone)
                }
            }
        })
        .collect()
}

fn without_hosts(config: &Config) -> Config {
    let mut copy = Config::new();
    if let Some(user) = config.get_user() {
        copy.user(user);
    }
    if let Some(password) = config.get_password() {
        copy.password(password);
    }
    if let Some(database) = config.get_dbname() {
        copy.dbname(database);
    }
    if let Some(options) = config.get_options() {
        copy.options(options);
    }
    if let Some(name) = config.get_application_name() {
        copy.application_name(name);
    }
    if let Some(timeout) = config.get_tcp_user_timeout() {
        copy.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        copy.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        copy.keepalives_retries(retries);
    }
    copy.ssl_mode(config.get_ssl_mode())
        .channel_binding(config.get_channel_binding())
        .keepalives_idle(config.get_keepalives_idle())
        .target_session_attrs(config.get_target_session_attrs());
    copy
}

/// The same for statements by way of diesel.
///
/// # Errors
/// As [`connect`].
pub async fn establish(url: &SecretString, name: &str) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) =
        connect(url, name).await.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    tokio::spawn(drive(connection, || {}));
    AsyncPgConnection::try_from(client).await
}

/// Drives a connection until it ends; `notified` is called for each notification.
///
/// A commit waits for its replica. When that wait is cancelled, the server warns, and then reports success: the
/// transaction is committed there and may not survive the loss of this server. What is not known must not be answered,
/// so the connection ends on that warning, and whoever waits for the commit learns that it was interrupted.
pub async fn drive(mut connection: Connection<Socket, NoTlsStream>, notified: impl Fn()) {
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    while let Some(Ok(message)) = messages.next().await {
        match message {
            AsyncMessage::Notification(_) => notified(),
            AsyncMessage::Notice(notice) if is_unreplicated(&notice) => {
                tracing::error!(
                    notice = notice.message(),
                    "a commit may not have reached the replica; its connection ends"
                );
                return;
            }
            _ => {}
        }
    }
}

/// Waits until all that this server has committed is on its replica, where it has to be on one.
///
/// By a commit of its own, which the replica gets behind all others. A transaction that has drawn an id and written
/// nothing is committed without waiting, so this one writes a message to the WAL, which nobody reads.
///
/// # Errors
/// When the connection ends, also because the wait was cancelled.
pub async fn wait_for_replica(client: &Client) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("SELECT pg_logical_emit_message(true, 'swapwire', '')").await
}

/// Postgres gives these warnings no SQLSTATE of their own (`SyncRepWaitForLSN`). `lc_messages` fixes their language, as
/// for [`crate::DatabaseError`]; a test provokes one.
fn is_unreplicated(notice: &DbError) -> bool {
    let message = notice.message();
    message.starts_with("canceling wait for synchronous replication")
        || message.starts_with("canceling the wait for synchronous replication")
}
