//! Reading from clients: a bounded amount is read in a turn, and every frame costs allowance.

use std::io::{ErrorKind, Read};
use std::time::Instant;

use super::client::{Client, Output};
use super::outbox::Piece;
use super::requests::Request;
use super::state::State;
use crate::protocol::{BadMessage, ClientMessage, Disconnect, MOST_BAD_MESSAGES, Outgoing};
use crate::wire::input::{Received, Violation};
use crate::wire::websocket;

/// Bytes read of one client in a turn.
const READ: usize = 4 * 1024;
/// Bytes that a client may still send after it was disconnected.
const MOST_DISCARDED: usize = 64 * 1024;
/// Frames of it that are still parsed: its close frame may follow frames that were on their way. Later frames are not
/// parsed; the thousands that fit into those bytes would take time from other clients.
const MOST_FRAMES_DISCARDED: u16 = 256;

impl From<Violation> for Disconnect {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::Protocol => Self::ProtocolError,
            Violation::NotText => Self::NotText,
            Violation::TooBig => Self::TooBig,
        }
    }
}

impl State {
    /// Reads from a client; whether there may be more.
    pub(super) fn read(&mut self, key: usize, now: Instant) -> bool {
        let Some(Client { output: Output::Socket(socket), .. }) = self.clients.get(key) else { return false };
        let mut buffer = [0; READ];
        let mut socket: &std::net::TcpStream = socket;
        match socket.read(&mut buffer) {
            Ok(0) => {
                self.lose(key);
                false
            }
            Ok(count) => {
                self.hear(key, buffer.get(..count).unwrap_or_default(), now);
                true
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(_) => {
                self.lose(key);
                false
            }
        }
    }

    fn lose(&mut self, key: usize) {
        self.end(key, Disconnect::Lost);
        self.remove(key);
    }

    /// Understands bytes that came from a client.
    pub(super) fn hear(&mut self, key: usize, mut bytes: &[u8], now: Instant) {
        if let Some(client) = self.clients.get_mut(key).filter(|client| client.is_closing()) {
            client.discarded += bytes.len();
            if client.discarded > MOST_DISCARDED {
                return self.remove(key);
            }
            if client.frames_discarded >= MOST_FRAMES_DISCARDED {
                return;
            }
        }
        loop {
            let Some(client) = self.clients.get_mut(key) else { return };
            let received = match client.input.next(&mut bytes) {
                Ok(None) => return,
                Ok(Some(received)) => received,
                // A client that breaks the protocol while closing is dropped at once.
                Err(_) if client.is_closing() => return self.remove(key),
                Err(violation) => return self.end(key, violation.into()),
            };
            match (client.is_closing(), &received) {
                (true, Received::Close(_)) => return self.remove(key),
                (true, _) if client.frames_discarded >= MOST_FRAMES_DISCARDED => return,
                (true, _) => {
                    client.frames_discarded += 1;
                    continue;
                }
                (false, _) => {}
            }
            client.hear(now);
            let result = if client.allowance.take(now) {
                self.receive(key, received)
            } else {
                Err(Disconnect::TooFast)
            };
            if let Err(disconnect) = result {
                return self.end(key, disconnect);
            }
        }
    }

    fn receive(&mut self, key: usize, received: Received) -> Result<(), Disconnect> {
        match received {
            Received::Pong | Received::Fragment => Ok(()),
            Received::Close(code) => Err(Disconnect::ByClient { code }),
            Received::Ping(payload) => {
                self.answer(key, websocket::pong(&payload));
                Ok(())
            }
            Received::Text(text) => self.understand(key, ClientMessage::parse(&text)),
            Received::Binary(_) => self.understand(key, Err(BadMessage::InvalidJson)),
        }
    }

    fn understand(
        &mut self,
        key: usize,
        message: Result<ClientMessage, BadMessage>,
    ) -> Result<(), Disconnect> {
        let result = match message {
            Ok(ClientMessage::Ping { timestamp }) => {
                self.say(key, &Outgoing::Pong { timestamp: &timestamp });
                Ok(())
            }
            Ok(ClientMessage::Authenticate { token }) => {
                self.authenticate(key, &token)?;
                Ok(())
            }
            Ok(ClientMessage::Subscribe { channels }) => self.request(key, Request::subscribe(channels)),
            Ok(ClientMessage::Unsubscribe { channels }) => self.request(key, Request::unsubscribe(channels)),
            Ok(ClientMessage::View { area }) => self.request(key, Request::view(area)),
            Err(bad) => Err(bad),
        };
        let Some(client) = self.clients.get_mut(key) else { return Ok(()) };
        match result {
            Ok(()) => client.bad_in_a_row = 0,
            Err(bad) => {
                client.bad_in_a_row += 1;
                if client.bad_in_a_row >= MOST_BAD_MESSAGES {
                    return Err(Disconnect::BadMessages);
                }
                self.say(key, &Outgoing::error(bad));
            }
        }
        Ok(())
    }

    /// A new token for the same rider prolongs the connection.
    fn authenticate(&mut self, key: usize, token: &str) -> Result<(), Disconnect> {
        let Some(client) = self.clients.get_mut(key) else { return Ok(()) };
        let Some(present) = client.caller else { return Ok(()) };
        match self.gateway.authenticator.verify(token) {
            Ok(renewed) if renewed.user_id == present.user_id => {
                client.deadlines.expire_with(&renewed);
                client.caller = Some(renewed);
                Ok(())
            }
            _ => Err(Disconnect::TokenExpired),
        }
    }

    /// Answers a client behind everything that was sent to it before.
    pub(super) fn say(&mut self, key: usize, message: &Outgoing<'_>) {
        let Some(client) = self.clients.get(key) else { return };
        let bytes = self.encoder.message(message, client.format);
        self.answer(key, bytes);
    }

    fn answer(&mut self, key: usize, bytes: bytes::Bytes) {
        let Some(client) = self.clients.get_mut(key) else { return };
        if !client.is_current() {
            return client.answer(bytes);
        }
        client.outbox.push(Piece::end(bytes));
        self.send_now(key);
    }

    /// Sends a current client what was just queued for it.
    pub(super) fn send_now(&mut self, key: usize) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let position = self.log.position();
        match client.flush() {
            Ok(true) if matches!(client.output, Output::Socket(_)) => {}
            Ok(_) => {
                position.into_iter().for_each(|position| client.fall_behind(position));
                self.oldest = position.map_or(self.oldest, |position| self.oldest.min(position.offset));
            }
            Err(disconnect) => self.end(key, disconnect),
        }
    }
}
