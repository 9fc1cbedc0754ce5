//! Serving a client that is behind: first what is queued for it, then what it has not seen of the log, then its
//! answers, as far as its socket or body takes it.

use events::{Cursor, CursorKind};

use super::client::{Client, Output, Upcoming};
use super::encoding::Encoder;
use super::outbox::{Broken, Piece, send_all};
use super::state::{Counts, State};
use crate::hub::{Batch, Log, Message, Part};
use crate::metrics::LAGGED;
use crate::protocol::{Disconnect, Outgoing};
use crate::wire::deflate::Checksum;

/// Steps in one turn; then others have theirs.
const STEPS: usize = 4;

/// How far serving a client came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It has everything up to the head of the log.
    AtHead,
    /// Its socket takes no more for now.
    Blocked,
    /// There is more; others have their turn first.
    More,
}

/// What reading the log needs.
pub(super) struct Reading<'a> {
    pub(super) log: &'a Log,
    pub(super) encoder: &'a Encoder,
    /// Events that a client may be behind.
    pub(super) most_events: usize,
    pub(super) counts: &'a mut Counts,
}

/// The frames of a snapshot; the last one has the cursor.
pub(super) fn snapshot_frames(parts: Vec<Part>, cursor: &Cursor) -> impl Iterator<Item = Upcoming> {
    let last = parts.len().saturating_sub(1);
    let with_cursor = move |(index, part)| Upcoming::Snapshot(part, (index == last).then(|| cursor.clone()));
    parts.into_iter().enumerate().map(with_cursor)
}

impl State {
    /// Serves one client that is behind.
    pub(super) fn serve(&mut self, key: usize) {
        let Some(client) = self.clients.get_mut(key) else { return };
        if client.is_closing() {
            return self.go_on_closing(key);
        }
        let mut reading = Reading {
            log: &self.log,
            encoder: &self.encoder,
            most_events: self.gateway.settings.client_events,
            counts: &mut self.counts,
        };
        match client.catch_up(&mut reading) {
            Err(disconnect) => self.end(key, disconnect),
            Ok(Progress::Blocked) => {}
            Ok(Progress::More) => self.queue(key),
            Ok(Progress::AtHead) if self.answer_requests(key) => self.queue(key),
            Ok(Progress::AtHead) => {
                if let Some(client) = self.clients.get_mut(key) {
                    client.become_current();
                }
            }
        }
    }
}

impl Client {
    /// Sends what the client has not seen, as far as its socket takes it.
    fn catch_up(&mut self, reading: &mut Reading<'_>) -> Result<Progress, Disconnect> {
        for _ in 0..STEPS {
            if !self.flush()? {
                return Ok(Progress::Blocked);
            }
            if self.queue_upcoming(reading.encoder) {
                continue;
            }
            self.deadlines.drained();
            match self.send_batch(reading)? {
                Progress::AtHead if self.queue_answers() => {}
                Progress::More => {}
                progress => return Ok(progress),
            }
        }
        Ok(Progress::More)
    }

    /// Writes what is queued; whether all of it left.
    pub(super) fn flush(&mut self) -> Result<bool, Disconnect> {
        match &self.output {
            Output::Socket(socket) => self.outbox.flush(socket).map_err(|Broken| Disconnect::Lost),
            Output::Body(_) => Ok(true),
        }
    }

    /// Queues the next of what comes before the log; whether there was something.
    fn queue_upcoming(&mut self, encoder: &Encoder) -> bool {
        match self.upcoming.pop_front() {
            None => return false,
            Some(Upcoming::Snapshot(part, cursor)) => self.push_snapshot(&part, cursor.as_ref(), encoder),
            Some(Upcoming::Missed(message)) => self.push_item(&message, encoder),
            Some(Upcoming::Feed(stale_since)) => self.push(&Outgoing::Feed { stale_since }, encoder),
        }
        if self.upcoming.is_empty() {
            self.upcoming = std::collections::VecDeque::new();
        }
        true
    }

    fn queue_answers(&mut self) -> bool {
        let answers = std::mem::take(&mut self.answers);
        let some = !answers.is_empty();
        answers.into_iter().for_each(|answer| self.outbox.push(Piece::end(answer)));
        some
    }

    /// The next messages of the log; `None` when `lagged` was queued and goes first.
    fn next_batch(&mut self, reading: &Reading<'_>) -> Result<Option<Batch>, Disconnect> {
        let batch = reading.log.next_batch(&self.channels, &self.seen, reading.most_events);
        let batch = batch.map_err(|_lost| Disconnect::TooSlow)?;
        if let Some((events, up_to)) = batch.skipped {
            self.missed += events;
            self.seen.skipped_to = up_to;
        }
        if self.missed == 0 {
            return Ok(Some(batch));
        }
        if self.channels.iter().any(|channel| channel.user().is_some()) {
            return Err(Disconnect::TooSlow);
        }
        LAGGED.get().increment(self.missed);
        let lagged = Outgoing::lagged(&self.cursor(self.seen.position), self.missed);
        self.push(&lagged, reading.encoder);
        self.missed = 0;
        Ok(None)
    }

    /// Writes the next messages of the log.
    fn send_batch(&mut self, reading: &mut Reading<'_>) -> Result<Progress, Disconnect> {
        let Some(batch) = self.next_batch(reading)? else { return Ok(Progress::More) };
        let mut rest = batch.messages.as_slice();
        while !rest.is_empty() {
            let taken = self.send_some(rest, reading)?;
            rest = rest.get(taken..).unwrap_or_default();
            if !self.outbox.is_empty() || taken == 0 {
                return Ok(Progress::Blocked);
            }
        }
        Ok(self.finish_batch(&batch, reading))
    }

    fn finish_batch(&mut self, batch: &Batch, reading: &mut Reading<'_>) -> Progress {
        let Some(head) = reading.log.position().filter(|_| batch.is_last) else { return Progress::More };
        if self.kind == CursorKind::AllStations {
            let passed = reading.log.count_states_behind(self.behind_from);
            reading.counts.conflated += passed.saturating_sub(self.states_since);
        }
        (self.behind_from, self.states_since) = (head.offset, 0);
        self.seen.position = head;
        Progress::AtHead
    }

    /// Writes as many messages as one write takes; returns how many the socket took, the last of them perhaps in part.
    fn send_some(&mut self, messages: &[Message], reading: &mut Reading<'_>) -> Result<usize, Disconnect> {
        let Output::Socket(socket) = &self.output else { return Ok(0) };
        let (kind, format, encoder) = (self.kind, self.format, reading.encoder);
        let frames = messages.iter().map(|message| encoder.item(&message.item, kind, format));
        let mut left = send_all(socket, frames.clone()).map_err(|Broken| Disconnect::Lost)?;
        reading.counts.bytes += u64::try_from(left).unwrap_or(u64::MAX);
        let mut taken = 0;
        let mut last = None;
        for (message, frame) in messages.iter().zip(frames) {
            let offset = message.item.at.offset;
            // A position can't be between messages of one offset: the others are queued.
            if left == 0 && last != Some(offset) {
                break;
            }
            if left < frame.len() {
                self.outbox.push(Piece::end(frame.slice(left..)));
            }
            left = left.saturating_sub(frame.len());
            last = Some(offset);
            taken += 1;
            self.pass(message, reading.counts);
        }
        Ok(taken)
    }

    /// The message was handed over.
    fn pass(&mut self, message: &Message, counts: &mut Counts) {
        self.seen.position = message.item.at;
        self.cursor_at = message.item.at.offset;
        self.notified = message.item.notification().unwrap_or(self.notified);
        counts.messages += 1;
        self.states_since += u64::from(!message.item.is_event());
        // Those who follow all stations are counted when they have caught up.
        if self.kind != CursorKind::AllStations {
            counts.conflated += u64::try_from(message.conflated).unwrap_or(u64::MAX);
        }
    }

    /// The next bytes of a body; `None` when there is nothing for now.
    pub(super) fn next_chunk(
        &mut self,
        reading: &mut Reading<'_>,
    ) -> Result<Option<bytes::Bytes>, Disconnect> {
        loop {
            if let Some(bytes) = self.outbox.pop() {
                return Ok(Some(bytes));
            }
            if self.queue_upcoming(reading.encoder) {
                continue;
            }
            self.deadlines.drained();
            if self.is_current() {
                return Ok(None);
            }
            let Some(batch) = self.next_batch(reading)? else { continue };
            for message in &batch.messages {
                self.push_item(message, reading.encoder);
                self.pass(message, reading.counts);
            }
            if self.finish_batch(&batch, reading) == Progress::AtHead {
                self.become_current();
            }
        }
    }

    /// The end of a gzip stream.
    pub(super) fn gzip_trailer(&mut self) -> Option<bytes::Bytes> {
        self.checksum.take().map(|checksum: Box<Checksum>| checksum.finish())
    }
}
