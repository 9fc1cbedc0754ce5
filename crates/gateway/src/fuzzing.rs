//! Entry points for `crates/fuzzing`: each parses what a client may send and panics when parsing breaks an invariant.
//! The gateway itself does not call them.

use crate::protocol::{Channel, ClientMessage, LARGEST_FRAME, Scope};
use crate::wire::input::{Input, Received, Violation};

/// Parses the bytes of a socket. The result does not depend on where a packet ends. No message is larger than
/// `protocol::LARGEST_FRAME`. Every text is either a message or an error with a code.
///
/// # Panics
/// When one of these does not hold.
pub fn websocket(deflate: bool, bytes: &[u8]) {
    let whole = read(Input::new(LARGEST_FRAME, deflate), std::iter::once(bytes));
    let single = read(Input::new(LARGEST_FRAME, deflate), bytes.chunks(1));
    assert_eq!(whole, single, "where a packet ends matters");
    for received in whole.0 {
        match received {
            Received::Text(text) => {
                assert!(text.len() <= LARGEST_FRAME, "a text of {} bytes", text.len());
                message(&text);
            }
            Received::Binary(bytes) => {
                assert!(bytes.len() <= LARGEST_FRAME, "a message of {} bytes", bytes.len())
            }
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

/// Parses a text frame. A channel's name that is parsed formats back to the same channel.
fn message(text: &str) {
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

/// Parses the `scope` of a query. A scope that is parsed formats back to the same scope.
///
/// # Panics
/// When it does not.
pub fn scope(text: &str) {
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
}
