//! Notifies the relays of a commit without slowing it. NOTIFY takes a database-wide lock at commit, so it is never
//! part of a business transaction.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::session::{CHANNEL, Session};

/// The least time between two notifications of one process.
const PAUSE: Duration = Duration::from_millis(2);
const RETRY: Duration = Duration::from_millis(500);
/// A server that is frozen keeps the connection and does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A handle that a request handler calls after its commit. It never waits and never fails: relays poll too.
#[derive(Clone)]
pub struct Wake {
    bell: Arc<Notify>,
}

impl Wake {
    /// Starts the task that sends the notifications; it ends with `shutdown`.
    #[must_use]
    pub fn start(database_url: SecretString, shutdown: CancellationToken) -> Self {
        let bell = Arc::new(Notify::new());
        let ringing = Arc::clone(&bell);
        tokio::spawn(async move {
            shutdown.run_until_cancelled(notify_relays(&database_url, &ringing)).await;
        });
        Self { bell }
    }

    /// Something was committed that a relay should read.
    pub fn committed(&self) {
        self.bell.notify_one();
    }
}

async fn notify_relays(database_url: &SecretString, bell: &Notify) {
    loop {
        let Ok(session) = Session::connect(database_url, "swapwire wake").await else {
            tokio::time::sleep(RETRY).await;
            continue;
        };
        if session.client.batch_execute("SET synchronous_commit = off").await.is_err() {
            continue;
        }
        loop {
            bell.notified().await;
            let notify = format!("NOTIFY {CHANNEL}");
            match tokio::time::timeout(PATIENCE, session.client.batch_execute(&notify)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "relays can't be woken; they poll until the database is back");
                    break;
                }
                Err(_) => {
                    tracing::warn!("relays can't be woken: the database does not answer; they poll");
                    break;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        tokio::time::sleep(RETRY).await;
    }
}
