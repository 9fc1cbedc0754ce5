//! How connections end: limits, silence, and a gateway that is told to end.

use std::collections::HashSet;

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{EventStream, Screen, eventually, token, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{Gateway, station, update};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_silent_is_gone_and_one_that_answers_stays() {
    let gateway = Gateway::with_settings(1, json!({"heartbeat_s": 1, "silence_s": 10})).await;
    let mut alive = gateway.screen("/ws/stations/").await;
    alive.greeting().await;
    // The library answers pings while it is read; bytes that are just read answer nothing.
    let staying = tokio::spawn(async move {
        alive.until(|message| message["revision"] == 101).await;
    });
    let address = gateway.base.trim_start_matches("http://");
    let mut silent = TcpStream::connect(address).await.unwrap();
    let request = "GET /ws/stations/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    silent.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    eventually("the end", silent.read_to_end(&mut bytes)).await.unwrap();
    let close = [&[0x88, 23][..], &4408_u16.to_be_bytes(), b"no frame for too long"].concat();
    assert!(bytes.ends_with(&close), "{:?}", String::from_utf8_lossy(&bytes));
    gateway.publish(&[update(station(1, 101, 1))]).await;
    staying.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_allowed_are_refused_until_one_ends() {
    let limits = json!({"connections": {"total": 3, "per_user": 1}});
    let gateway = Gateway::with_settings(1, limits).await;
    let status = |result: Result<Screen, reqwest::StatusCode>| result.err().map(|status| status.as_u16());
    let rider = |user| gateway.upgrade("/ws/notifications/").token(&token(user, Role::Rider)).open();
    let first = rider(42).await.ok().unwrap();
    assert_eq!(status(rider(42).await), Some(429));
    let others = (rider(43).await.ok().unwrap(), gateway.screen("/ws/stations/").await);
    assert_eq!(status(gateway.upgrade("/ws/stations/").open().await), Some(503));
    assert_eq!(
        EventStream::open(&format!("{}/sse/stations", gateway.base), &[]).await.err().unwrap().as_u16(),
        503
    );
    drop(first);
    until("there is room again", async || rider(42).await.is_ok()).await;
    drop(others);

    let limits = json!({"connections": {"per_address": 2}, "trusted_proxies": ["127.0.0.1"]});
    let gateway = Gateway::with_settings(1, limits).await;
    let from = |address: &str| gateway.upgrade("/ws/stations/").header("x-forwarded-for", address).open();
    let _held = (from("192.0.2.1").await.ok().unwrap(), from("192.0.2.1").await.ok().unwrap());
    assert_eq!(status(from("192.0.2.1").await), Some(429));
    assert!(from("192.0.2.2").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_ends_sends_each_client_away_with_its_own_moment_to_come_back() {
    const CLIENTS: usize = 20;
    let mut gateway = Gateway::with_settings(1, json!({"drain_s": 1})).await;
    let other = gateway.sibling().await;
    let mut screens = Vec::new();
    for _ in 0..CLIENTS {
        let mut screen = gateway.screen("/ws/stations/").await;
        screen.greeting().await;
        screens.push(screen);
    }
    let mut stream = EventStream::open(&format!("{}/sse/stations", gateway.base), &[]).await.ok().unwrap();
    stream.until(|message| message["type"] == "inventory_snapshot").await;
    gateway.end();
    until("it is no longer ready", async || gateway.api.get("/health/ready").await.status.as_u16() == 503)
        .await;
    assert_eq!(gateway.upgrade("/ws/stations/").open().await.err().unwrap().as_u16(), 503);
    // What happens now is had elsewhere.
    other.publish(&[update(station(1, 101, 1))]).await;
    let mut moments = HashSet::new();
    for screen in screens {
        moments.insert(come_back(screen, &other).await);
    }
    assert_eq!(moments.len(), CLIENTS);
    while stream.next().await.is_some() {}
    gateway.ended().await;
}

/// Reads to the end, comes back to another gateway, and has what it missed; returns `retry_after_ms`.
async fn come_back(mut screen: Screen, other: &Gateway) -> u64 {
    let (mut seen, mut cursor) = (false, None);
    let (code, reason) = loop {
        match screen.next().await {
            Ok(message) => {
                seen |= message["revision"] == 101;
                cursor = message["cursor"].as_str().map(ToOwned::to_owned).or(cursor);
            }
            Err(close) => break close,
        }
    };
    assert_eq!(code, 1012);
    if !seen {
        let since = cursor.unwrap_or_default();
        let mut back = other.screen(&format!("/ws/stations/?since={since}")).await;
        let first = back.message().await;
        if first["recovered"] == true {
            assert_eq!(back.message().await["revision"], 101);
        } else {
            assert_eq!(back.message().await["stations"][0]["revision"], 101);
        }
    }
    serde_json::from_str::<Value>(&reason).unwrap()["retry_after_ms"].as_u64().unwrap()
}
