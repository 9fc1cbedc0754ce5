//! Nobody hurts others: attacks on a running gateway, and an innocent client beside each.

use reqwest::StatusCode;
use serde_json::{Value, json};
use service::auth::Role;
use testbed::raw::{RawSocket, client_frame};
use testbed::{Screen, Upgrade, token, until};

use crate::app::{Gateway, station, update};

const FRAMES_AT_ONCE: usize = 10_000;

fn status(result: Result<Screen, StatusCode>) -> Option<u16> {
    result.err().map(|status| status.as_u16())
}

/// Sends frames as fast as they are taken until the server ends the connection; returns the code of its close frame.
async fn flood(base: String, opening: Vec<u8>, frame: Vec<u8>) -> Option<u16> {
    let mut attacker = RawSocket::open(&base, "/ws/stations/", "").await;
    attacker.send(&opening).await;
    let frames = frame.repeat(FRAMES_AT_ONCE);
    attacker.send(&frames).await;
    attacker.close_code().await
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_every_kind_cost_allowance_and_others_are_answered_meanwhile() {
    let gateway = Gateway::with_stations(1).await;
    let mut innocent = gateway.screen("/ws/stations/1/").await;
    innocent.greeting().await;
    let first_of_text = client_frame(0x01, b"x");
    for (what, opening, frame) in [
        ("empty continuations", first_of_text.clone(), client_frame(0x00, b"")),
        ("one text byte by byte", first_of_text, client_frame(0x00, b"x")),
        ("unsolicited pongs", Vec::new(), client_frame(0x8a, b"")),
        ("pings", Vec::new(), client_frame(0x89, b"x")),
        ("texts", Vec::new(), client_frame(0x81, b"{}")),
    ] {
        let attack = tokio::spawn(flood(gateway.base.clone(), opening, frame));
        for round in 0..5 {
            innocent.say(&json!({"type": "ping", "timestamp": round}).to_string()).await;
            assert_eq!(innocent.message().await["timestamp"], round);
        }
        let code = attack.await.unwrap();
        // Ten bad messages in a row end the connection before the rate does.
        let expected = if what == "texts" { 4400 } else { 4429 };
        assert!(code.is_none_or(|code| code == expected), "{what}: {code:?}");
    }
    gateway.publish(&[update(station(1, 101, 1))]).await;
    assert_eq!(innocent.message().await["revision"], 101);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_takes_its_greeting_gives_its_place_up() {
    let settings = json!({"greeting_timeout_s": 1, "connections": {"total": 1}});
    let gateway = Gateway::with_settings(5_000, settings).await;
    let _stalled = gateway.upgrade("/ws/stations/").narrow().open().await.ok().unwrap();
    assert_eq!(status(gateway.upgrade("/ws/stations/1/").open().await), Some(503), "there is one place");
    until("the place is free", async || gateway.upgrade("/ws/stations/1/").open().await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_that_are_not_taken_hold_a_bounded_amount_of_memory() {
    const STALLED: usize = 4;
    // Each of the stalled clients holds more than this.
    let settings = json!({"snapshot_bytes": 100_000, "connections": {"total": STALLED + 1}});
    let gateway = Gateway::with_settings(5_000, settings).await;
    let mut innocent = gateway.screen("/ws/stations/1/").await;
    innocent.greeting().await;
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        stalled.push(gateway.upgrade("/ws/stations/").narrow().open().await.ok().unwrap());
    }
    // Each page changes: who has not taken it holds it as it was.
    let changes: Vec<_> = (1..=5_000).map(|id| update(station(id, 100 + id, 1))).collect();
    gateway.publish(&changes).await;
    let mut others = Vec::new();
    until("the stalled clients were sent away", async || {
        others.extend(gateway.upgrade("/ws/stations/1/").open().await);
        others.len() == STALLED
    })
    .await;
    innocent.until(|message| message["revision"] == 101).await;
    assert_eq!(innocent.all_so_far().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_tokens_count_against_the_address_and_valid_ones_are_taken() {
    let limits = json!({"connections": {"refused_tokens_per_s": 1, "refused_tokens_burst": 3}});
    let gateway = Gateway::with_settings(1, limits).await;
    let from = |address: &str, token: &str| {
        let upgrade = gateway.upgrade("/ws/notifications/").header("x-forwarded-for", address);
        upgrade.token(token).open()
    };
    let mut refused = Vec::new();
    for _ in 0..10 {
        refused.push(status(from("192.0.2.1", "nonsense").await).unwrap());
    }
    assert_eq!(refused[..3], [401; 3]);
    assert!(refused.contains(&429), "{refused:?}");
    assert_eq!(status(from("192.0.2.2", "nonsense").await), Some(401));
    assert_eq!(status(from("192.0.2.1", &token(42, Role::Rider)).await), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_connections_have_a_rate_per_address() {
    let limits = json!({"connections": {"new_per_address_per_s": 1, "new_per_address_burst": 3}});
    let gateway = Gateway::with_settings(1, limits).await;
    let from = |address: &str| gateway.upgrade("/ws/stations/").header("x-forwarded-for", address).open();
    let mut held = Vec::new();
    let mut refused = Vec::new();
    for _ in 0..10 {
        match from("192.0.2.1").await {
            Ok(screen) => held.push(screen),
            Err(status) => refused.push(status.as_u16()),
        }
    }
    assert!(
        held.len() >= 3 && refused.contains(&429) && refused.iter().all(|status| *status == 429),
        "{refused:?}"
    );
    assert!(from("192.0.2.2").await.is_ok());
    let raw = RawSocket::open(&gateway.base, "/ws/stations/", "X-Forwarded-For: 192.0.2.1\r\n").await;
    assert!(raw.status() == 101 || raw.head.to_ascii_lowercase().contains("retry-after:"), "{}", raw.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_are_matched_whole_and_as_they_were_sent() {
    let gateway = Gateway::with_stations(1).await;
    for path in [
        "/ws%2fstations/",
        "/ws/%73tations/",
        "/ws/stations%2f1/",
        "/ws/stations/1/2",
        "/ws/stations/%31/",
        "/ws/anything/stations/",
    ] {
        assert_eq!(RawSocket::open(&gateway.base, path, "").await.status(), 404, "{path}");
    }
    for path in ["/sse%2fstations/", "/sse/%73tations/", "/sse/stations%2f1/"] {
        let answer = gateway.api.get(path).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_is_scheme_host_and_port_and_stands_once() {
    let gateway = Gateway::with_stations(1).await;
    let own = gateway.base.clone();
    let host = own.trim_start_matches("http://");
    for origin in [
        format!("https://{host}"),
        format!("http://user@{host}"),
        format!("http://{host}0"),
        format!("{own}/path"),
        "null".to_owned(),
    ] {
        let upgrade: Upgrade = gateway.upgrade("/ws/stations/").header("origin", &origin);
        assert_eq!(status(upgrade.open().await), Some(403), "{origin}");
    }
    let twice = format!("Origin: {own}\r\nOrigin: {own}\r\n");
    assert_eq!(RawSocket::open(&gateway.base, "/ws/stations/", &twice).await.status(), 403);
    let once = format!("Origin: {own}\r\n");
    let mut socket = RawSocket::open(&gateway.base, "/ws/stations/", &once).await;
    assert_eq!(socket.status(), 101);
    let first: Value = serde_json::from_slice(&socket.next().await.unwrap().payload).unwrap();
    assert_eq!(first["type"], "connection_established");
}
