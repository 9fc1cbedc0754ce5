//! The bytes of what is not an event: control frames, and the form of Server-Sent Events.
//! Sources: RFC 6455, section 5.5; HTML Living Standard, section 9.2 (server-sent events).

use bytes::{BufMut, Bytes, BytesMut};

use crate::disconnect::Disconnect;
use crate::hub::Frame;

/// A ping without payload.
pub(crate) const PING: &[u8] = &[0x89, 0];
/// A comment: it keeps a quiet stream of events open.
pub(crate) const SSE_COMMENT: &[u8] = b":\n\n";

const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;
/// The largest payload of a control frame.
const MOST: usize = 125;
/// Where a message's cursor begins, if it has one near its beginning.
const CURSOR: &[u8] = b"\"cursor\":\"";
const NEAR: usize = 64;
/// The end of an event.
const END: &[u8] = b"\n\n";
/// Bytes from which on sharing costs less than copying.
const LARGE: usize = 4 * 1024;

/// The answer to a ping frame.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    control(PONG, payload)
}

/// The frame that ends a connection.
pub(crate) fn close(disconnect: Disconnect) -> Bytes {
    let Some((code, reason)) = disconnect.close_code() else { return control(CLOSE, &[]) };
    let mut payload = BytesMut::with_capacity(MOST);
    payload.put_u16(code);
    payload.put_slice(reason.as_bytes());
    control(CLOSE, &payload)
}

fn control(opcode: u8, payload: &[u8]) -> Bytes {
    let payload = payload.get(..MOST).unwrap_or(payload);
    let mut frame = BytesMut::with_capacity(payload.len() + 2);
    frame.put_u8(opcode);
    frame.put_u8(u8::try_from(payload.len()).unwrap_or_default());
    frame.put_slice(payload);
    frame.freeze()
}

/// A message as an event whose id is its cursor: a browser sends it back when it reconnects. Of a large one, the page
/// of a snapshot, the JSON is not copied: all clients share it.
pub(crate) fn server_sent_event(frame: &Frame) -> Vec<Bytes> {
    let json = frame.json();
    let mut event = BytesMut::with_capacity(64);
    if let Some(cursor) = cursor(&json) {
        event.put_slice(b"id: ");
        event.put_slice(cursor);
        event.put_u8(b'\n');
    }
    event.put_slice(b"data: ");
    if json.len() > LARGE {
        return vec![event.freeze(), json, Bytes::from_static(END)];
    }
    event.put_slice(&json);
    event.put_slice(END);
    vec![event.freeze()]
}

/// The end of a stream of events, with the time after which a browser comes back.
pub(crate) fn server_sent_end(disconnect: Disconnect) -> Option<Bytes> {
    match disconnect {
        Disconnect::Restarting { retry_after_ms } => Some(format!("retry: {retry_after_ms}\n\n").into()),
        _ => None,
    }
}

fn cursor(json: &[u8]) -> Option<&[u8]> {
    let near = json.get(..NEAR).unwrap_or(json);
    let start = near.windows(CURSOR.len()).position(|window| window == CURSOR)? + CURSOR.len();
    let rest = json.get(start..)?;
    rest.get(..rest.iter().position(|byte| *byte == b'"')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_events_cursor_is_its_id() {
        let frame = Frame::text(r#"{"cursor":"00ff","id":"x","type":"notification"}"#);
        let event = server_sent_event(&frame);
        assert_eq!(
            event,
            ["id: 00ff\ndata: {\"cursor\":\"00ff\",\"id\":\"x\",\"type\":\"notification\"}\n\n"]
        );
        let without = Frame::text(r#"{"type":"inventory_snapshot","cursor":null,"stations":[]}"#);
        assert!(server_sent_event(&without)[0].starts_with(b"data: "));
    }

    #[test]
    fn the_json_of_a_large_event_is_shared() {
        let json = format!(r#"{{"cursor":"00ff","stations":[{}]}}"#, "1,".repeat(LARGE));
        let frame = Frame::text(&json);
        let event = server_sent_event(&frame);
        assert_eq!(event.concat(), format!("id: 00ff\ndata: {json}\n\n").as_bytes());
        assert!(event.iter().any(|part| part.as_ptr() == frame.json().as_ptr()));
    }

    #[test]
    fn a_close_frame_has_code_and_reason() {
        let frame = close(Disconnect::Restarting { retry_after_ms: 7 });
        assert_eq!(frame.get(..4), Some(&[0x88, 22, 0x03, 0xf4][..]));
        assert_eq!(frame.get(4..), Some(&br#"{"retry_after_ms":7}"#[..]));
        assert_eq!(&close(Disconnect::ByClient)[..], &[0x88, 0]);
    }
}
