//! A message as it stands on the wire: its WebSocket frame, built once and shared by all who get it. The
//! event's JSON is never parsed or built again; the cursor is put in front of it.
//! Source: RFC 6455, section 5.2 (a server's frames are not masked).

use std::fmt::Display;

use bytes::{BufMut, Bytes, BytesMut};
use events::{Cursor, NotificationId, UserCursor};

/// FIN and the opcode of a text frame.
const TEXT: u8 = 0x81;
/// The largest payload whose length stands in the second byte.
const SHORT: usize = 125;

/// A text frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    wire: Bytes,
    /// Where the payload begins.
    payload: u8,
}

impl Frame {
    /// A frame of the gateway's own.
    pub(crate) fn text(json: &str) -> Self {
        Self::of(&[json.as_bytes()])
    }

    /// An event for station channels.
    pub(super) fn station(at: Cursor, body: &Bytes) -> Self {
        Self::with_cursor(&at, body)
    }

    /// An event for a rider's channel.
    pub(super) fn rider(at: Cursor, notification_id: NotificationId, body: &Bytes) -> Self {
        Self::with_cursor(&UserCursor { cursor: at, notification_id }, body)
    }

    /// The body is a JSON object that has been decoded before: its first byte is the brace.
    fn with_cursor(cursor: &dyn Display, body: &Bytes) -> Self {
        let head = format!("{{\"cursor\":\"{cursor}\",");
        let rest = body.trim_ascii_start();
        Self::of(&[head.as_bytes(), rest.strip_prefix(b"{").unwrap_or(rest)])
    }

    /// A binary frame.
    #[cfg(feature = "conformance")]
    pub(crate) fn binary(bytes: &[u8]) -> Self {
        Self::with_opcode(0x82, &[bytes])
    }

    /// A text frame of several parts.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        Self::with_opcode(TEXT, parts)
    }

    fn with_opcode(opcode: u8, parts: &[&[u8]]) -> Self {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let mut wire = BytesMut::with_capacity(length + 10);
        wire.put_u8(opcode);
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short), _) if length <= SHORT => wire.put_u8(short),
            (_, Ok(medium)) => {
                wire.put_u8(126);
                wire.put_u16(medium);
            }
            _ => {
                wire.put_u8(127);
                wire.put_u64(u64::try_from(length).unwrap_or(u64::MAX));
            }
        }
        let payload = u8::try_from(wire.len()).unwrap_or(u8::MAX);
        for part in parts {
            wire.put_slice(part);
        }
        Self { wire: wire.freeze(), payload }
    }

    /// What a WebSocket client gets.
    pub(crate) fn wire(&self) -> &Bytes {
        &self.wire
    }

    /// The JSON alone.
    pub(crate) fn json(&self) -> Bytes {
        self.wire.slice(usize::from(self.payload)..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_written_as_the_standard_wants_it() {
        for (length, head) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let text = "x".repeat(length);
            let frame = Frame::text(&text);
            assert_eq!(frame.wire().len(), length + head);
            assert_eq!(frame.json(), text);
        }
    }
}
