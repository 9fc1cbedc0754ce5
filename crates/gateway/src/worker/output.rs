//! Where a client's bytes go, and writing to a socket without waiting.

use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice};
use std::ops::AddAssign;

use bytes::Bytes;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::connection::wire;
use crate::disconnect::Disconnect;
use crate::hub::Frame;

/// Frames in one write.
const FRAMES_PER_WRITE: usize = 64;

/// Where a client's bytes go.
pub(crate) enum Output {
    /// A WebSocket: written to directly.
    Socket(TcpStream),
    /// A response body that asks for more when it has sent what it has.
    Body,
}

impl Output {
    /// Puts a frame behind what waits, in the form in which it leaves.
    pub(super) fn queue(&self, rest: &mut VecDeque<Bytes>, frame: &Frame) {
        match self {
            Self::Socket(_) => rest.push_back(frame.wire().clone()),
            Self::Body => rest.extend(wire::server_sent_event(frame)),
        }
    }

    /// Puts what asks for a sign of life where it leaves next: a socket's behind the frame that is on its way,
    /// however much is waiting; a body's only when nothing is.
    pub(super) fn queue_heartbeat(&self, rest: &mut VecDeque<Bytes>) {
        match self {
            Self::Socket(_) => rest.insert(rest.len().min(1), Bytes::from_static(wire::PING)),
            Self::Body if rest.is_empty() => rest.push_back(Bytes::from_static(wire::SSE_COMMENT)),
            Self::Body => {}
        }
    }
}

/// What was written.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sent {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

impl AddAssign for Sent {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }
}

/// Gives a socket as many buffers as one write takes; returns how many it was given and how many bytes it took.
pub(super) fn write_some<'a>(
    socket: &TcpStream,
    mut buffers: impl Iterator<Item = &'a Bytes>,
) -> Result<(usize, usize), Disconnect> {
    let (Some(first), second) = (buffers.next(), buffers.next()) else { return Ok((0, 0)) };
    let Some(second) = second else {
        // Past tokio's record of what the socket is ready for: it is another cache line for each client. When
        // the socket is full, tokio must hear of it, to wake the client's task when it no longer is.
        let written = match SockRef::from(socket).send(first) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => socket.try_write(first),
            written => written,
        };
        return Ok((1, try_write(written)?));
    };
    let mut slices: [IoSlice<'_>; FRAMES_PER_WRITE] = std::array::from_fn(|_| IoSlice::new(&[]));
    let buffers = [first, second].into_iter().chain(buffers);
    let given = slices.iter_mut().zip(buffers).map(|(slice, bytes)| *slice = IoSlice::new(bytes)).count();
    let written = socket.try_write_vectored(slices.get(..given).unwrap_or_default());
    Ok((given, try_write(written)?))
}

/// How many bytes a socket took: none when it is full.
fn try_write(result: std::io::Result<usize>) -> Result<usize, Disconnect> {
    match result {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        Err(_) => Err(Disconnect::ByClient),
    }
}
