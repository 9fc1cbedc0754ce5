//! Catching up: a client reads from the log what it has not seen, as far as its socket or body takes it.

use std::rc::Rc;

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;

use super::Client;
use crate::disconnect::Disconnect;
use crate::hub::{Behind, Gone, Joined, Message};
use crate::protocol;
use crate::worker::Worker;
use crate::worker::output::{Output, Sent, write_some};

/// Pieces of the log in one turn; then others have theirs.
const PIECES_PER_TURN: usize = 4;

/// How far pumping came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pumped {
    /// Everything is sent; what comes goes straight to the socket.
    Current,
    /// The socket takes no more for now.
    Blocked,
    /// There is more; others have their turn first.
    More,
}

/// What comes next for a client.
struct Next {
    messages: Vec<Message>,
    done: bool,
    head: Option<events::Cursor>,
    joined: Vec<Joined>,
}

impl Client {
    /// Writes the bytes that must leave first; false when the socket does not take all of them.
    fn write_rest(&self, socket: &TcpStream) -> Result<bool, Disconnect> {
        let mut rest = self.rest.borrow_mut();
        while !rest.is_empty() {
            let (_, mut left) = write_some(socket, rest.iter())?;
            if left == 0 {
                return Ok(false);
            }
            while let Some(first) = rest.front_mut()
                && left > 0
            {
                if left < first.len() {
                    first.advance(left);
                    left = 0;
                } else {
                    left -= first.len();
                    rest.pop_front();
                }
            }
        }
        self.life.greeted();
        Ok(true)
    }

    /// Sends what the client has not seen, as far as its socket takes it.
    pub(crate) fn pump(self: &Rc<Self>, worker: &Worker) -> Result<Pumped, Disconnect> {
        let Output::Socket(socket) = &self.output else { return Ok(Pumped::Current) };
        let mut sent = Sent::default();
        let mut result = Pumped::More;
        for _ in 0..PIECES_PER_TURN {
            if !self.write_rest(socket)? {
                result = Pumped::Blocked;
                break;
            }
            let Some(messages) = self.next_piece(worker)? else { continue };
            let mut taken = 0;
            // Current for the moment: writing says when it is not.
            self.current.set(true);
            while self.current.get() && taken < messages.messages.len() {
                let parts = messages.messages.iter().skip(taken);
                taken +=
                    self.write(parts.map(|message| (&*message.item, message.frame.wire())), &mut sent)?;
            }
            if !self.current.replace(false) {
                result = Pumped::Blocked;
                break;
            }
            if messages.done && self.finish(worker, messages) && self.write_rest(socket)? {
                self.current.set(true);
                result = Pumped::Current;
                break;
            }
        }
        metrics::counter!("swapwire_gateway_deliveries_total").increment(sent.messages);
        metrics::counter!("swapwire_gateway_delivered_bytes_total").increment(sent.bytes);
        Ok(result)
    }

    /// The next of a body's bytes, as far as there are any.
    pub(crate) fn next_bytes(self: &Rc<Self>, worker: &Worker) -> Result<Option<Bytes>, Disconnect> {
        loop {
            if let Some(bytes) = self.rest.borrow_mut().pop_front() {
                return Ok(Some(bytes));
            }
            self.life.greeted();
            let Some(piece) = self.next_piece(worker)? else { continue };
            let (mut reach, mut behind) = (self.reach.get(), self.behind.get());
            for message in &piece.messages {
                reach.advance(&message.item);
                behind.made_up(&message.item);
                self.output.queue(&mut self.rest.borrow_mut(), &message.frame);
            }
            metrics::counter!("swapwire_gateway_deliveries_total")
                .increment(u64::try_from(piece.messages.len()).unwrap_or(u64::MAX));
            self.reach.set(reach);
            self.behind.set(behind);
            if piece.done {
                self.finish(worker, piece);
                if self.rest.borrow().is_empty() {
                    return Ok(None);
                }
            }
        }
    }

    /// The next piece of the log for it; `None` when it must first be told that it has missed something.
    fn next_piece(&self, worker: &Worker) -> Result<Option<Next>, Disconnect> {
        let joins = self.joins.borrow().front().cloned().unwrap_or_default();
        let (channels, reach, mut behind) = (self.channels.borrow(), self.reach.get(), self.behind.get());
        let hub = &worker.gateway.hub;
        let (piece, joined) =
            hub.advance(&channels, &reach, &behind, self.most_events, &joins).map_err(|gone| match gone {
                Gone::Everything => worker.restarting(),
                Gone::Departures => Disconnect::TooSlow,
            })?;
        if piece.missed > 0 {
            if channels.iter().any(|channel| channel.user().is_some()) {
                return Err(Disconnect::TooSlow);
            }
            behind.events = piece.counted;
            self.behind.set(behind);
            let lagged = protocol::lagged(reach.cursor, piece.missed);
            self.output.queue(&mut self.rest.borrow_mut(), &lagged);
            metrics::counter!("swapwire_gateway_lagged_total").increment(piece.missed);
            return Ok(None);
        }
        Ok(Some(Next { messages: piece.messages, done: piece.head.is_some(), head: piece.head, joined }))
    }

    /// It has seen everything: what was waiting for that comes now. False when there is more to do.
    fn finish(self: &Rc<Self>, worker: &Worker, next: Next) -> bool {
        let (mut reach, behind) = (self.reach.get(), self.behind.get());
        if let Some(head) = next.head {
            reach.cursor = head;
        }
        if behind.states > 0 {
            metrics::counter!("swapwire_gateway_conflated_total").increment(behind.states);
        }
        self.reach.set(reach);
        self.behind.set(Behind {
            counted_to: behind.counted_to.max(reach.cursor.offset),
            events: 0,
            states: 0,
        });
        let mut rest = self.rest.borrow_mut();
        if !self.joins.borrow().is_empty() {
            self.joins.borrow_mut().pop_front();
            self.output.queue(&mut rest, &protocol::subscribed(&next.joined));
            for joined in next.joined {
                if joined.recovered.is_some() {
                    worker.follow(self, joined.channel);
                    joined.frames.iter().for_each(|frame| self.output.queue(&mut rest, frame));
                }
            }
            self.life.greet(worker.gateway.settings.greeting_timeout());
        }
        rest.extend(self.answers.borrow_mut().drain(..));
        self.joins.borrow().is_empty()
    }
}
