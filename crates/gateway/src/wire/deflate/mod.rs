//! Compression of whole messages: permessage-deflate without context takeover (RFC 7692), and gzip streams
//! made of shared blocks. Each thread has one compressor and one decompressor, which are reset for each
//! message: a new compressor would allocate some 300 KB.

use std::cell::RefCell;

use flate2::{Compress, CompressError, Compression, Decompress, FlushCompress, FlushDecompress, Status};

mod gzip;
mod negotiation;

pub(crate) use gzip::{Checksum, GZIP_HEADER, block};
pub(crate) use negotiation::negotiate;

/// The end of a flush, which a message leaves out: an empty stored block without its first byte.
const FLUSH_END: &[u8] = &[0x00, 0x00, 0xff, 0xff];
/// What a message is inflated with: the end it leaves out, and a final empty stored block. The final block is
/// found only if the message ends where a block ends.
const MESSAGE_END: &[u8] = &[0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff];
/// The most bytes a stored block holds.
const LONGEST_STORED: usize = 65_535;

thread_local! {
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Why a message can't be inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// It is not deflated data, or it ends within a block.
    Invalid,
    /// It has more bytes than allowed.
    TooBig,
}

/// The payload of a message compressed with permessage-deflate (RFC 7692, section 7.2.1).
pub(crate) fn compress(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = flushed(parts);
    if out.ends_with(FLUSH_END) {
        out.truncate(out.len() - FLUSH_END.len());
    }
    out
}

/// The message in such a payload, of at most `largest` bytes (RFC 7692, section 7.2.2).
pub(crate) fn inflate(bytes: &[u8], largest: usize) -> Result<Vec<u8>, InflateError> {
    let mut out = Vec::new();
    inflate_into(&mut out, bytes, largest)?;
    Ok(out)
}

/// Blocks that refer to nothing before them and end at a byte boundary with `FLUSH_END`.
fn flushed(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    if length == 0 {
        return stored(&[]);
    }
    let mut out = Vec::with_capacity(length / 2 + 64);
    let compressed = COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        for part in parts {
            feed(compress, part, &mut out, FlushCompress::None)?;
        }
        feed(compress, &[], &mut out, FlushCompress::Full)
    });
    match compressed {
        Ok(()) => out,
        // A compressor fails only if it is misused. Stored blocks are correct in any case.
        Err(_) => stored(&parts.concat()),
    }
}

fn feed(
    compress: &mut Compress,
    mut bytes: &[u8],
    out: &mut Vec<u8>,
    flush: FlushCompress,
) -> Result<(), CompressError> {
    loop {
        let before = compress.total_in();
        compress.compress_vec(bytes, out, flush)?;
        bytes = rest(bytes, compress.total_in() - before);
        if out.len() < out.capacity() {
            // The output has room left, so nothing is pending.
            return Ok(());
        }
        out.reserve(out.len());
    }
}

/// The bytes as they are, in blocks without compression, and an empty one.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in bytes.chunks(LONGEST_STORED) {
        let length = u16::try_from(chunk.len()).unwrap_or(u16::MAX);
        out.push(0x00);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(chunk);
    }
    out.push(0x00);
    out.extend_from_slice(FLUSH_END);
    out
}

fn inflate_into(out: &mut Vec<u8>, bytes: &[u8], largest: usize) -> Result<(), InflateError> {
    DECOMPRESS.with_borrow_mut(|decompress| {
        decompress.reset(false);
        inflate_part(decompress, out, bytes, largest)?;
        match inflate_part(decompress, out, MESSAGE_END, largest)? {
            Part::EndsFinalBlock => Ok(()),
            Part::EndsElsewhere => Err(InflateError::Invalid),
        }
    })
}

/// Where a part of the compressed bytes ends.
enum Part {
    EndsFinalBlock,
    EndsElsewhere,
}

/// Inflates a part of a message. A final block may be followed by more (RFC 7692, section 7.2.3.4).
/// The output grows to at most one byte more than `largest`.
fn inflate_part(
    decompress: &mut Decompress,
    out: &mut Vec<u8>,
    mut bytes: &[u8],
    largest: usize,
) -> Result<Part, InflateError> {
    loop {
        if out.len() == out.capacity() {
            let wanted = (out.len() * 2).max(bytes.len() * 4).max(64).min(largest.saturating_add(1));
            out.reserve_exact(wanted.saturating_sub(out.len()));
        }
        let before = decompress.total_in();
        let status = decompress
            .decompress_vec(bytes, out, FlushDecompress::None)
            .map_err(|_| InflateError::Invalid)?;
        bytes = rest(bytes, decompress.total_in() - before);
        if out.len() > largest {
            return Err(InflateError::TooBig);
        }
        if status == Status::StreamEnd {
            decompress.reset(false);
            if bytes.is_empty() {
                return Ok(Part::EndsFinalBlock);
            }
        } else if out.len() < out.capacity() {
            // The output has room left, so nothing is pending.
            return Ok(Part::EndsElsewhere);
        }
    }
}

/// What is left of `bytes` after the first `used` of them.
fn rest(bytes: &[u8], used: u64) -> &[u8] {
    usize::try_from(used).ok().and_then(|used| bytes.get(used..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that don't compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[1]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_message_is_inflated_to_what_was_compressed() {
        let json = br#"{"station":1,"available":3}"#.repeat(500);
        for message in [&b"x"[..], b"Hello", &json, &noise(100_000)] {
            let (one, other) = message.split_at(message.len() / 3);
            let compressed = compress(&[one, b"", other]);
            assert!(!compressed.ends_with(FLUSH_END));
            assert_eq!(inflate(&compressed, message.len()).unwrap(), message);
        }
        assert!(compress(&[&json]).len() < json.len() / 20);
    }

    #[test]
    fn a_flush_is_whole_whatever_room_the_output_has() {
        let message = br#"{"station":1,"available":3}"#.repeat(3);
        for room in 1..100 {
            let (mut compress, mut out) = (Compress::new(Compression::default(), false), Vec::new());
            out.reserve_exact(room);
            feed(&mut compress, &message, &mut out, FlushCompress::None).unwrap();
            feed(&mut compress, &[], &mut out, FlushCompress::Full).unwrap();
            let payload = out.strip_suffix(FLUSH_END).unwrap();
            assert_eq!(inflate(payload, message.len()).unwrap(), message, "{room}");
        }
    }

    #[test]
    fn messages_do_not_depend_on_each_other() {
        let first = compress(&[b"the same text, the same text"]);
        compress(&[&noise(1000)]);
        assert_eq!(compress(&[b"the same text, the same text"]), first);
        assert_eq!(inflate(b"\xff\xff", 100), Err(InflateError::Invalid));
        assert_eq!(inflate(&first, 100).unwrap(), b"the same text, the same text");
    }

    #[test]
    fn an_empty_message_is_one_byte() {
        assert_eq!(compress(&[]), [0x00]);
        assert_eq!(compress(&[b"", b""]), [0x00]);
        assert_eq!(inflate(&[0x00], 0).unwrap(), b"");
    }

    #[test]
    fn a_stored_message_inflates() {
        for message in [noise(10), noise(LONGEST_STORED), noise(LONGEST_STORED + 1)] {
            let stored = stored(&message);
            assert_eq!(inflate(&stored[..stored.len() - FLUSH_END.len()], message.len()).unwrap(), message);
        }
    }

    /// RFC 7692, section 7.2.3.
    #[test]
    fn the_examples_of_the_rfc_inflate() {
        for (what, bytes) in [
            ("one block", &b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..]),
            ("no compression", b"\x00\x05\x00\xfa\xffHello\x00"),
            ("a final block", b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
            ("two blocks", b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
        ] {
            assert_eq!(inflate(bytes, 5).unwrap(), b"Hello", "{what}");
        }
    }

    #[test]
    fn final_blocks_may_follow_each_other() {
        let bytes = b"\xf3\x48\xcd\xc9\xc9\x07\x00\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
        assert_eq!(inflate(bytes, 10).unwrap(), b"HelloHello");
        assert_eq!(inflate(bytes, 9), Err(InflateError::TooBig));
    }

    #[test]
    fn a_message_that_ends_within_a_block_is_invalid() {
        let whole = compress(&[&br#"{"station":1,"available":3}"#.repeat(5)]);
        for end in 1..whole.len() - 1 {
            assert_eq!(inflate(&whole[..end], 1000), Err(InflateError::Invalid), "{end}");
        }
        assert_eq!(inflate(b"", 1000), Err(InflateError::Invalid));
        assert_eq!(inflate(b"\x00\x05\x00\xfa\xffHel", 1000), Err(InflateError::Invalid));
    }

    #[test]
    fn a_message_may_be_as_large_as_allowed() {
        for length in [0, 1, 63, 64, 65, 1000] {
            let message = noise(length);
            let compressed = compress(&[&message]);
            assert_eq!(inflate(&compressed, length).unwrap(), message);
            if let Some(less) = length.checked_sub(1) {
                assert_eq!(inflate(&compressed, less), Err(InflateError::TooBig), "{length}");
            }
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_bound() {
        let bomb = compress(&[&vec![0; 1_000_000]]);
        let mut out = Vec::new();
        assert_eq!(inflate_into(&mut out, &bomb, 4096), Err(InflateError::TooBig));
        assert_eq!(out.capacity(), 4097);
    }
}
