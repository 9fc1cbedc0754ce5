//! What a client sends, from bytes to whole messages. The frames are read by actix-http's codec; here they
//! are put together, checked to be text, and bounded.

use actix_http::ws::{Codec, Frame, Item, ProtocolError};
use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::disconnect::Disconnect;

/// The most bytes in front of a frame's payload.
const LONGEST_HEAD: usize = 14;

/// RFC 6455, section 5.2: the bits of a frame's first two bytes.
const OPCODE: u8 = 0x0f;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const LENGTH: u8 = 0x7f;
/// A longer text is checked once a whole frame of it is here.
const CHECKED_EARLY: usize = 4 * 1024;

/// A message from a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Text(String),
    Binary(Bytes),
    Ping(Bytes),
    Pong,
}

/// The reading side of a socket.
pub(crate) struct Input {
    codec: Codec,
    largest: usize,
    bytes: BytesMut,
    /// The message that is being put together, and whether it is text.
    parts: Option<(bool, BytesMut)>,
}

impl Input {
    /// Reads messages of at most so many bytes; `bytes` have come already.
    pub(crate) fn new(largest: usize, bytes: BytesMut) -> Self {
        Self { codec: Codec::new().max_size(largest), largest, bytes, parts: None }
    }

    /// Takes bytes that have come.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message among them.
    pub(crate) fn next(&mut self) -> Result<Option<Received>, Disconnect> {
        loop {
            let frame = match self.codec.decode(&mut self.bytes) {
                Ok(Some(frame)) => frame,
                // A frame that says it is larger than allowed is not waited for.
                Ok(None) if self.bytes.len() > self.largest + LONGEST_HEAD => return Err(Disconnect::TooBig),
                Ok(None) if self.is_hopeless() => return Err(Disconnect::NotText),
                Ok(None) => {
                    if self.bytes.is_empty() {
                        // An idle client keeps no buffer.
                        self.bytes = BytesMut::new();
                    }
                    return Ok(None);
                }
                Err(ProtocolError::Overflow) => return Err(Disconnect::TooBig),
                Err(_) => return Err(Disconnect::ProtocolError),
            };
            let received = match frame {
                Frame::Text(text) => Some(Received::Text(utf8(&text)?)),
                Frame::Binary(bytes) => Some(Received::Binary(bytes)),
                Frame::Ping(payload) => Some(Received::Ping(payload)),
                Frame::Pong(_) => Some(Received::Pong),
                Frame::Close(_) => return Err(Disconnect::ByClient),
                Frame::Continuation(item) => self.part(item)?,
            };
            if received.is_some() {
                return Ok(received);
            }
        }
    }

    /// Whether the part of a text frame that is here can't become text, whatever follows.
    fn is_hopeless(&self) -> bool {
        let Some(&[first, second]) = self.bytes.first_chunk() else { return false };
        let before = match first & OPCODE {
            TEXT => &[][..],
            CONTINUATION => match &self.parts {
                Some((true, before)) => before,
                _ => return false,
            },
            _ => return false,
        };
        let head = match second & LENGTH {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        let Some((mask, payload)) = self.bytes.get(head..).and_then(<[u8]>::split_first_chunk::<4>) else {
            return false;
        };
        if before.len() + payload.len() > CHECKED_EARLY {
            return false;
        }
        let payload = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
        let text: Vec<u8> = before.iter().copied().chain(payload).collect();
        matches!(std::str::from_utf8(&text), Err(error) if error.error_len().is_some())
    }

    fn part(&mut self, item: Item) -> Result<Option<Received>, Disconnect> {
        let (first, last, bytes) = match item {
            Item::FirstText(bytes) => (Some(true), false, bytes),
            Item::FirstBinary(bytes) => (Some(false), false, bytes),
            Item::Continue(bytes) => (None, false, bytes),
            Item::Last(bytes) => (None, true, bytes),
        };
        if let Some(text) = first {
            self.parts = Some((text, BytesMut::new()));
        }
        let Some((text, whole)) = &mut self.parts else { return Err(Disconnect::ProtocolError) };
        if whole.len() + bytes.len() > self.largest {
            return Err(Disconnect::TooBig);
        }
        whole.extend_from_slice(&bytes);
        if *text && matches!(std::str::from_utf8(whole), Err(error) if error.error_len().is_some()) {
            // It can't become text any more, whatever follows.
            return Err(Disconnect::NotText);
        }
        if !last {
            return Ok(None);
        }
        let Some((text, whole)) = self.parts.take() else { return Ok(None) };
        Ok(Some(if text { Received::Text(utf8(&whole)?) } else { Received::Binary(whole.freeze()) }))
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Disconnect> {
    std::str::from_utf8(bytes).map(ToOwned::to_owned).map_err(|_| Disconnect::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame; the mask of zeros leaves the payload as it is.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
        frame.extend_from_slice(payload);
        frame
    }

    fn read(bytes: &[u8]) -> Result<Vec<Received>, Disconnect> {
        let mut input = Input::new(100, BytesMut::new());
        let mut received = Vec::new();
        // Byte by byte: where a packet ends must not matter.
        for byte in bytes {
            input.take(&[*byte]);
            while let Some(message) = input.next()? {
                received.push(message);
            }
        }
        Ok(received)
    }

    #[test]
    fn a_message_in_parts_is_whole_also_when_a_ping_comes_between() {
        let bytes = [frame(0x01, b"Gr\xc3"), frame(0x89, b"p"), frame(0x00, b"\xbc"), frame(0x80, b"n")];
        let expected = [Received::Ping(Bytes::from_static(b"p")), Received::Text("Grün".into())];
        assert_eq!(read(&bytes.concat()).unwrap(), expected);
    }

    #[test]
    fn what_can_be_no_text_ends_the_connection_at_once() {
        assert_eq!(read(&frame(0x81, b"\xff")), Err(Disconnect::NotText));
        // The frame says ten bytes; the second of them settles it.
        assert_eq!(read(&[0x81, 0x8a, 0, 0, 0, 0, b'x', 0xff]), Err(Disconnect::NotText));
        assert_eq!(read(&frame(0x01, b"\xff")), Err(Disconnect::NotText));
        assert_eq!(read(&[frame(0x01, b"\xc3"), frame(0x80, b"")].concat()), Err(Disconnect::NotText));
    }

    #[test]
    fn what_the_protocol_forbids_ends_the_connection() {
        for (what, bytes) in [
            ("a reserved bit", frame(0xc1, b"x")),
            ("a continuation of nothing", frame(0x80, b"x")),
            ("an unknown opcode", frame(0x83, b"x")),
            ("a ping in parts", frame(0x09, b"x")),
            ("no mask", vec![0x81, 1, b'x']),
        ] {
            assert_eq!(read(&bytes), Err(Disconnect::ProtocolError), "{what}");
        }
    }

    #[test]
    fn too_much_is_refused_before_all_of_it_is_here() {
        let head = [0x81, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(read(&[&head[..], &[b'x'; 120]].concat()), Err(Disconnect::TooBig));
        let parts = [frame(0x01, &[b'x'; 80]), frame(0x80, &[b'x'; 80])];
        assert_eq!(read(&parts.concat()), Err(Disconnect::TooBig));
    }
}
