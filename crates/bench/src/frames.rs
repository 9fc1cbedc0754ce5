//! WebSocket frames as a client meets them: where those of a server begin and end, and how its own are made.
//! The payload is handed on in the pieces that it came in, so that nothing is copied to be counted.

/// The opcodes that a client has to tell apart.
pub mod opcode {
    /// Whole or first frame of a text.
    pub const TEXT: u8 = 1;
    /// Whole or first frame of something else.
    pub const BINARY: u8 = 2;
    /// The server leaves.
    pub const CLOSE: u8 = 8;
    /// To be answered with a pong.
    pub const PING: u8 = 9;
    /// The answer.
    pub const PONG: u8 = 10;
}

/// Finds where frames begin and end.
#[derive(Default)]
pub struct Frames {
    head: Vec<u8>,
    left: usize,
}

/// A part of a frame's payload.
pub struct Piece<'a> {
    /// What kind of frame it is of.
    pub opcode: u8,
    /// As far as it has come.
    pub bytes: &'a [u8],
    /// Whether it begins the payload.
    pub first: bool,
    /// Whether it ends the payload.
    pub last: bool,
}

impl Frames {
    /// Reads on.
    pub fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(&Piece<'_>)) {
        let mut first = false;
        while !bytes.is_empty() {
            if self.left == 0 {
                let Some((length, used)) = self.header(bytes) else { return };
                bytes = bytes.get(used..).unwrap_or_default();
                self.left = length;
                if length == 0 {
                    each(&Piece { opcode: self.opcode(), bytes: &[], first: true, last: true });
                    self.head.clear();
                }
                first = true;
                continue;
            }
            let (piece, rest) = bytes.split_at(self.left.min(bytes.len()));
            bytes = rest;
            self.left -= piece.len();
            let last = self.left == 0;
            each(&Piece { opcode: self.opcode(), bytes: piece, first, last });
            first = false;
            if last {
                self.head.clear();
            }
        }
    }

    fn opcode(&self) -> u8 {
        self.head.first().map_or(0, |first| first & 0x0f)
    }

    /// The payload's length and how many of these bytes belong to the header; `None` while it is incomplete.
    fn header(&mut self, bytes: &[u8]) -> Option<(usize, usize)> {
        let before = self.head.len();
        self.head.extend(bytes.iter().take(10 - before.min(10)));
        let head = &self.head;
        let (length, size) = match head.get(1)? & 0x7f {
            126 => (usize::from(u16::from_be_bytes([*head.get(2)?, *head.get(3)?])), 4),
            127 => (usize::try_from(u64::from_be_bytes(head.get(2..10)?.try_into().ok()?)).ok()?, 10),
            short => (usize::from(short), 2),
        };
        Some((length, size - before))
    }
}

/// A frame as a client sends it. The mask is zero, which is one like any other and leaves the text legible.
#[must_use]
pub fn client_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short), _) if short < 126 => frame.push(0x80 | short),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let mut stream = vec![0x81, 2, b'h', b'i', 0x89, 0, 0x82, 126, 1, 0];
        stream.extend([b'x'; 256]);
        for size in 1..stream.len() {
            let (mut frames, mut seen) = (Frames::default(), Vec::new());
            let mut length = 0;
            for chunk in stream.chunks(size) {
                frames.read(chunk, |piece| {
                    length = if piece.first { 0 } else { length } + piece.bytes.len();
                    if piece.last {
                        seen.push((piece.opcode, length));
                    }
                });
            }
            assert_eq!(seen, [(opcode::TEXT, 2), (opcode::PING, 0), (opcode::BINARY, 256)], "cut by {size}");
        }
    }
}
