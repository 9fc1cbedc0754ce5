//! One connection, made within its time and closed when its owner drops it.

use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::ExposeSecret;

use crate::{BrokerError, BrokerSettings};

/// A connection with its one channel.
pub(crate) struct Link {
    pub(crate) channel: Channel,
    // Dropping the connection closes it; the channel alone doesn't keep it.
    _connection: Connection,
}

impl Link {
    /// Connects as `name`, which the management UI shows.
    pub(crate) async fn open(settings: &BrokerSettings, name: &str) -> Result<Self, BrokerError> {
        let open = async {
            let properties = ConnectionProperties::default().with_connection_name(name.into());
            let connection = Connection::connect(settings.url.expose_secret(), properties).await?;
            let channel = connection.create_channel().await?;
            Ok::<_, lapin::Error>(Self { channel, _connection: connection })
        };
        match tokio::time::timeout(settings.connect_timeout(), open).await {
            Ok(link) => Ok(link?),
            Err(_) => Err(BrokerError::Timeout("connecting")),
        }
    }
}
