//! One client as the worker sees it: how far it has come, and what of a frame its socket has not taken yet.
//! It has no queue: what it has not seen stands in the log.

mod pump;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use service::Caller;
use tokio::sync::Notify;

use super::life::Life;
use super::output::{Output, Sent, write_some};
use crate::context::Gateway;
use crate::disconnect::Disconnect;
use crate::hub::{Behind, Channel, Item, Join, Reach, Start};
use crate::protocol;
use crate::settings::GatewaySettings;

pub(crate) use pump::Pumped;

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
    life: Life,
    most_events: usize,
}

impl Client {
    pub(super) fn new(key: u64, channel: Channel, output: Output, start: &Start, gateway: &Gateway) -> Self {
        let mut greeting = VecDeque::new();
        let established = protocol::connection_established(channel, start, gateway.settings.heartbeat_s);
        output.queue(&mut greeting, &established);
        let frames = start.base.iter().flat_map(|base| &base.frames);
        frames.for_each(|frame| output.queue(&mut greeting, frame));
        let life = Life::begin();
        life.greet(gateway.settings.greeting_timeout());
        Self {
            key,
            rest: RefCell::new(greeting),
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
            life,
            most_events: gateway.settings.client_events,
        }
    }

    pub(super) fn channels(&self) -> Vec<Channel> {
        self.channels.borrow().clone()
    }

    /// Whether it follows a channel or is about to.
    pub(crate) fn has(&self, channel: Channel) -> bool {
        let joins = self.joins.borrow();
        self.channels.borrow().contains(&channel)
            || joins.iter().flatten().any(|join| join.channel == channel)
    }

    pub(super) fn add_channel(&self, channel: Channel) {
        self.channels.borrow_mut().push(channel);
    }

    /// It no longer follows a channel, nor is about to; whether it did.
    pub(super) fn remove_channel(&self, channel: Channel) -> bool {
        let mut joins = self.joins.borrow_mut();
        joins.iter_mut().for_each(|asked| asked.retain(|join| join.channel != channel));
        let before = joins.len();
        joins.retain(|asked| !asked.is_empty());
        // What was asked for and taken back before it began is answered all the same.
        (joins.len()..before).for_each(|_| self.say(protocol::subscribed(&[]).wire().clone()));
        let mut channels = self.channels.borrow_mut();
        let followed = channels.contains(&channel);
        channels.retain(|other| *other != channel);
        followed
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
        self.life.heard();
    }

    /// The connection lives no longer than this token.
    pub(crate) fn expire_with(&self, caller: &Caller) {
        self.life.expire_with(caller);
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
        if joins.is_empty() {
            // It follows all of them already.
            return self.say(protocol::subscribed(&[]).wire().clone());
        }
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

    /// The bytes that must leave before a close frame: the rest of a frame, and the answers.
    pub(crate) fn last_words(&self) -> Vec<Bytes> {
        let rest = std::mem::take(&mut *self.rest.borrow_mut());
        let answers = std::mem::take(&mut *self.answers.borrow_mut());
        rest.into_iter().chain(answers).collect()
    }

    /// Looks at the clock for it.
    pub(super) fn keep(&self, now: Instant, settings: &GatewaySettings) {
        let is_socket = matches!(self.output, Output::Socket(_));
        match self.life.check(now, is_socket, settings) {
            Err(disconnect) => self.end(disconnect),
            Ok(false) => {}
            Ok(true) => {
                self.output.queue_heartbeat(&mut self.rest.borrow_mut());
                self.current.set(false);
                self.wake.notify_one();
            }
        }
    }
}
