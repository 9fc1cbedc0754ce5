//! Where a client's bytes go, and writing to a socket without waiting.

use std::io::{ErrorKind, IoSlice};
use std::ops::AddAssign;

use bytes::Bytes;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::disconnect::Disconnect;

/// Frames in one write.
const FRAMES_PER_WRITE: usize = 64;

/// Where a client's bytes go.
pub(crate) enum Output {
    /// A WebSocket: written to directly.
    Socket(TcpStream),
    /// A response body that asks for more when it has sent what it has.
    Body,
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
