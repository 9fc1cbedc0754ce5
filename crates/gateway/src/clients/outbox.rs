//! The bytes that must leave for a client before anything else: the rest of a frame, a part of a snapshot, answers.
//! Events are not here: they are in the log.

use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice, Write};
use std::net::TcpStream;

use bytes::{Buf, Bytes};

/// Buffers in one write.
const MOST_BUFFERS: usize = 64;

/// Bytes, and whether a frame ends with them.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    bytes: Bytes,
    ends_frame: bool,
}

impl Piece {
    /// The middle of a frame.
    pub(super) fn part(bytes: Bytes) -> Self {
        Self { bytes, ends_frame: false }
    }

    /// A whole frame, or the last piece of one.
    pub(super) fn end(bytes: Bytes) -> Self {
        Self { bytes, ends_frame: true }
    }
}

/// The connection failed; nothing more can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

#[derive(Debug, Default)]
pub(super) struct Outbox(VecDeque<Piece>);

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, piece: Piece) {
        self.0.push_back(piece);
    }

    /// Puts a frame behind the one that is on its way, in front of the others.
    pub(super) fn push_next(&mut self, frame: Bytes) {
        let index = self.0.iter().position(|piece| piece.ends_frame).map_or(0, |end| end + 1);
        self.0.insert(index, Piece::end(frame));
    }

    /// Drops all but the rest of the frame that is on its way.
    pub(super) fn keep_frame_on_its_way(&mut self) {
        let rest = self.0.iter().position(|piece| piece.ends_frame).map_or(0, |end| end + 1);
        self.0.truncate(rest);
    }

    pub(super) fn pop(&mut self) -> Option<Bytes> {
        let bytes = self.0.pop_front()?.bytes;
        if self.0.is_empty() {
            // An idle client keeps no buffer.
            self.0 = VecDeque::new();
        }
        Some(bytes)
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|piece| piece.bytes.len()).sum()
    }

    /// Writes as much as the socket takes; whether all of it left.
    pub(super) fn flush(&mut self, socket: &TcpStream) -> Result<bool, Broken> {
        while !self.0.is_empty() {
            let mut left = send_all(socket, self.0.iter().map(|piece| &piece.bytes))?;
            if left == 0 {
                return Ok(false);
            }
            while let Some(first) = self.0.front_mut()
                && left > 0
            {
                if left < first.bytes.len() {
                    first.bytes.advance(left);
                    left = 0;
                } else {
                    left -= first.bytes.len();
                    self.pop();
                }
            }
        }
        Ok(true)
    }
}

/// Writes to a socket without waiting; returns how many bytes it took.
pub(super) fn send(mut socket: &TcpStream, bytes: &[u8]) -> Result<usize, Broken> {
    taken(socket.write(bytes))
}

/// The same with several buffers, as many as fit one write.
pub(super) fn send_all<'a>(
    mut socket: &TcpStream,
    mut buffers: impl Iterator<Item = &'a Bytes>,
) -> Result<usize, Broken> {
    let (Some(first), second) = (buffers.next(), buffers.next()) else { return Ok(0) };
    let Some(second) = second else { return send(socket, first) };
    let mut slices: [IoSlice<'_>; MOST_BUFFERS] = std::array::from_fn(|_| IoSlice::new(&[]));
    let buffers = [first, second].into_iter().chain(buffers);
    let given = slices.iter_mut().zip(buffers).map(|(slice, bytes)| *slice = IoSlice::new(bytes)).count();
    taken(socket.write_vectored(slices.get(..given).unwrap_or_default()))
}

fn taken(written: std::io::Result<usize>) -> Result<usize, Broken> {
    match written {
        Ok(bytes) => Ok(bytes),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
        Err(_) => Err(Broken),
    }
}
