//! One connection, made within its time to the first node that answers, and closed when its owner drops it.

use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::ExposeSecret;

use crate::{BrokerError, BrokerSettings};

/// A connection with its one channel.
pub(crate) struct Link {
    pub(crate) channel: Channel,
    /// `host:port` of the node.
    pub(crate) node: String,
    // Dropping the connection closes it; the channel alone doesn't keep it.
    _connection: Connection,
}

/// One node of the cluster.
struct Node {
    /// `host:port`.
    address: String,
    /// The whole URL with this one host.
    url: String,
}

impl Link {
    /// Connects as `name`, which the management UI shows.
    pub(crate) async fn open(settings: &BrokerSettings, name: &str) -> Result<Self, BrokerError> {
        let attempt =
            failover::first(nodes(settings.url.expose_secret()), |node| Self::to(node, name.to_owned()));
        match tokio::time::timeout(settings.connect_timeout(), attempt).await {
            Ok(Ok(link)) => Ok(link),
            Ok(Err(mut errors)) => match errors.pop() {
                Some(error) => Err(error.into()),
                None => Err(BrokerError::NoNode),
            },
            Err(_) => Err(BrokerError::Timeout("connecting")),
        }
    }

    async fn to(Node { address, url }: Node, name: String) -> Result<Self, lapin::Error> {
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connection = Connection::connect(&url, properties).await?;
        let channel = connection.create_channel().await?;
        Ok(Self { channel, node: address, _connection: connection })
    }
}

/// `scheme://user:password@one:1,two:2/vhost` for each of its hosts alone.
fn nodes(url: &str) -> Vec<Node> {
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    let node = |host: &str| Node { address: host.to_owned(), url: format!("{scheme}{user}{host}{path}") };
    hosts.split(',').map(node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_of_a_url_is_a_node() {
        let all = |url| nodes(url).into_iter().map(|node| (node.address, node.url)).collect::<Vec<_>>();
        let node = |address: &str, url: &str| (address.to_owned(), url.to_owned());
        assert_eq!(all("amqp://u:p@h:1/v"), [node("h:1", "amqp://u:p@h:1/v")]);
        assert_eq!(
            all("amqps://u:p@a:1,b:2,[::1]:3/v?heartbeat=5"),
            [
                node("a:1", "amqps://u:p@a:1/v?heartbeat=5"),
                node("b:2", "amqps://u:p@b:2/v?heartbeat=5"),
                node("[::1]:3", "amqps://u:p@[::1]:3/v?heartbeat=5"),
            ]
        );
        assert_eq!(all("amqp://a,b"), [node("a", "amqp://a"), node("b", "amqp://b")]);
    }
}
