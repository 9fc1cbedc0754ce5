//! Live delivery: a client that has taken everything before a message gets it in the turn in which it comes. Several
//! messages that wait together leave in one write.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use events::{CursorKind, Position};
use slab::Slab;
use traces::{Kind, Span};

use super::client::{Client, Output};
use super::encoding::{Encoder, Format};
use super::outbox::{Broken, Piece, send, send_all};
use super::state::{Counts, State};
use crate::hub::{Item, Passed};
use crate::metrics::FANOUT;
use crate::protocol::Disconnect;

/// Messages that follow each other in one buffer.
struct Bundle {
    bytes: Bytes,
    /// Where each message ends.
    ends: Vec<usize>,
}

impl Bundle {
    fn new(items: &[Arc<Item>], format: Format, encoder: &Encoder) -> Self {
        let frames = items.iter().map(|item| encoder.item(item, CursorKind::AllStations, format));
        if let [item] = items {
            let bytes = encoder.item(item, CursorKind::AllStations, format).clone();
            return Self { ends: vec![bytes.len()], bytes };
        }
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(items.len());
        for frame in frames {
            bytes.extend_from_slice(frame);
            ends.push(bytes.len());
        }
        Self { bytes: bytes.into(), ends }
    }
}

/// What a delivery needs beside the client.
struct Delivery<'a> {
    encoder: &'a Encoder,
    counts: &'a mut Counts,
    /// The position of clients that take none of it.
    before: Position,
    broken: Vec<usize>,
}

impl State {
    /// Applies messages, each of which concerns clients once at most, and hands them on.
    pub(super) fn pass_on(&mut self, burst: &[Arc<Passed>]) {
        let Some(before) = self.log.position() else {
            return burst.iter().for_each(|passed| self.apply(passed));
        };
        self.oldest = self.oldest.min(before.offset);
        burst.iter().for_each(|passed| self.apply(passed));
        let items: Vec<Arc<Item>> = burst.iter().flat_map(|passed| &passed.items).cloned().collect();
        if items.is_empty() || self.clients.is_empty() {
            return;
        }
        let traced: Vec<&Span> = burst.iter().filter_map(|passed| passed.span.as_ref()).collect();
        let began = SystemTime::now();
        let started = Instant::now();
        let messages_before = self.counts.messages;
        let mut delivery =
            Delivery { encoder: &self.encoder, counts: &mut self.counts, before, broken: Vec::new() };
        let of_stations: Vec<Arc<Item>> =
            items.iter().filter(|item| item.station().is_some()).cloned().collect();
        delivery.hand_to_all(&mut self.clients, self.audience.of_all_stations(), &of_stations);
        let mut due = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.audience.followers(item, |key| due.push((key, index)));
        }
        due.sort_unstable();
        // Two channels of a client may concern the same message.
        due.dedup();
        for due in due.chunk_by(|(one, _), (other, _)| one == other) {
            delivery.hand_to_follower(&mut self.clients, due, &items);
        }
        let broken = std::mem::take(&mut delivery.broken);
        broken.into_iter().for_each(|key| self.end(key, Disconnect::Lost));
        let deliveries = self.counts.messages - messages_before;
        if deliveries > 0 {
            traced.iter().for_each(|span| trace_delivery(span, began, burst.len(), deliveries));
            FANOUT.get().record(started.elapsed().as_secs_f64());
        }
    }
}

impl Delivery<'_> {
    /// To those who follow all stations: everybody gets the same bytes.
    fn hand_to_all(&mut self, clients: &mut Slab<Client>, followers: &[usize], items: &[Arc<Item>]) {
        let Some(last) = items.last() else { return };
        let mut bundles: [Option<Bundle>; 2] = [None, None];
        for key in followers {
            let Some(client) = clients.get_mut(*key).filter(|client| client.is_current()) else { continue };
            let Output::Socket(socket) = &client.output else {
                client.fall_behind(self.before);
                continue;
            };
            let [plain, compressed] = &mut bundles;
            let bundle = if client.format == Format::CompressedWebSocket { compressed } else { plain };
            let bundle = bundle.get_or_insert_with(|| Bundle::new(items, client.format, self.encoder));
            match send(socket, &bundle.bytes) {
                Ok(sent) if sent == bundle.bytes.len() => {
                    client.cursor_at = last.at.offset;
                    self.counts.messages += count(items.len());
                    self.counts.bytes += count(sent);
                }
                Ok(sent) => self.cut(client, sent, bundle, items),
                Err(Broken) => self.broken.push(*key),
            }
        }
    }

    /// The socket took a part of the messages. The rest of the message that was cut is kept; those after it are in the
    /// log.
    fn cut(&mut self, client: &mut Client, sent: usize, bundle: &Bundle, items: &[Arc<Item>]) {
        let whole = bundle.ends.partition_point(|end| *end <= sent);
        let begins = whole.checked_sub(1).and_then(|last| bundle.ends.get(last)).copied().unwrap_or_default();
        let mut taken = whole;
        if sent > begins
            && let Some(end) = bundle.ends.get(whole)
            && let Some(rest) = bundle.bytes.get(sent..*end)
        {
            // A copy: a slice would keep all messages of the bundle in memory.
            client.outbox.push(Piece::end(Bytes::copy_from_slice(rest)));
            taken += 1;
        }
        let last = taken.checked_sub(1).and_then(|last| items.get(last));
        client.fall_behind(last.map_or(self.before, |item| item.at));
        client.cursor_at = last.map_or(client.cursor_at, |item| item.at.offset);
        self.counts.messages += count(taken);
        self.counts.bytes += count(sent);
    }

    /// To a follower of some channels: the messages that concern it.
    fn hand_to_follower(&mut self, clients: &mut Slab<Client>, due: &[(usize, usize)], items: &[Arc<Item>]) {
        let Some((key, _)) = due.first() else { return };
        let Some(client) = clients.get_mut(*key).filter(|client| client.is_current()) else { return };
        let mut rest = due;
        let mut position = self.before;
        while !rest.is_empty() && client.is_current() {
            let Output::Socket(socket) = &client.output else { return client.fall_behind(position) };
            let due = rest.iter().filter_map(|(_, index)| items.get(*index));
            let (kind, format, encoder) = (client.kind, client.format, self.encoder);
            let frames = due.clone().map(|item| encoder.item(item, kind, format));
            let Ok(mut sent) = send_all(socket, frames.clone()) else { return self.broken.push(*key) };
            self.counts.bytes += count(sent);
            if sent == 0 {
                return client.fall_behind(position);
            }
            let mut taken = 0;
            for (item, frame) in due.zip(frames) {
                if sent == 0 {
                    break;
                }
                taken += 1;
                position = item.at;
                client.cursor_at = item.at.offset;
                if let Some(notification) = item.notification() {
                    client.notified = notification;
                }
                if sent < frame.len() {
                    client.outbox.push(Piece::end(frame.slice(sent..)));
                    client.fall_behind(position);
                }
                sent = sent.saturating_sub(frame.len());
            }
            self.counts.messages += count(taken);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
}

/// Adds a delivery to its message's trace. Messages of a burst are written together, so the span covers the whole burst
/// and says how large it was.
fn trace_delivery(message: &Span, began: SystemTime, messages: usize, deliveries: u64) {
    let Some(span) = message.child_since(Kind::Internal, "deliver", began) else { return };
    span.set("swapwire.burst.messages", i64::try_from(messages).unwrap_or(i64::MAX));
    span.set("swapwire.burst.deliveries", i64::try_from(deliveries).unwrap_or(i64::MAX));
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
