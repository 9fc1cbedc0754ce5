//! The WebSocket frames a server sends (RFC 6455, sections 5.2 and 5.5). Each one is unmasked and a whole
//! message.

use bytes::Bytes;

use super::deflate;

/// The bits of a frame's first byte.
pub(super) const FIN: u8 = 0x80;
pub(super) const RSV1: u8 = 0x40;
pub(super) const RSV2_AND_3: u8 = 0x30;
pub(super) const OPCODE: u8 = 0x0f;

pub(super) const CONTINUATION: u8 = 0x0;
pub(super) const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PING_OPCODE: u8 = 0x9;
pub(super) const PONG: u8 = 0xa;

/// A length byte above this says that the length follows, in two bytes or in eight.
pub(super) const LONGEST_SHORT: u8 = 125;
pub(super) const LENGTH_IN_2: u8 = 126;
pub(super) const LENGTH_IN_8: u8 = 127;

/// A server's header has at most two bytes and a 64-bit length.
const LONGEST_HEADER: usize = 10;
/// A control frame's payload is at most 125 bytes, and the close code is two of them.
const LONGEST_REASON: usize = 123;

/// A ping without payload.
pub(crate) const PING: &[u8] = &[FIN | PING_OPCODE, 0];

/// A text message; the parts follow each other without a separator.
pub(crate) fn text(parts: &[&[u8]]) -> Bytes {
    frame(FIN | TEXT, parts)
}

/// A text message for clients with which permessage-deflate was negotiated.
pub(crate) fn text_compressed(parts: &[&[u8]]) -> Bytes {
    frame(FIN | RSV1 | TEXT, &[&deflate::compress(parts)])
}

/// A binary message.
#[cfg(feature = "conformance")]
pub(crate) fn binary(payload: &[u8]) -> Bytes {
    frame(FIN | BINARY, &[payload])
}

/// A binary message for clients with which permessage-deflate was negotiated.
#[cfg(feature = "conformance")]
pub(crate) fn binary_compressed(payload: &[u8]) -> Bytes {
    frame(FIN | RSV1 | BINARY, &[&deflate::compress(&[payload])])
}

/// The answer to a ping; `payload` is the ping's, at most 125 bytes.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    frame(FIN | PONG, &[payload])
}

/// A close frame. A reason that is too long is cut between two characters. A reason needs a code.
pub(crate) fn close(code: Option<u16>, reason: &str) -> Bytes {
    let Some(code) = code else { return frame(FIN | CLOSE, &[]) };
    let end = (0..=LONGEST_REASON).rev().find(|&end| reason.is_char_boundary(end));
    let reason = end.and_then(|end| reason.get(..end)).unwrap_or_default();
    frame(FIN | CLOSE, &[&code.to_be_bytes(), reason.as_bytes()])
}

/// The header of a text message whose payload of `length` bytes is sent in pieces.
pub(crate) fn text_header(length: usize, compressed: bool) -> Vec<u8> {
    header(if compressed { FIN | RSV1 | TEXT } else { FIN | TEXT }, length)
}

fn frame(first: u8, parts: &[&[u8]]) -> Bytes {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut frame = header(first, length);
    frame.reserve_exact(length);
    for part in parts {
        frame.extend_from_slice(part);
    }
    Bytes::from(frame)
}

fn header(first: u8, length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(LONGEST_HEADER + length.min(usize::from(LONGEST_SHORT)));
    header.push(first);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..=LONGEST_SHORT), _) => header.push(length),
        (_, Ok(length)) => {
            header.push(LENGTH_IN_2);
            header.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            header.push(LENGTH_IN_8);
            header.extend_from_slice(&u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_frame_joins_its_parts() {
        assert_eq!(text(&[b"{\"a\":", b"", b"1}"])[..], *b"\x81\x07{\"a\":1}");
        assert_eq!(text(&[])[..], *b"\x81\x00");
    }

    #[test]
    fn the_length_takes_as_few_bytes_as_it_can() {
        for (length, header) in [
            (125, &b"\x81\x7d"[..]),
            (126, b"\x81\x7e\x00\x7e"),
            (65_535, b"\x81\x7e\xff\xff"),
            (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
        ] {
            let payload = vec![b'x'; length];
            assert_eq!(text(&[&payload])[..], [header, &payload].concat(), "{length}");
        }
    }

    #[test]
    fn a_compressed_text_frame_has_rsv1_and_inflates_to_its_text() {
        let frame = text_compressed(&[b"Hello, ", b"Hello"]);
        assert_eq!(frame[0], 0xc1);
        assert_eq!(usize::from(frame[1]), frame.len() - 2);
        assert_eq!(deflate::inflate(&frame[2..], 100), Ok(b"Hello, Hello".to_vec()));
    }

    #[cfg(feature = "conformance")]
    #[test]
    fn a_binary_frame_has_its_own_opcode() {
        assert_eq!(binary(b"\x00\xff")[..], *b"\x82\x02\x00\xff");
        let frame = binary_compressed(b"\x00\xff");
        assert_eq!(frame[0], 0xc2);
        assert_eq!(deflate::inflate(&frame[2..], 100), Ok(vec![0x00, 0xff]));
    }

    #[test]
    fn control_frames_are_as_the_rfc_writes_them() {
        assert_eq!(PING, b"\x89\x00");
        assert_eq!(pong(b"Hello")[..], *b"\x8a\x05Hello");
        assert_eq!(close(None, "")[..], *b"\x88\x00");
        assert_eq!(close(Some(1001), "bye")[..], *b"\x88\x05\x03\xe9bye");
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(close(Some(1000), &"x".repeat(200)).len(), 2 + 125);
        // Each character has two bytes, so 122 bytes of them fit.
        let frame = close(Some(1000), &"ü".repeat(100));
        assert_eq!(std::str::from_utf8(&frame[4..]).unwrap(), "ü".repeat(61));
        assert_eq!(frame[1], 124);
    }
}
