//! What a client can send before anything of ours has looked at it, for `crates/fuzzing`: functions that panic when
//! reading breaks a rule. The gateway does not call them.

use crate::protocol::{Channel, ClientMessage, Scope};
use crate::wire::input::{Input, Received, Violation};

/// The largest message, as in production.
const LARGEST: usize = 4_096;

/// Bytes of a socket. Where a packet ends must not matter, no message may be larger than allowed, and every text is
/// either a message or an error with a code.
///
/// # Panics
/// When one of these does not hold.
pub fn websocket(deflate: bool, bytes: &[u8]) {
    let whole = read(Input::new(LARGEST, deflate), std::iter::once(bytes));
    let single = read(Input::new(LARGEST, deflate), bytes.chunks(1));
    assert_eq!(whole, single, "where a packet ends matters");
    for received in whole.0 {
        match received {
            Received::Text(text) => {
                assert!(text.len() <= LARGEST, "a text of {} bytes", text.len());
                message(&text);
            }
            Received::Binary(bytes) => assert!(bytes.len() <= LARGEST, "a message of {} bytes", bytes.len()),
            Received::Ping(payload) => assert!(payload.len() <= 125, "a ping of {} bytes", payload.len()),
            Received::Pong | Received::Fragment | Received::Close(_) => {}
        }
    }
}

fn read<'a>(mut input: Input, packets: impl Iterator<Item = &'a [u8]>) -> (Vec<Received>, Option<Violation>) {
    let mut received = Vec::new();
    for mut packet in packets {
        loop {
            match input.next(&mut packet) {
                Ok(Some(frame)) => received.push(frame),
                Ok(None) => break,
                Err(violation) => return (received, Some(violation)),
            }
        }
        assert!(packet.is_empty(), "bytes are left over");
    }
    (received, None)
}

/// A text frame. Names of channels that are understood read back as they were meant.
///
/// # Panics
/// When they don't.
pub fn message(text: &str) {
    match ClientMessage::parse(text) {
        Ok(ClientMessage::Subscribe { channels }) => {
            for wanted in channels {
                if let Ok(channel) = wanted.channel.parse::<Channel>() {
                    assert_eq!(channel.to_string().parse(), Ok(channel));
                }
            }
        }
        Ok(_) => {}
        Err(bad) => assert!(!bad.text().0.is_empty()),
    }
}

/// The `scope` of a query: what is understood reads back as the same box.
///
/// # Panics
/// When it does not.
pub fn scope(text: &str) {
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
}
