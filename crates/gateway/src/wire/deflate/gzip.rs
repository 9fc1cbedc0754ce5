//! A gzip stream (RFC 1952) from blocks that are compressed once and shared by many streams: the header, any
//! blocks, and the stream's own trailer.

use bytes::Bytes;
use flate2::Crc;

/// The header: deflate, no flags, no time, unknown operating system.
pub(crate) const GZIP_HEADER: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A final empty block with fixed codes.
const FINAL_BLOCK: &[u8] = &[0x03, 0x00];

/// Compresses a part of a stream. The block refers to nothing before it, so it may follow any other.
/// It ends at a byte boundary with a full flush, so a client can inflate it as soon as it arrives.
pub(crate) fn block(parts: &[&[u8]]) -> Bytes {
    Bytes::from(super::flushed(parts))
}

/// The checksum and length of one stream's plain bytes.
#[derive(Debug, Default)]
pub(crate) struct Checksum {
    crc: Crc,
}

impl Checksum {
    /// Adds the plain bytes of the stream's next block.
    pub(crate) fn update(&mut self, plain: &[u8]) {
        self.crc.update(plain);
    }

    /// What ends the stream: a final block, the checksum, and the length modulo 2^32.
    pub(crate) fn finish(&self) -> Bytes {
        let (crc, length) = (self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes());
        Bytes::from([FINAL_BLOCK, &crc, &length].concat())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use flate2::{read, write};

    use super::*;

    const PARTS: [&[u8]; 4] = [b"data: {\"a\":1}\n\n", b":\n\n", b"", b"data: {\"a\":1}\n\n"];

    fn stream(parts: &[&[u8]]) -> Vec<u8> {
        let mut checksum = Checksum::default();
        let mut stream = GZIP_HEADER.to_vec();
        for part in parts {
            stream.extend_from_slice(&block(&[part]));
            checksum.update(part);
        }
        stream.extend_from_slice(&checksum.finish());
        stream
    }

    #[test]
    fn shared_blocks_make_a_whole_stream_in_any_order() {
        let [first, second, third, fourth] = PARTS;
        for parts in [&[][..], &PARTS, &[second, first], &[fourth, fourth, third]] {
            let mut plain = Vec::new();
            // The decoder checks the trailer.
            read::GzDecoder::new(&stream(parts)[..]).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, parts.concat());
        }
    }

    #[test]
    fn each_block_can_be_read_as_soon_as_it_is_there() {
        let mut decoder = write::GzDecoder::new(Vec::new());
        decoder.write_all(GZIP_HEADER).unwrap();
        let mut plain = Vec::new();
        for part in PARTS {
            decoder.write_all(&block(&[part])).unwrap();
            decoder.flush().unwrap();
            plain.extend_from_slice(part);
            assert_eq!(*decoder.get_ref(), plain);
        }
    }

    #[test]
    fn a_block_joins_its_parts() {
        assert_eq!(block(&[b"data: 1", b"\n\n"]), block(&[b"data: 1\n\n"]));
    }

    #[test]
    fn a_wrong_checksum_would_be_noticed() {
        let mut checksum = Checksum::default();
        checksum.update(b"other");
        let stream = [GZIP_HEADER, &block(&[b"plain"]), &checksum.finish()].concat();
        assert!(read::GzDecoder::new(&stream[..]).read_to_end(&mut Vec::new()).is_err());
    }
}
