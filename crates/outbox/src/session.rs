//! A connection to the database outside any pool, which receives notifications.

use std::sync::Arc;

use database::ConnectError;
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio_postgres::Client;

/// The channel that all relays listen on: a booking makes facts for two of them.
pub(crate) const CHANNEL: &str = "swapwire_facts";

/// A connection outside any pool that receives notifications.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) bell: Arc<Notify>,
}

impl Session {
    /// Connects; the driver task ends when the session is dropped or the connection is lost.
    pub(crate) async fn connect(url: &SecretString, name: &str) -> Result<Self, ConnectError> {
        let (client, connection) = database::connect(url, name).await?;
        let bell = Arc::new(Notify::new());
        let ringing = Arc::clone(&bell);
        tokio::spawn(async move {
            database::drive(connection, || ringing.notify_one()).await;
            // A waiting relay learns of the loss by its next statement.
            ringing.notify_one();
        });
        Ok(Self { client, bell })
    }
}
