//! Too much of everything from one address: half-sent requests, many at once, many in a row, many large reads.

use std::time::Instant;

use reqwest::Client;
use testbed::{Api, Screen, until};
use tokio::task::JoinSet;

use super::raw::{Connection, status};
use crate::instance::{all_ready, base};
use crate::nginx::Nginx;

#[tokio::test(flavor = "multi_thread")]
async fn connections_with_half_a_header_are_ended() {
    let mut half_sent = JoinSet::new();
    for _ in 0..1_500 {
        half_sent.spawn(async {
            let mut connection = Connection::open_from(&base(), "127.0.0.4").await;
            connection.send("GET /stations/ HTTP/1.1\r\nHost: localhost\r\nX-").await;
            connection.rest().await
        });
    }
    assert!(
        Api::new(base()).get("/stations/?limit=1").await.status.is_success(),
        "others are served meanwhile"
    );
    for answer in half_sent.join_all().await {
        assert!(matches!(status(&answer), None | Some(408)), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_with_half_a_body_are_counted_by_address() {
    let nginx = Nginx::start(&[("SWAPWIRE_REQUESTS_PER_ADDRESS_AT_ONCE", "3")]).await;
    let half = "POST /user/orders/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{";
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut connection = Connection::open(&nginx.base).await;
        connection.send(half).await;
        held.push(connection);
    }
    let api = Api::new(&nginx.base);
    until("the three are counted", async || api.get("/stations/").await.status == 429).await;
    let refused = api.get("/stations/").await;
    refused.is_problem(429, "too-many-requests");
    assert_eq!(refused.headers["retry-after"], "1");
    let mut other = Connection::open_from(&nginx.base, "127.0.0.5").await;
    other.send("GET /stations/ HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(other.status().await, 200, "another address has requests of its own");
    Screen::open(&nginx.base, "/ws/stations/").await;
    drop(held);
    until("there is room again", async || api.get("/stations/").await.status == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_a_row_are_counted_by_address() {
    let settings =
        [("SWAPWIRE_REQUESTS_PER_ADDRESS_PER_S", "1"), ("SWAPWIRE_REQUESTS_PER_ADDRESS_BURST", "5")];
    let nginx = Nginx::start(&settings).await;
    let api = Api::new(&nginx.base);
    let mut refused = 0;
    while refused == 0 {
        let answer = api.get("/config.json").await;
        if answer.status == 429 {
            answer.is_problem(429, "too-many-requests");
            refused += 1;
        }
    }
    let mut other = Connection::open_from(&nginx.base, "127.0.0.5").await;
    other.send("GET /config.json HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(other.status().await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_reads_without_a_token_are_counted_by_address() {
    all_ready().await;
    let reader = Client::builder().local_address(Some([127, 0, 0, 6].into())).build().unwrap();
    let began = Instant::now();
    let mut reading = JoinSet::new();
    for _ in 0..8 {
        let reader = reader.clone();
        reading.spawn(async move {
            let mut served = 0_u32;
            for _ in 0..375 {
                let answer = reader.get(format!("{}/stations/?limit=500", base())).send().await.unwrap();
                // 503: a loaded machine, where Postgres takes longer than the pool waits.
                assert!(matches!(answer.status().as_u16(), 200 | 429 | 503), "{}", answer.status());
                served += u32::from(answer.status() == 200);
            }
            served
        });
    }
    let served: u32 = reading.join_all().await.into_iter().sum();
    // limits.anonymous_burst and limits.anonymous_per_s.
    let allowed = 300.0 + 100.0 * began.elapsed().as_secs_f64() + 1.0;
    assert!(f64::from(served) <= allowed, "{served} of 3,000 were served, at most {allowed} may be");
}
