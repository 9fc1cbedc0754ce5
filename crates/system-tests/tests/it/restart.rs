//! One of two gateways is restarted under load, as a new version would be: who comes back with a cursor has
//! missed nothing, through nginx and whichever gateway takes them.

use serde_json::Value;
use service::auth::Role;
use testbed::{Database, Screen, Upgrade, eventually, token};

use crate::instance::{all_ready, base, program};

const RIDERS: std::ops::Range<i64> = 6_000..6_008;
const MESSAGES: usize = 60;

/// A rider's phone that comes back whenever it is sent away; returns what it has seen, and how often it was.
async fn phone(rider: i64, first: Screen) -> (Vec<Value>, usize) {
    let (mut screen, mut seen, mut sent_away) = (first, Vec::new(), 0);
    let mut cursor = screen.greeting().await.0["cursor"].as_str().unwrap().to_owned();
    loop {
        match screen.next().await {
            Ok(message) => {
                cursor = message["cursor"].as_str().unwrap().to_owned();
                let last = message["title"] == "end";
                seen.push(message);
                if last {
                    return (seen, sent_away);
                }
            }
            Err((code, _)) => {
                assert_eq!(code, 1012, "a restart says so");
                sent_away += 1;
                screen = eventually("somebody takes the rider", come_back(rider, cursor.clone())).await;
            }
        }
    }
}

async fn come_back(rider: i64, cursor: String) -> Screen {
    let path = format!("/ws/notifications/?since={cursor}");
    let mut screen = loop {
        let upgrade = Upgrade::new(&base(), &path).token(&token(rider, Role::Rider));
        match upgrade.open().await {
            Ok(screen) => break screen,
            // Both may be busy for a moment: the one ends, the other has just started.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!(screen.message().await["recovered"], true);
    screen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_restarted_and_nobody_misses_a_message() {
    all_ready().await;
    let database = Database::of_instance().await;
    let mut phones = Vec::new();
    for rider in RIDERS {
        let screen = Screen::of_rider(&base(), &token(rider, Role::Rider)).await;
        phones.push(tokio::spawn(phone(rider, screen)));
    }
    for message in 0..MESSAGES {
        if message == MESSAGES / 3 {
            program("gateway-1").terminate();
        }
        for rider in RIDERS {
            let sql =
                format!("SELECT booking.send_notification({rider}, 'word', 'number {message}', 'info')");
            database.run(&sql).await;
        }
    }
    all_ready().await;
    for rider in RIDERS {
        database.run(&format!("SELECT booking.send_notification({rider}, 'end', 'end', 'info')")).await;
    }
    let mut moved = 0;
    for phone in phones {
        let (seen, sent_away) = phone.await.unwrap();
        let ids: Vec<i64> = seen.iter().map(|message| message["notification_id"].as_i64().unwrap()).collect();
        let first = ids.first().copied().unwrap_or_default();
        assert_eq!(ids, (first..).take(MESSAGES + 1).collect::<Vec<_>>(), "each once, in order");
        moved += sent_away;
    }
    assert!(moved > 0, "some were on the gateway that was restarted");
}
