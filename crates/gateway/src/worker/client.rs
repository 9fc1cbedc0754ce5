//! One client as the worker sees it: how far it has come, and what of a frame its socket has not taken yet.
//! It has no queue: what it has not seen stands in the log.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Buf, Bytes};
use chrono::Utc;
use service::Caller;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::Worker;
use super::output::{Output, Sent, write_some};
use crate::connection::wire;
use crate::context::Gateway;
use crate::disconnect::Disconnect;
use crate::hub::{Behind, Channel, Frame, Item, Join, Message, Reach, Start};
use crate::protocol;
use crate::settings::GatewaySettings;

/// Pieces of the log in one turn; then others have theirs.
const PIECES_PER_TURN: usize = 4;
/// Answers that may wait for a client that takes nothing; older ones give way.
const MOST_ANSWERS: usize = 64;

/// A client.
pub(crate) struct Client {
    pub(super) key: u64,
    pub(crate) output: Output,
    channels: RefCell<Vec<Channel>>,
    reach: Cell<Reach>,
    behind: Cell<Behind>,
    /// Whether it has seen everything that was passed on: new messages go straight to its socket.
    current: Cell<bool>,
    /// What of the present burst concerns it.
    due: RefCell<Vec<usize>>,
    /// Bytes that must leave before anything else: the greeting, or the rest of a frame.
    rest: RefCell<VecDeque<Bytes>>,
    /// What is said beside the events.
    answers: RefCell<VecDeque<Bytes>>,
    joins: RefCell<VecDeque<Vec<Join>>>,
    wake: Notify,
    ended: Cell<Option<Disconnect>>,
    heard: Cell<Instant>,
    pinged: Cell<Instant>,
    /// When its token ends.
    expires: Cell<Option<Instant>>,
    /// Until when it must have taken its greeting.
    greeted_by: Cell<Option<Instant>>,
    most_events: usize,
}

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

impl Client {
    pub(super) fn new(key: u64, channel: Channel, output: Output, start: &Start, gateway: &Gateway) -> Self {
        let now = Instant::now();
        let heartbeat_s = gateway.settings.heartbeat_s;
        let frames = start.base.iter().flat_map(|base| &base.frames);
        let greeting = std::iter::once(protocol::connection_established(channel, start, heartbeat_s))
            .chain(frames.cloned())
            .map(|frame| Self::as_sent(&output, &frame));
        Self {
            key,
            rest: RefCell::new(greeting.collect()),
            output,
            channels: RefCell::new(vec![channel]),
            reach: Cell::new(start.reach),
            behind: Cell::new(start.behind),
            current: Cell::new(false),
            due: RefCell::default(),
            answers: RefCell::default(),
            joins: RefCell::default(),
            wake: Notify::new(),
            ended: Cell::new(None),
            heard: Cell::new(now),
            pinged: Cell::new(now),
            expires: Cell::new(None),
            greeted_by: Cell::new(Some(now + gateway.settings.greeting_timeout())),
            most_events: gateway.settings.client_events,
        }
    }

    fn as_sent(output: &Output, frame: &Frame) -> Bytes {
        match output {
            Output::Socket(_) => frame.wire().clone(),
            Output::Body => wire::server_sent_event(frame),
        }
    }

    pub(crate) fn channels(&self) -> Vec<Channel> {
        self.channels.borrow().clone()
    }

    pub(super) fn add_channel(&self, channel: Channel) {
        self.channels.borrow_mut().push(channel);
    }

    pub(super) fn remove_channel(&self, channel: Channel) {
        self.channels.borrow_mut().retain(|other| *other != channel);
    }

    pub(super) fn watches(&self, item: &Item) -> bool {
        self.channels.borrow().iter().any(|channel| item.is_on(channel))
    }

    /// Whether it has seen everything.
    pub(crate) fn is_current(&self) -> bool {
        self.current.get()
    }

    /// Ends the connection for a reason; the first one counts.
    pub(crate) fn end(&self, disconnect: Disconnect) {
        if self.ended.get().is_none() {
            self.ended.set(Some(disconnect));
        }
        self.wake.notify_one();
    }

    /// Why it is to end.
    pub(crate) fn ended(&self) -> Option<Disconnect> {
        self.ended.get()
    }

    /// Waits for something to do.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// The client said something.
    pub(crate) fn heard(&self) {
        self.heard.set(Instant::now());
    }

    /// The connection lives no longer than this token.
    pub(crate) fn expire_with(&self, caller: &Caller) {
        let left = (caller.expires_at - Utc::now()).to_std().unwrap_or_default();
        self.expires.set(Some(Instant::now() + left));
    }

    /// Says something beside the events, behind all of them that have been applied.
    pub(crate) fn say(&self, bytes: Bytes) {
        let mut answers = self.answers.borrow_mut();
        // A client that takes none of its answers misses the oldest, as it would a ping.
        if answers.len() >= MOST_ANSWERS {
            answers.pop_front();
        }
        answers.push_back(bytes);
        self.current.set(false);
    }

    /// Follows more channels, once it has seen everything of those that it follows.
    pub(crate) fn join(&self, joins: Vec<Join>) {
        self.joins.borrow_mut().push_back(joins);
        self.current.set(false);
    }

    /// How many channels it follows or is about to.
    pub(crate) fn channel_count(&self) -> usize {
        self.channels.borrow().len() + self.joins.borrow().iter().map(Vec::len).sum::<usize>()
    }

    /// The offset that has gone past it, seen or not.
    #[cfg(test)]
    pub(super) fn passed(&self) -> u64 {
        self.behind.get().counted_to.max(self.reach.get().cursor.offset)
    }

    pub(super) fn bytes_waiting(&self) -> usize {
        self.rest.borrow().iter().chain(self.answers.borrow().iter()).map(Bytes::len).sum()
    }

    /// A message that concerns it: noted for this burst, or counted if it can't take it now.
    pub(super) fn offer(self: &Rc<Self>, index: usize, item: &Item, due: &mut Vec<Rc<Self>>) {
        if !self.reach.get().is_behind(item) {
            return;
        }
        if !self.current.get() {
            self.pass_by(item);
            return;
        }
        let mut mine = self.due.borrow_mut();
        if mine.is_empty() {
            due.push(Rc::clone(self));
        }
        // Two of its channels may concern the same message.
        if mine.last() != Some(&index) {
            mine.push(index);
        }
    }

    /// It reads the message from the log when it can: a body when it is told that there is one, a socket when
    /// it takes more.
    fn pass_by(&self, item: &Item) {
        self.missed(item);
        if matches!(self.output, Output::Body) {
            self.wake.notify_one();
        }
    }

    fn missed(&self, item: &Item) {
        let mut behind = self.behind.get();
        behind.missed(item);
        self.behind.set(behind);
    }

    /// Writes a message that is a burst of its own.
    pub(super) fn send_one(self: &Rc<Self>, item: &Item) -> Sent {
        let mut sent = Sent::default();
        if !self.reach.get().is_behind(item) {
            return sent;
        }
        if !self.current.get() {
            self.pass_by(item);
            return sent;
        }
        match self.write(std::iter::once((item, item.frame.wire())), &mut sent) {
            Ok(0) => self.missed(item),
            Ok(_) => {}
            Err(disconnect) => self.end(disconnect),
        }
        if !self.current.get() {
            // Its own task goes on when the socket takes more.
            self.wake.notify_one();
        }
        sent
    }

    /// Writes what the burst has for it.
    pub(super) fn send_burst(&self, burst: &[Arc<Item>]) -> Sent {
        let mut due = self.due.borrow_mut();
        let items = || due.iter().filter_map(|index| burst.get(*index));
        let mut sent = Sent::default();
        let mut whole = 0;
        while self.current.get() && whole < due.len() {
            let parts = items().skip(whole).map(|item| (&**item, item.frame.wire()));
            match self.write(parts, &mut sent) {
                Ok(taken) => whole += taken,
                Err(disconnect) => {
                    self.end(disconnect);
                    break;
                }
            }
        }
        items().skip(whole).for_each(|item| self.missed(item));
        due.clear();
        if !self.current.get() {
            self.wake.notify_one();
        }
        sent
    }

    /// Hands some of the messages to the socket, as many as fit one write; returns how many it took. When it
    /// took less than it was given, the client is no longer current.
    fn write<'a>(
        &self,
        messages: impl Iterator<Item = (&'a Item, &'a Bytes)> + Clone,
        sent: &mut Sent,
    ) -> Result<usize, Disconnect> {
        let Output::Socket(socket) = &self.output else { return Ok(0) };
        let (given, mut left) = write_some(socket, messages.clone().map(|(_, bytes)| bytes))?;
        sent.bytes += u64::try_from(left).unwrap_or(u64::MAX);
        let (mut reach, mut behind) = (self.reach.get(), self.behind.get());
        let mut taken = 0;
        for (item, bytes) in messages {
            // Messages of one offset belong together: a position can't stand between them.
            if left == 0 && reach.cursor.offset != item.at.offset {
                break;
            }
            reach.advance(item);
            behind.made_up(item);
            sent.messages += 1;
            taken += 1;
            if left < bytes.len() {
                self.rest.borrow_mut().push_back(bytes.slice(left..));
                self.current.set(false);
            }
            left = left.saturating_sub(bytes.len());
        }
        if taken < given {
            self.current.set(false);
        }
        self.reach.set(reach);
        self.behind.set(behind);
        Ok(taken)
    }

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
        self.greeted_by.set(None);
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
            self.greeted_by.set(None);
            let Some(piece) = self.next_piece(worker)? else { continue };
            let (mut reach, mut behind) = (self.reach.get(), self.behind.get());
            for message in &piece.messages {
                reach.advance(&message.item);
                behind.made_up(&message.item);
                self.rest.borrow_mut().push_back(Self::as_sent(&self.output, &message.frame));
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
        let (piece, joined) = hub
            .advance(&channels, &reach, &behind, self.most_events, &joins)
            .ok_or(Disconnect::Restarting { retry_after_ms: super::RETRY_AFTER_MS })?;
        if piece.missed > 0 {
            if channels.iter().any(|channel| channel.user().is_some()) {
                return Err(Disconnect::TooSlow);
            }
            behind.events = piece.counted;
            self.behind.set(behind);
            let lagged = protocol::lagged(reach.cursor, piece.missed);
            self.rest.borrow_mut().push_back(Self::as_sent(&self.output, &lagged));
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
            let answer = protocol::subscribed(&next.joined);
            rest.push_back(Self::as_sent(&self.output, &answer));
            for joined in next.joined {
                if joined.recovered.is_some() {
                    worker.follow(self, joined.channel);
                    rest.extend(joined.frames.iter().map(|frame| Self::as_sent(&self.output, frame)));
                }
            }
        }
        rest.extend(self.answers.borrow_mut().drain(..));
        self.joins.borrow().is_empty()
    }

    /// The bytes that must leave before a close frame: the rest of a frame, and the answers.
    pub(crate) fn last_words(&self) -> Vec<Bytes> {
        let rest = std::mem::take(&mut *self.rest.borrow_mut());
        let answers = std::mem::take(&mut *self.answers.borrow_mut());
        rest.into_iter().chain(answers).collect()
    }

    /// Looks at the clock for it.
    pub(super) fn keep(&self, now: Instant, settings: &GatewaySettings) {
        if self.expires.get().is_some_and(|expires| expires <= now) {
            return self.end(Disconnect::TokenExpired);
        }
        if self.greeted_by.get().is_some_and(|by| by <= now) {
            return self.end(Disconnect::TooSlow);
        }
        let is_socket = matches!(self.output, Output::Socket(_));
        if is_socket && now.saturating_duration_since(self.heard.get()) > settings.silence() {
            return self.end(Disconnect::Silent);
        }
        if now.saturating_duration_since(self.pinged.get()) >= settings.heartbeat() {
            self.pinged.set(now);
            match self.output {
                Output::Socket(_) => self.say(Bytes::from_static(wire::PING)),
                Output::Body => self.say(Bytes::from_static(wire::SSE_COMMENT)),
            }
            self.wake.notify_one();
        }
    }
}

/// What comes next for a client.
struct Next {
    messages: Vec<Message>,
    done: bool,
    head: Option<events::Cursor>,
    joined: Vec<crate::hub::Joined>,
}
