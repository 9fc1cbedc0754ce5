//! The end of a connection (RFC 6455, section 7.1.1). The close frame follows the frame that is being sent, and the
//! connection is dropped as soon as both sides have closed. A client that does not answer is dropped after a second.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::client::{Output, Standing};
use super::outbox::Piece;
use super::state::State;
use crate::metrics::{CLOSES, CONNECTIONS};
use crate::protocol::Disconnect;
use crate::wire::sse;

/// How long the other side may take to answer a close frame.
const ANSWERING: Duration = Duration::from_secs(1);

impl State {
    /// Ends a client's connection; the first reason counts.
    pub(super) fn end(&mut self, key: usize, disconnect: Disconnect) {
        let Some(client) = self.clients.get_mut(key).filter(|client| !client.is_closing()) else { return };
        self.audience.remove(key, &client.channels);
        CLOSES.of([disconnect.name()]).increment(1);
        client.standing = Standing::Closing(disconnect);
        for channel in std::mem::take(&mut client.channels) {
            CONNECTIONS.of([channel.kind_name()]).decrement(1);
        }
        client.upcoming.clear();
        client.requests.clear();
        client.outbox.keep_frame_on_its_way();
        for answer in std::mem::take(&mut client.answers) {
            client.outbox.push(Piece::end(answer));
        }
        client.deadlines.drained();
        client.deadlines.drain_within(Instant::now(), ANSWERING);
        client.outbox.push(Piece::end(self.encoder.end(disconnect, client.format)));
        match client.output {
            Output::Socket(_) if disconnect == Disconnect::Lost => self.remove(key),
            Output::Socket(_) => self.go_on_closing(key),
            Output::Body(_) => {
                if let (Some(checksum), Disconnect::Restarting { retry_after_ms }) =
                    (&mut client.checksum, disconnect)
                {
                    checksum.update(&sse::retry(retry_after_ms));
                }
                let trailer = client.gzip_trailer().unwrap_or_default();
                client.outbox.push(Piece::end(trailer));
                client.wake();
            }
        }
    }

    /// Sends what is left of a connection that ends.
    pub(super) fn go_on_closing(&mut self, key: usize) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let has_closed = matches!(client.standing, Standing::Closing(Disconnect::ByClient { .. }));
        match client.flush() {
            Ok(true) if has_closed => self.remove(key),
            Ok(_) => {}
            Err(_) => self.remove(key),
        }
    }

    /// Drops a client, and the connection with it.
    pub(super) fn remove(&mut self, key: usize) {
        let Some(client) = self.clients.try_remove(key) else { return };
        self.audience.remove(key, &client.channels);
        for channel in &client.channels {
            CONNECTIONS.of([channel.kind_name()]).decrement(1);
        }
    }

    /// The next bytes of a body that ends.
    pub(super) fn last_chunk(&mut self, key: usize) -> Option<Bytes> {
        let client = self.clients.get_mut(key)?;
        std::iter::from_fn(|| client.outbox.pop()).find(|bytes| !bytes.is_empty())
    }
}
