//! Several nodes in one URL: what refuses or is silent is passed over, and the node in use is named.

use broker::topology::{Needs, check};
use broker::{BrokerSettings, StartAt, StreamReader};
use secrecy::ExposeSecret;
use testbed::{Broker, Role};
use tokio::net::TcpListener;

/// The settings of a role, with these nodes instead of its own, and its own.
fn with_nodes(broker: &Broker, role: Role, nodes: impl Fn(&str) -> String) -> (BrokerSettings, String) {
    let settings = broker.settings(role);
    let url = settings.url.expose_secret();
    let (user, rest) = url.split_once('@').unwrap();
    let (own, vhost) = rest.split_once('/').unwrap();
    let url = format!("{user}@{}/{vhost}", nodes(own));
    (BrokerSettings { url: url.into(), ..settings.clone() }, own.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_refuses_or_is_silent_is_passed_over() {
    let broker = Broker::create().await;
    // The kernel takes the connection, and nobody ever answers: as with a node that is stopped.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_address = silent.local_addr().unwrap();
    let refusing = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (settings, own) =
        with_nodes(&broker, Role::Inventory, |own| format!("{refusing},{silent_address},{own}"));
    assert_eq!(check(&settings, Needs::Exchange).await.unwrap(), own);
    let (settings, own) =
        with_nodes(&broker, Role::Gateway, |own| format!("{silent_address},{refusing},{own}"));
    let reader = StreamReader::attach(&settings, "test", StartAt::First).await.unwrap();
    assert_eq!(reader.node(), own);
    let (settings, _) = with_nodes(&broker, Role::Gateway, |_| format!("{refusing},{refusing}"));
    check(&settings, Needs::Stream).await.unwrap_err();
}
