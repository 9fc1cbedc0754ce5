//! Which sockets can be read or written again: one epoll instance for all clients of a thread, itself watched by the
//! thread's runtime. A task for each client would cost several times the memory of the client.

#![expect(unsafe_code, reason = "tokio takes a foreign file descriptor by an unsafe function only")]

use std::io;
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token};
use tokio::io::unix::AsyncFd;

/// Events taken at once.
const EVENTS: usize = 1_024;

/// The sockets of a thread, as its loop waits for them.
pub(super) struct Sockets {
    poll: AsyncFd<Poll>,
    events: Events,
}

/// What has become possible with a client's socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readiness {
    pub(super) key: usize,
    pub(super) readable: bool,
    pub(super) writable: bool,
}

impl Sockets {
    pub(super) fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        let interest = tokio::io::Interest::READABLE;
        // SAFETY: `Poll` owns its descriptor, always returns the same, and closes it when it is dropped, which `AsyncFd`
        // does after it has withdrawn the descriptor from tokio.
        let poll = unsafe { AsyncFd::register_with_interest(poll, interest) }.map_err(io::Error::from)?;
        Ok(Self { poll, events: Events::with_capacity(EVENTS) })
    }

    /// Where sockets are added.
    pub(super) fn registry(&self) -> io::Result<Registry> {
        self.poll.get_ref().registry().try_clone()
    }

    /// Waits until something has become possible.
    pub(super) async fn changed(&self) {
        // What has happened until it is looked at is found then.
        if let Ok(mut ready) = self.poll.readable().await {
            ready.clear_ready();
        }
    }

    /// What has become possible since the last call, appended to `found`.
    pub(super) fn poll(&mut self, found: &mut Vec<Readiness>) {
        loop {
            // Without waiting, nothing but an interruption by a signal can go wrong.
            if self.poll.get_mut().poll(&mut self.events, Some(Duration::ZERO)).is_err() {
                return;
            }
            let before = found.len();
            found.extend(self.events.iter().map(|event| Readiness {
                key: event.token().0,
                readable: event.is_readable() || event.is_read_closed() || event.is_error(),
                writable: event.is_writable(),
            }));
            if found.len() - before < EVENTS {
                return;
            }
        }
    }
}

/// Watches a client's socket. What can be read already is reported too.
pub(super) fn watch(registry: &Registry, socket: &TcpStream, key: usize) -> io::Result<()> {
    let interest = Interest::READABLE | Interest::WRITABLE;
    registry.register(&mut SourceFd(&socket.as_raw_fd()), Token(key), interest)
}
