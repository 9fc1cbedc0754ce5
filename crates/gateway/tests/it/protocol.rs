//! What a client may say, and what ends a connection.

use serde_json::{Value, json};
use service::Authenticator;
use service::auth::Role;
use testbed::{Screen, environment, token};

use crate::app::Gateway;

async fn greeted() -> (Gateway, Screen) {
    let gateway = Gateway::with_stations(1).await;
    let mut screen = gateway.screen("/ws/stations/").await;
    screen.greeting().await;
    (gateway, screen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_is_answered_with_its_own_timestamp() {
    let (_gateway, mut screen) = greeted().await;
    for timestamp in [json!(1_700_000_000_000_u64), json!("now"), Value::Null] {
        screen.say(&json!({"type": "ping", "timestamp": timestamp}).to_string()).await;
        assert_eq!(screen.message().await, json!({"type": "pong", "timestamp": timestamp}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_make_no_sense_are_answered_and_the_tenth_in_a_row_closes() {
    let (_gateway, mut screen) = greeted().await;
    for round in 0..9 {
        let (text, code) =
            if round % 2 == 0 { ("{", "invalid_json") } else { (r#"{"type":"x"}"#, "unknown_type") };
        screen.say(text).await;
        let answer = screen.message().await;
        assert_eq!((&answer["type"], &answer["code"]), (&"error".into(), &code.into()));
        if code == "invalid_json" {
            assert_eq!(answer["message"], "Invalid JSON");
        }
    }
    screen.say(r#"{"type":"ping","timestamp":1}"#).await;
    assert_eq!(screen.message().await["type"], "pong");
    for _ in 0..9 {
        screen.say("{").await;
        assert_eq!(screen.message().await["type"], "error", "a good message starts the count anew");
    }
    screen.say("{").await;
    assert_eq!(screen.next().await.unwrap_err().0, 4400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_over_four_kib_closes_with_too_big() {
    let (_gateway, mut screen) = greeted().await;
    screen.say(&format!(r#"{{"type":"ping","timestamp":"{}"}}"#, "x".repeat(5_000))).await;
    assert_eq!(screen.next().await.unwrap_err().0, 1009);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_talks_too_fast_is_closed() {
    let (_gateway, mut screen) = greeted().await;
    // In one write: one that comes after the close frame and its second of grace would only meet a closed socket.
    screen.say_at_once((0..200).map(|_| r#"{"type":"ping","timestamp":1}"#.to_owned())).await;
    let close = loop {
        match screen.next().await {
            Ok(message) => assert_eq!(message["type"], "pong"),
            Err(close) => break close.0,
        }
    };
    assert_eq!(close, 4429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_with_its_token_unless_a_new_one_for_the_same_rider_comes() {
    let gateway = Gateway::with_stations(1).await;
    let authenticator = Authenticator::new(&environment::auth()).unwrap();
    let brief =
        || authenticator.issue(events::UserId(42), Role::Rider, chrono::Duration::seconds(2)).unwrap();
    let mut ending = Screen::of_rider(&gateway.base, &brief()).await;
    let mut renewed = Screen::of_rider(&gateway.base, &brief()).await;
    let mut usurped = Screen::of_rider(&gateway.base, &token(42, Role::Rider)).await;
    for screen in [&mut ending, &mut renewed, &mut usurped] {
        screen.greeting().await;
    }
    renewed.say(&json!({"type": "authenticate", "token": token(42, Role::Rider)}).to_string()).await;
    usurped.say(&json!({"type": "authenticate", "token": token(43, Role::Rider)}).to_string()).await;
    assert_eq!(usurped.next().await.unwrap_err().0, 4401);
    assert_eq!(ending.next().await.unwrap_err().0, 4401);
    assert!(renewed.all_so_far().await.is_empty(), "still open after the first token's end");
}
