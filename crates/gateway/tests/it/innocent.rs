//! What an attack costs somebody who has nothing to do with it: the answers to pings while it lasts, compared with those
//! before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testbed::raw::{RawSocket, client_frame};
use testbed::{Screen, Upgrade, until};

use crate::app::Gateway;

/// Pings of one screen: more would exceed the allowance of messages.
const PINGS: usize = 30;
/// Frames that a flood sends at once: more bytes than the kernel takes for a server that does not read.
const FRAMES: usize = 20_000;
/// How many times as long an answer may take while an attack lasts. Attackers, clients and the gateway share two
/// processors here; what this must find is that somebody waits for the attack itself, which takes thousands of times as
/// long.
const MOST: u32 = 200;

/// Screens on both worker threads: new connections go to them in turns.
async fn screens(gateway: &Gateway) -> Vec<Screen> {
    let mut screens = Vec::new();
    for _ in 0..2 {
        let mut screen = gateway.screen("/ws/stations/1/").await;
        screen.greeting().await;
        screens.push(screen);
    }
    screens
}

/// What half of the answers take at most.
async fn latency(mut screens: Vec<Screen>) -> Duration {
    let mut taken = Vec::new();
    for round in 0..PINGS {
        for screen in &mut screens {
            let began = Instant::now();
            screen.say(&json!({"type": "ping", "timestamp": round}).to_string()).await;
            let pong = screen.until(|message| message["type"] == "pong").await.pop().unwrap();
            taken.push(began.elapsed());
            assert_eq!(pong["timestamp"], round);
        }
    }
    taken.sort();
    taken[taken.len() / 2]
}

#[derive(Clone, Copy)]
enum Attack {
    /// Frames without end: the first byte of what opens a message, and the first byte and payload of what is repeated.
    Frames(Option<u8>, u8, &'static [u8]),
    /// Greetings with all stations that nobody takes.
    UnreadGreetings,
    /// Tokens that are none.
    Tokens,
    /// Handshakes at paths that are none.
    Paths,
    /// Subscriptions to a hundred channels, each with its snapshot.
    Subscriptions,
}

impl Attack {
    /// Attacks once.
    async fn strike(self, base: &str) {
        match self {
            Self::Frames(opening, first, payload) => {
                let mut socket = RawSocket::open(base, "/ws/stations/1/", "").await;
                if let Some(first) = opening {
                    socket.send(&client_frame(first, b"x")).await;
                }
                socket.send(&client_frame(first, payload).repeat(FRAMES)).await;
                socket.close_code().await;
            }
            Self::UnreadGreetings => drop(Upgrade::new(base, "/ws/stations/").narrow().open().await),
            Self::Tokens => {
                drop(Upgrade::new(base, "/ws/notifications/").token("no.such.token").open().await)
            }
            Self::Paths => drop(Upgrade::new(base, "/ws/anything/").open().await),
            Self::Subscriptions => {
                if let Ok(mut screen) = Upgrade::new(base, "/ws/stations/1/").open().await {
                    let channels: Vec<String> = (1..=100).map(|n| format!("station_{}", n * 50)).collect();
                    screen.try_say(&json!({"type": "subscribe", "channels": channels}).to_string()).await;
                    screen.until(|message: &Value| message["type"] == "subscribed").await;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attack_makes_nobody_else_wait_for_it() {
    let gateway = Gateway::with_stations(5_000).await;
    for (what, attack) in [
        ("empty continuations", Attack::Frames(Some(0x01), 0x00, b"")),
        ("one text byte by byte", Attack::Frames(Some(0x01), 0x00, b"x")),
        ("unsolicited pongs", Attack::Frames(None, 0x8a, b"")),
        ("pings", Attack::Frames(None, 0x89, b"x")),
        ("texts", Attack::Frames(None, 0x81, b"{}")),
        ("greetings that nobody takes", Attack::UnreadGreetings),
        ("refused tokens", Attack::Tokens),
        ("unknown paths", Attack::Paths),
        ("subscriptions", Attack::Subscriptions),
    ] {
        let calm = latency(screens(&gateway).await).await;
        let innocent = screens(&gateway).await;
        let (over, strikes) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let attackers: Vec<_> = (0..2)
            .map(|_| {
                let (base, over, strikes) = (gateway.base.clone(), Arc::clone(&over), Arc::clone(&strikes));
                tokio::spawn(async move {
                    while !over.load(Ordering::Acquire) {
                        attack.strike(&base).await;
                        strikes.fetch_add(1, Ordering::AcqRel);
                    }
                })
            })
            .collect();
        until("the attack has begun", async || strikes.load(Ordering::Acquire) >= 2).await;
        let attacked = latency(innocent).await;
        over.store(true, Ordering::Release);
        for attacker in attackers {
            attacker.await.unwrap();
        }
        println!("{what}: {attacked:?} instead of {calm:?}, {} strikes", strikes.load(Ordering::Acquire));
        assert!(attacked <= calm * MOST, "{what}: {attacked:?} instead of {calm:?}");
    }
}
