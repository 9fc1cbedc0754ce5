//! The state of a worker thread: its copy of the log, its clients, and the queues of those that have something to do.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use mio::Registry;
use slab::Slab;

use super::allowance::Allowance;
use super::audience::Audience;
use super::catch_up::snapshot_frames;
use super::client::{Arrival, Client, Connector, Output, Standing, Upcoming};
use super::deadlines::Deadlines;
use super::encoding::{Encoder, Format};
use super::outbox::{Outbox, Piece, send};
use super::retries::Retries;
use super::sockets;
use crate::context::Gateway;
use crate::hub::{Item, Log, Passed, Refused, Start};
use crate::metrics::CONNECTIONS;
use crate::protocol::{Channel, Disconnect, Greeting, LARGEST_FRAME};
use crate::wire::deflate::GZIP_HEADER;
use crate::wire::input::Input;

/// What was handed to sockets and bodies since the last look at the clock, for the metrics.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) messages: u64,
    pub(super) bytes: u64,
    pub(super) conflated: u64,
}

/// A worker thread's part of the gateway.
pub(super) struct State {
    pub(super) gateway: Gateway,
    /// The thread's number, for the metrics.
    pub(super) name: String,
    pub(super) encoder: Encoder,
    pub(super) log: Log,
    pub(super) clients: Slab<Client>,
    pub(super) audience: Audience,
    /// Where sockets are watched.
    pub(super) registry: Registry,
    /// Clients behind the log whose sockets take more.
    pub(super) ready: VecDeque<usize>,
    /// Clients whose sockets have more to read.
    pub(super) readers: VecDeque<usize>,
    /// Clients with a request that waits for a station or for the log.
    pub(super) waiting: Vec<usize>,
    /// No client that is behind the log is before this offset.
    pub(super) oldest: u64,
    pub(super) retries: Retries,
    /// Clients that are still to be sent away, and when that began.
    pub(super) draining: Option<(Instant, usize)>,
    pub(super) counts: Counts,
    /// Looks at the clock.
    pub(super) ticks: u32,
    /// When every client was last looked at.
    pub(super) round_at: Instant,
}

impl State {
    pub(super) fn new(gateway: Gateway, name: String, retries: Retries, registry: Registry) -> Self {
        let compression = gateway.settings.compression;
        let least_compressed = if compression.enabled { compression.least_bytes } else { usize::MAX };
        Self {
            encoder: Encoder { least_compressed },
            log: Log::new(gateway.settings.replay.limits()),
            gateway,
            name,
            clients: Slab::new(),
            audience: Audience::default(),
            registry,
            ready: VecDeque::new(),
            readers: VecDeque::new(),
            waiting: Vec::new(),
            oldest: u64::MAX,
            retries,
            draining: None,
            counts: Counts::default(),
            ticks: 0,
            round_at: Instant::now(),
        }
    }

    /// Takes a client in and greets it.
    ///
    /// # Errors
    /// When its channel can't be followed now.
    pub(super) fn add(&mut self, arrival: Arrival, now: Instant) -> Result<usize, Refused> {
        let Arrival { channel, caller, since, admitted, format, connector } = arrival;
        let start = match self.log.start(channel, since.as_ref()) {
            Ok(start) => start,
            Err(refused) => {
                self.refuse(&connector, format);
                return Err(refused);
            }
        };
        let (output, read) = match connector {
            Connector::Socket(socket, read) => (Output::Socket(socket), read),
            Connector::Body => (Output::Body(None), bytes::Bytes::new()),
        };
        let mut deadlines = Deadlines::new(now);
        caller.iter().for_each(|caller| deadlines.expire_with(caller));
        let key = self.clients.insert(Client {
            output,
            standing: Standing::Behind,
            is_queued: false,
            is_reading: false,
            discarded: 0,
            frames_discarded: 0,
            format,
            kind: channel.cursor_kind(),
            cursor_at: start.seen.position.offset,
            seen: start.seen,
            behind_from: start.seen.position.offset,
            states_since: 0,
            notified: start.notified,
            missed: 0,
            channels: vec![channel],
            outbox: Outbox::default(),
            upcoming: VecDeque::new(),
            answers: VecDeque::new(),
            requests: VecDeque::new(),
            checksum: (format == Format::CompressedSse).then(Box::default),
            input: Input::new(LARGEST_FRAME, format == Format::CompressedWebSocket),
            allowance: Allowance::new(now),
            bad_in_a_row: 0,
            caller,
            deadlines,
            _admitted: admitted,
        });
        self.oldest = self.oldest.min(start.seen.position.offset);
        self.audience.add(key, &[channel]);
        CONNECTIONS.of([channel.kind_name()]).increment(1);
        self.greet(key, channel, start, now);
        self.begin(key, &read, now);
        Ok(key)
    }

    /// Closes a socket after its handshake with 1012, so that it comes back later.
    fn refuse(&mut self, connector: &Connector, format: Format) {
        let retry_after_ms = self.retries.next_ms();
        let close = self.encoder.end(Disconnect::Restarting { retry_after_ms }, format);
        if let Connector::Socket(socket, _) = connector {
            // It may have gone: nothing depends on it.
            let _ = send(socket, &close);
        }
    }

    fn greet(&mut self, key: usize, channel: Channel, start: Start, now: Instant) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let cursor = client.cursor(start.seen.position);
        // Until the snapshot is complete there is nothing to resume from.
        let cursor_now = (start.recovered || channel.user().is_some()).then(|| cursor.clone());
        if client.checksum.is_some() {
            client.outbox.push(Piece::part(bytes::Bytes::from_static(GZIP_HEADER)));
        }
        let heartbeat_s = self.gateway.settings.heartbeat_s;
        let greeting = Greeting { channel, recovered: start.recovered, cursor: cursor_now, heartbeat_s };
        client.push(&greeting.into(), &self.encoder);
        client.upcoming.extend(snapshot_frames(start.snapshot, &cursor));
        if let Some(since) = self.log.stale_since() {
            client.upcoming.push_back(Upcoming::Feed(Some(since)));
        }
        client.deadlines.drain_within(now, self.gateway.settings.greeting_timeout());
    }

    /// Watches the socket of a new client, and reads what came with its handshake.
    fn begin(&mut self, key: usize, read: &[u8], now: Instant) {
        if let Some(Client { output: Output::Socket(socket), .. }) = self.clients.get(key)
            && sockets::watch(&self.registry, socket, key).is_err()
        {
            return self.end(key, Disconnect::Lost);
        }
        if !read.is_empty() {
            self.hear(key, read, now);
        }
        self.queue(key);
        if self.draining.is_some() {
            // It was in its handshake when the others were sent away.
            let retry_after_ms = self.retries.next_ms();
            self.end(key, Disconnect::Restarting { retry_after_ms });
        }
    }

    /// A client can be served.
    pub(super) fn queue(&mut self, key: usize) {
        let Some(client) = self.clients.get_mut(key) else { return };
        client.wake();
        if !client.is_queued && matches!(client.output, Output::Socket(_)) {
            client.is_queued = true;
            self.ready.push_back(key);
        }
    }

    /// A client's socket has something to read.
    pub(super) fn queue_reading(&mut self, key: usize) {
        if let Some(client) = self.clients.get_mut(key).filter(|client| !client.is_reading) {
            client.is_reading = true;
            self.readers.push_back(key);
        }
    }

    /// Applies a message to the log. What leaves the replay window before a client got it is counted for it.
    pub(super) fn apply(&mut self, passed: &Passed) {
        for event in self.log.apply(passed) {
            if event.at.offset > self.oldest {
                self.charge(&event);
            }
        }
    }

    fn charge(&mut self, event: &Arc<Item>) {
        for (_, client) in &mut self.clients {
            let misses = client.standing == Standing::Behind
                && client.seen.expects(event)
                && client.channels.iter().any(|channel| event.is_on(*channel));
            if misses {
                client.missed += 1;
            }
        }
    }

    /// From now on all clients read from the log, which has the latest state of each station once.
    pub(super) fn everybody_falls_behind(&mut self) {
        let Some(position) = self.log.position() else { return };
        self.oldest = self.oldest.min(position.offset);
        for (key, client) in &mut self.clients {
            if client.is_current() {
                client.fall_behind(position);
                if !client.is_queued && matches!(client.output, Output::Socket(_)) {
                    client.is_queued = true;
                    self.ready.push_back(key);
                }
            }
        }
    }

    /// The stream is another one: all clients start over.
    pub(super) fn reset(&mut self) {
        self.send_all_away();
        self.log.reset();
        self.oldest = u64::MAX;
    }

    pub(super) fn send_all_away(&mut self) {
        let reach = self.gateway.settings.replay.age();
        self.retries.begin(self.gateway.limits.connections(), reach);
        let keys: Vec<usize> = self.clients.iter().map(|(key, _)| key).collect();
        for key in keys {
            let retry_after_ms = self.retries.next_ms();
            self.end(key, Disconnect::Restarting { retry_after_ms });
        }
    }

    /// Sends `feed` to every client.
    pub(super) fn announce_feed(&mut self, stale_since: Option<DateTime<Utc>>) {
        self.everybody_falls_behind();
        for (_, client) in self.clients.iter_mut().filter(|(_, client)| !client.is_closing()) {
            // What was not sent yet is out of date.
            if matches!(client.upcoming.back(), Some(Upcoming::Feed(_))) {
                client.upcoming.pop_back();
            }
            client.upcoming.push_back(Upcoming::Feed(stale_since));
            client.wake();
        }
    }
}
