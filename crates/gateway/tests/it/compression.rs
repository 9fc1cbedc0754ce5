//! `permessage-deflate`: negotiated, for large messages, made once.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use testbed::raw::{RawSocket, client_frame};

use crate::app::{Gateway, station, update};

const EXTENSIONS: &str = "Sec-WebSocket-Extensions: ";

async fn open(gateway: &Gateway, offer: &str) -> RawSocket {
    let header = if offer.is_empty() { String::new() } else { format!("{EXTENSIONS}{offer}\r\n") };
    RawSocket::open(&gateway.base, "/ws/stations/", &header).await
}

fn accepted(socket: &RawSocket) -> Option<String> {
    let lines = socket.head.lines();
    let name = EXTENSIONS.to_ascii_lowercase();
    lines.map(str::to_ascii_lowercase).find_map(|line| line.strip_prefix(&name).map(ToOwned::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_negotiated_without_context_takeover_or_declined() {
    let gateway = Gateway::with_stations(1).await;
    let plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    for (offer, answer) in [
        ("", None),
        ("x-webkit-deflate-frame", None),
        ("permessage-deflate", Some(plain)),
        ("permessage-deflate; client_max_window_bits", Some(plain)),
        ("permessage-deflate; server_max_window_bits=10", None),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", Some(plain)),
        ("permessage-deflate; unknown=1", None),
    ] {
        let socket = open(&gateway, offer).await;
        assert_eq!((socket.status(), accepted(&socket).as_deref()), (101, answer), "{offer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_messages_come_compressed_small_ones_plain_and_all_say_the_same() {
    let gateway = Gateway::with_stations(700).await;
    let (mut plain, mut compressed) = (open(&gateway, "").await, open(&gateway, "permessage-deflate").await);
    gateway.publish(&[update(station(1, 101, 1))]).await;
    for frame in 0..4 {
        let (one, other) = (plain.next().await.unwrap(), compressed.next().await.unwrap());
        assert!(!one.compressed);
        let is_snapshot = frame == 1 || frame == 2;
        assert_eq!(other.compressed, is_snapshot, "frame {frame}");
        let [one_json, other_json] =
            [&one, &other].map(|frame| serde_json::from_slice::<Value>(&frame.payload).unwrap());
        assert_eq!(one_json, other_json, "frame {frame}");
        if is_snapshot {
            assert!(other.length * 5 < one.length, "{} of {} bytes", other.length, one.length);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_compresses_is_understood_and_bounded() {
    let gateway = Gateway::with_stations(1).await;
    let deflated = |text: &str| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        // RFC 7692, section 7.2.3.4: a byte of zeros behind a final block.
        client_frame(0xc1, &[encoder.finish().unwrap(), vec![0]].concat())
    };
    let mut socket = open(&gateway, "permessage-deflate").await;
    assert!(socket.send(&deflated(r#"{"type":"ping","timestamp":7}"#)).await);
    loop {
        let frame = socket.next().await.unwrap();
        assert_ne!(frame.opcode, 8, "closed with {}", frame.close_code());
        let message: Value = serde_json::from_slice(&frame.payload).unwrap();
        if message["type"] == "pong" {
            assert_eq!(message["timestamp"], 7);
            break;
        }
    }
    assert!(socket.send(&deflated(&" ".repeat(100_000))).await);
    assert_eq!(socket.close_code().await, Some(1009), "4 KiB, inflated");
    let mut plain = open(&gateway, "").await;
    assert!(plain.send(&deflated("{}")).await);
    assert_eq!(plain.close_code().await, Some(1002), "it was not negotiated");
}
