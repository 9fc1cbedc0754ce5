//! A client's frame, which may arrive in chunks of any size: the header and the masked payload
//! (RFC 6455, sections 5.2 and 5.3).

use super::Violation;
use crate::wire::websocket::{
    BINARY, CLOSE, CONTINUATION, FIN, LENGTH_IN_2, LENGTH_IN_8, LONGEST_SHORT, OPCODE, PING_OPCODE, PONG,
    RSV1, RSV2_AND_3, TEXT,
};

/// Two bytes, a 64-bit length, and the mask.
const LONGEST_HEADER: usize = 14;
/// The bits of a header's second byte.
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7f;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
    Continuation,
    Control(Control),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Close,
    Ping,
    Pong,
}

/// A header that is valid by itself. Whether it may follow the frames before it is not checked here.
pub(super) struct Header {
    pub(super) kind: Kind,
    /// Whether the message ends with this frame.
    pub(super) last: bool,
    /// Whether the message is compressed; only its first frame says so.
    pub(super) compressed: bool,
    pub(super) length: u64,
    pub(super) mask: [u8; 4],
}

impl Header {
    /// Checks the first two bytes. The caller adds the mask, and a length that does not fit in them.
    fn check(first: u8, second: u8) -> Result<Self, Violation> {
        let kind = match first & OPCODE {
            CONTINUATION => Kind::Continuation,
            TEXT => Kind::Text,
            BINARY => Kind::Binary,
            CLOSE => Kind::Control(Control::Close),
            PING_OPCODE => Kind::Control(Control::Ping),
            PONG => Kind::Control(Control::Pong),
            _ => return Err(Violation::Protocol),
        };
        let (last, compressed) = (first & FIN != 0, first & RSV1 != 0);
        let is_bad = match kind {
            Kind::Control(_) => !last || compressed || second & LENGTH > LONGEST_SHORT,
            Kind::Continuation => compressed,
            Kind::Text | Kind::Binary => false,
        };
        if is_bad || first & RSV2_AND_3 != 0 || second & MASKED == 0 {
            return Err(Violation::Protocol);
        }
        Ok(Self { kind, last, compressed, length: u64::from(second & LENGTH), mask: [0; 4] })
    }
}

/// The bytes of a header that have come so far.
#[derive(Default)]
pub(super) struct PartialHeader {
    bytes: [u8; LONGEST_HEADER],
    count: u8,
}

impl PartialHeader {
    /// Takes what is missing from the front of `bytes`. Returns the header once it is whole.
    pub(super) fn take(&mut self, bytes: &mut &[u8]) -> Result<Option<Header>, Violation> {
        if !self.fill(2, bytes) {
            return Ok(None);
        }
        let [first, second, ..] = self.bytes;
        let header = Header::check(first, second)?;
        let whole = match second & LENGTH {
            LENGTH_IN_2 => 8,
            LENGTH_IN_8 => 14,
            _ => 6,
        };
        if !self.fill(whole, bytes) {
            return Ok(None);
        }
        let [_, _, rest @ ..] = self.bytes;
        let (length, mask) = match second & LENGTH {
            LENGTH_IN_2 => {
                let [a, b, w, x, y, z, ..] = rest;
                (u64::from(u16::from_be_bytes([a, b])), [w, x, y, z])
            }
            LENGTH_IN_8 => {
                let [a, b, c, d, e, f, g, h, mask @ ..] = rest;
                (u64::from_be_bytes([a, b, c, d, e, f, g, h]), mask)
            }
            _ => {
                let [w, x, y, z, ..] = rest;
                (header.length, [w, x, y, z])
            }
        };
        if i64::try_from(length).is_err() {
            // The top bit of a 64-bit length must be zero.
            return Err(Violation::Protocol);
        }
        Ok(Some(Header { length, mask, ..header }))
    }

    /// Takes bytes until there are `wanted`. Returns whether there are.
    fn fill(&mut self, wanted: u8, bytes: &mut &[u8]) -> bool {
        for slot in self.bytes.iter_mut().take(wanted.into()).skip(self.count.into()) {
            let Some((&byte, rest)) = bytes.split_first() else { return false };
            *slot = byte;
            *bytes = rest;
            self.count += 1;
        }
        true
    }
}

/// The part of a payload that has not come yet.
pub(super) struct Payload {
    missing: usize,
    /// Rotated so that its first byte belongs to the next byte of the payload.
    mask: [u8; 4],
}

impl Payload {
    pub(super) fn new(length: usize, mask: [u8; 4]) -> Self {
        Self { missing: length, mask }
    }

    /// Moves what there is of the payload from the front of `bytes` to the end of `out`, unmasked.
    /// Returns whether the payload is whole.
    pub(super) fn take(&mut self, bytes: &mut &[u8], out: &mut Vec<u8>) -> bool {
        let count = self.missing.min(bytes.len());
        let (masked, rest) = bytes.split_at(count);
        *bytes = rest;
        let start = out.len();
        if out.capacity() - start < count {
            // The buffer doubles, but no further than to the payload's end.
            out.reserve_exact(start.max(count).min(self.missing));
        }
        out.extend_from_slice(masked);
        unmask(out.get_mut(start..).unwrap_or_default(), self.mask);
        self.missing -= count;
        self.mask.rotate_left(count % 4);
        self.missing == 0
    }
}

/// Unmasks eight bytes at a time.
fn unmask(bytes: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let key = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ key).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}
