//! Several hosts in one URL: what refuses, is silent or takes no writes is passed over.

use database::connect;
use secrecy::{ExposeSecret, SecretString};
use testbed::Database;
use tokio::net::TcpListener;

/// The URL with these hosts before or behind its own.
fn with_hosts(url: &SecretString, hosts: impl Fn(&str) -> String) -> SecretString {
    let url = url.expose_secret();
    let (user, rest) = url.split_once('@').unwrap();
    let (own, database) = rest.split_once('/').unwrap();
    format!("{user}@{}/{database}", hosts(own)).into()
}

/// The port of the server that a connection is to.
async fn port_of(url: &SecretString) -> i32 {
    let (client, connection) = connect(url, "test").await.unwrap();
    tokio::spawn(connection);
    client.query_one("SELECT inet_server_port()", &[]).await.unwrap().get(0)
}

/// A port that nothing listens on.
async fn refusing() -> String {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_or_is_silent_is_passed_over() {
    let database = Database::create().await;
    let own = port_of(&database.booking_url()).await;
    // The kernel takes the connection, and nobody ever answers: as with a server that is stopped.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = silent.local_addr().map(|address| (silent, address.to_string())).unwrap();
    let refusing = refusing().await;
    for hosts in [
        with_hosts(&database.booking_url(), |own| format!("{refusing},{own}")),
        with_hosts(&database.booking_url(), |own| format!("{},{own}", silent.1)),
        with_hosts(&database.booking_url(), |own| format!("{own},{refusing}")),
    ] {
        assert_eq!(port_of(&hosts).await, own, "{}", hosts.expose_secret());
    }
    let none = with_hosts(&database.booking_url(), |_| format!("{refusing},{refusing}"));
    let error = connect(&none, "test").await.map(drop).unwrap_err().to_string();
    assert_eq!(error.matches(refusing.as_str()).count(), 2, "each host with its reason: {error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_takes_no_writes_is_passed_over() {
    let database = Database::create().await;
    let name = database.row("SELECT current_database()").await.get::<_, String>(0);
    // What a replica answers as well.
    database.run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let refusing = refusing().await;
    let hosts = with_hosts(&database.booking_url(), |own| format!("{own},{refusing}"));
    let error = connect(&hosts, "test").await.map(drop).unwrap_err().to_string();
    assert!(error.contains("does not allow writes") && error.contains(&refusing), "{error}");
    database.run(&format!("ALTER DATABASE {name} RESET default_transaction_read_only")).await;
    port_of(&hosts).await;
}
