//! One client as its worker sees it: its position in the log, and what its socket has not taken yet.

use std::collections::VecDeque;
use std::net::TcpStream;
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::{Cursor, CursorKind, NotificationId, Position};
use service::Caller;

use super::allowance::Allowance;
use super::deadlines::Deadlines;
use super::encoding::{self, Encoder, Format};
use super::outbox::{Outbox, Piece};
use super::requests::Request;
use crate::hub::{Message, Part, Seen, Since};
use crate::limits::Admitted;
use crate::protocol::{Channel, Disconnect, Outgoing};
use crate::wire::deflate::Checksum;
use crate::wire::input::Input;
use crate::wire::sse;

/// An admitted client on its way to a worker.
pub(crate) struct Arrival {
    pub(crate) channel: Channel,
    pub(crate) caller: Option<Caller>,
    pub(crate) since: Option<Since>,
    pub(crate) admitted: Admitted,
    pub(crate) format: Format,
    pub(crate) connector: Connector,
}

/// Where an arrival's bytes go.
pub(crate) enum Connector {
    /// The socket of a WebSocket behind its handshake, and what was read with the handshake.
    Socket(TcpStream, Bytes),
    /// A response body that asks for what it sends.
    Body,
}

pub(super) enum Output {
    Socket(TcpStream),
    /// With the task that waits for more.
    Body(Option<Waker>),
}

/// A client's state relative to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has taken everything: the next message goes straight to its socket.
    Current,
    /// It reads from the log.
    Behind,
    /// Its connection ends for this reason.
    Closing(Disconnect),
}

/// What is sent before the client goes on with the log.
pub(super) enum Upcoming {
    /// A frame of a snapshot; the last one has a cursor.
    Snapshot(Part, Option<Cursor>),
    /// A message that was missed on a channel that it joins.
    Missed(Message),
    /// Since when the broker has been silent, if it is.
    Feed(Option<DateTime<Utc>>),
}

/// A client. What a live delivery touches lies together at its beginning: it is memory that is rarely in the cache.
#[repr(C)]
pub(super) struct Client {
    pub(super) output: Output,
    /// The offset of the last cursor that it got.
    pub(super) cursor_at: u64,
    pub(super) standing: Standing,
    pub(super) format: Format,
    /// The kind of its cursors.
    pub(super) kind: CursorKind,
    /// Whether it is in the queue of those who can be served.
    pub(super) is_queued: bool,
    /// Whether it is in the queue of those to read from.
    pub(super) is_reading: bool,
    pub(super) bad_in_a_row: u8,
    /// Of a gzip stream.
    pub(super) checksum: Option<Box<Checksum>>,
    pub(super) deadlines: Deadlines,
    /// The last message of the inbox that it got.
    pub(super) notified: NotificationId,
    /// How far it has come; of one that is current, only from when it was not.
    pub(super) seen: Seen,
    /// Where it fell behind, and how many states it got since: what it did not get was conflated.
    pub(super) behind_from: u64,
    pub(super) states_since: u64,
    /// Events that left the replay window, or were skipped, before it got them.
    pub(super) missed: u64,
    pub(super) outbox: Outbox,
    pub(super) upcoming: VecDeque<Upcoming>,
    /// Answers wait until everything before them was sent.
    pub(super) answers: VecDeque<Bytes>,
    pub(super) requests: VecDeque<Request>,
    pub(super) channels: Vec<Channel>,
    /// Bytes that came after the close frame was sent.
    pub(super) discarded: usize,
    /// Frames among them that were looked at.
    pub(super) frames_discarded: u16,
    pub(super) input: Input,
    pub(super) allowance: Allowance,
    pub(super) caller: Option<Caller>,
    /// Its slot within the limits, freed when it is dropped.
    pub(super) _admitted: Admitted,
}

/// Answers that may wait for a client that takes nothing; the oldest gives way.
const MOST_ANSWERS: usize = 64;

impl Client {
    pub(super) fn is_current(&self) -> bool {
        self.standing == Standing::Current
    }

    pub(super) fn is_closing(&self) -> bool {
        matches!(self.standing, Standing::Closing(_))
    }

    /// It can't take what comes behind this position.
    pub(super) fn fall_behind(&mut self, position: Position) {
        if self.is_current() {
            self.standing = Standing::Behind;
            self.seen = Seen::up_to(position);
            (self.behind_from, self.states_since) = (position.offset, 0);
        }
        self.wake();
    }

    /// A body is asked for more by its own task.
    pub(super) fn wake(&mut self) {
        if let Output::Body(waker) = &mut self.output
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
    }

    /// It has taken everything.
    pub(super) fn become_current(&mut self) {
        self.standing = Standing::Current;
        self.seen.promised = 0;
    }

    /// The cursor of a client at this position.
    pub(super) fn cursor(&self, at: Position) -> Cursor {
        encoding::cursor(self.kind, at, self.notified)
    }

    /// Queues a control message in front of everything that is not on its way.
    pub(super) fn push(&mut self, message: &Outgoing<'_>, encoder: &Encoder) {
        self.push_encoded(encoder.message(message, self.format), || encoder.message(message, Format::Sse));
    }

    /// Queues a message of the stream.
    pub(super) fn push_item(&mut self, message: &Message, encoder: &Encoder) {
        let kind = self.kind;
        let bytes = encoder.item(&message.item, kind, self.format).clone();
        self.push_encoded(bytes, || encoder.item(&message.item, kind, Format::Sse).clone());
    }

    /// Queues a frame. The checksum of a gzip stream counts it as it is before compression.
    fn push_encoded(&mut self, bytes: Bytes, plain: impl FnOnce() -> Bytes) {
        self.outbox.push(Piece::end(bytes));
        if self.checksum.is_some() {
            let plain = plain();
            self.checksum.iter_mut().for_each(|checksum| checksum.update(&plain));
        }
    }

    pub(super) fn push_snapshot(&mut self, part: &Part, complete_at: Option<&Cursor>, encoder: &Encoder) {
        let text = part.text();
        encoder
            .snapshot(text, complete_at, self.format)
            .into_iter()
            .for_each(|piece| self.outbox.push(piece));
        if let Some(checksum) = &mut self.checksum {
            Encoder::plain_snapshot(text, complete_at).iter().for_each(|plain| checksum.update(plain));
        }
    }

    /// Queues what asks for a sign of life. A body gets it only when it has nothing else.
    pub(super) fn push_heartbeat(&mut self, encoder: &Encoder) {
        match (self.format.is_sse(), self.outbox.is_empty()) {
            (false, _) => self.outbox.push_next(encoder.heartbeat(self.format)),
            (true, true) => {
                self.outbox.push(Piece::end(encoder.heartbeat(self.format)));
                self.checksum.iter_mut().for_each(|checksum| checksum.update(sse::COMMENT));
            }
            (true, false) => {}
        }
    }

    /// Queues an answer behind everything that was sent before.
    pub(super) fn answer(&mut self, bytes: Bytes) {
        if self.answers.len() >= MOST_ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back(bytes);
    }

    /// A frame came.
    pub(super) fn hear(&mut self, now: Instant) {
        self.deadlines.hear(now);
    }

    /// Bytes that are held for it.
    pub(super) fn bytes_waiting(&self) -> usize {
        self.outbox.bytes() + self.answers.iter().map(Bytes::len).sum::<usize>()
    }
}
