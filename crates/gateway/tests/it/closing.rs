//! The end of a connection, as RFC 6455 has it.

use std::collections::HashSet;

use serde_json::{Value, json};
use testbed::raw::{RawSocket, client_frame};

use crate::app::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_gets_its_own_code_back_and_then_the_end() {
    let gateway = Gateway::with_stations(1).await;
    for code in [1000, 1001, 3000] {
        let mut screen = gateway.screen("/ws/stations/").await;
        screen.greeting().await;
        assert_eq!(screen.close(code).await, code);
    }
    for code in [1000_u16, 1001] {
        let mut raw = RawSocket::open(&gateway.base, "/ws/stations/", "").await;
        assert!(raw.send(&client_frame(0x88, &code.to_be_bytes())).await);
        assert_eq!(raw.close_code().await, Some(code));
        assert_eq!(raw.next().await, None, "the server ends the connection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_are_sent_away_come_back_evenly_within_half_of_the_window() {
    const CLIENTS: usize = 200;
    let gateway = Gateway::with_settings(1, json!({"drain_s": 0, "replay": {"window_s": 1}})).await;
    let mut screens = Vec::new();
    for _ in 0..CLIENTS {
        let mut screen = gateway.screen("/ws/stations/1/").await;
        screen.greeting().await;
        screens.push(screen);
    }
    gateway.end();
    let mut moments = HashSet::new();
    for mut screen in screens {
        let (code, reason) = loop {
            if let Err(close) = screen.next().await {
                break close;
            }
        };
        assert_eq!(code, 1012);
        let reason: Value = serde_json::from_str(&reason).unwrap();
        moments.insert(reason["retry_after_ms"].as_u64().unwrap());
    }
    assert_eq!(moments.len(), CLIENTS, "different for each client");
    assert!(moments.iter().all(|ms| (100..=500).contains(ms)), "{moments:?}");
    let late = moments.iter().filter(|ms| **ms > 300).count();
    assert!((CLIENTS / 3..CLIENTS * 2 / 3).contains(&late), "evenly: {late} of them in the second half");
}
