//! Checks that run a few times a second: heartbeats and deadlines, cursors that grow old, the end of the gateway.

use std::time::{Duration, Instant};

use bytes::Bytes;
use events::CursorKind;
use meters::Meter;
use meters::recorded::Gauge;

use super::client::{Output, Standing};
use super::encoding::Format;
use super::outbox::Piece;
use super::state::State;
use crate::metrics::{
    CLIENTS_BEHIND, CONFLATED, DELIVERED_BYTES, DELIVERIES, QUEUE_BYTES, SNAPSHOT_BYTES, STATIONS,
    WINDOW_BYTES, WINDOW_MESSAGES,
};
use crate::protocol::{Disconnect, Outgoing};

/// How often requests that wait, and the end of the gateway, are looked at.
pub(super) const TICK: Duration = Duration::from_millis(250);
/// Ticks between two looks at every client.
pub(super) const TICKS_PER_ROUND: u32 = 4;
/// Rounds are this far apart, as long as the thread runs.
const ROUND: Duration = TICK.saturating_mul(TICKS_PER_ROUND);

/// A `position` message of each kind and format, made when the first client needs it.
type Positions = Vec<((CursorKind, Format), Bytes)>;

/// What a look at every client has found.
#[derive(Default)]
struct Round {
    /// Clients whose connection ends; without a reason it is dropped.
    over: Vec<(usize, Option<Disconnect>)>,
    pinged: Vec<usize>,
    /// Clients whose last cursor has grown old.
    old: Vec<usize>,
    behind: usize,
    bytes_waiting: usize,
}

impl State {
    /// Looks at the clock.
    pub(super) fn tick(&mut self, now: Instant, is_draining: bool) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(TICKS_PER_ROUND) {
            self.excuse_pause(now);
            self.look_at_everybody(now);
        }
        self.bound_snapshots();
        self.answer_waiting();
        if is_draining {
            self.drain(now);
        }
    }

    /// A thread that did not run (a paused virtual machine, a frozen process) neither pinged its clients nor read
    /// their answers. That time moves their deadlines: otherwise the first round after it would disconnect everybody.
    fn excuse_pause(&mut self, now: Instant) {
        let late = now.saturating_duration_since(self.round_at).saturating_sub(ROUND);
        self.round_at = now;
        if late >= ROUND {
            self.clients.iter_mut().for_each(|(_, client)| client.deadlines.postpone(late));
        }
    }

    /// One pass over all clients: their number is large, and so is the cost of touching each.
    pub(super) fn look_at_everybody(&mut self, now: Instant) {
        let round = self.pass_over_clients(now);
        self.log.tidy(self.oldest);
        for (key, disconnect) in round.over {
            match disconnect {
                Some(disconnect) => self.end(key, disconnect),
                None => self.remove(key),
            }
        }
        for key in round.pinged {
            let Some(client) = self.clients.get_mut(key).filter(|client| !client.is_closing()) else {
                continue;
            };
            client.push_heartbeat(&self.encoder);
            if client.is_current() {
                self.send_now(key);
            }
        }
        self.refresh_cursors(round.old);
        self.report(round.behind, round.bytes_waiting);
    }

    fn pass_over_clients(&mut self, now: Instant) -> Round {
        let settings = std::sync::Arc::clone(&self.gateway.settings);
        let refresh_before = self.log.refresh_before(now);
        let mut round = Round::default();
        self.oldest = u64::MAX;
        for (key, client) in &mut self.clients {
            let is_socket = matches!(client.output, Output::Socket(_));
            match client.standing {
                Standing::Closing(_) => {
                    if is_socket && client.deadlines.is_over(now) {
                        round.over.push((key, None));
                    }
                    continue;
                }
                Standing::Behind => {
                    self.oldest = self.oldest.min(client.seen.position.offset);
                    round.behind += 1;
                    round.bytes_waiting += client.bytes_waiting();
                }
                Standing::Current if client.cursor_at < refresh_before => round.old.push(key),
                Standing::Current => {}
            }
            if let Some(disconnect) = client.deadlines.check(now, is_socket, &settings) {
                round.over.push((key, Some(disconnect)));
            } else if client.deadlines.ping(now, &settings) {
                round.pinged.push(key);
            }
        }
        round
    }

    /// A client that has got no cursor for a tenth of the replay window gets one: it can come back with it also when
    /// its channel was quiet for longer than the window.
    fn refresh_cursors(&mut self, old: Vec<usize>) {
        let Some(head) = self.log.position() else { return };
        let mut positions = Positions::new();
        for key in old {
            let Some(client) = self.clients.get_mut(key).filter(|client| client.is_current()) else {
                continue;
            };
            client.cursor_at = head.offset;
            let message = Outgoing::Position { cursor: client.cursor(head).to_string() };
            if client.kind == CursorKind::User || client.checksum.is_some() {
                client.push(&message, &self.encoder);
            } else {
                let form = (client.kind, client.format);
                let known =
                    positions.iter().find(|(other, _)| *other == form).map(|(_, bytes)| bytes.clone());
                let bytes = known.unwrap_or_else(|| {
                    let bytes = self.encoder.message(&message, client.format);
                    positions.push((form, bytes.clone()));
                    bytes
                });
                client.outbox.push(Piece::end(bytes));
            }
            self.send_now(key);
        }
    }

    /// Snapshots that clients take slowly cost memory. Above the bound, the client whose greeting has taken longest is
    /// disconnected first.
    fn bound_snapshots(&mut self) {
        while self.log.snapshot_bytes() > self.gateway.settings.snapshot_bytes {
            let greeting = self.clients.iter().filter(|(_, client)| !client.is_closing());
            let slowest = greeting
                .filter_map(|(key, client)| Some((client.deadlines.drained_by()?, key)))
                .min_by_key(|(by, _)| *by);
            let Some((_, key)) = slowest else { return };
            self.end(key, Disconnect::TooSlow);
        }
    }

    /// Sends the clients away one by one, spread over the settable time.
    fn drain(&mut self, now: Instant) {
        if self.draining.is_none() {
            let replay = self.gateway.settings.replay.age();
            self.retries.begin(self.gateway.limits.connections(), replay);
        }
        let open: Vec<usize> =
            self.clients.iter().filter(|(_, client)| !client.is_closing()).map(|(key, _)| key).collect();
        let (began, in_all) = *self.draining.get_or_insert((now, open.len()));
        let time = self.gateway.settings.drain().as_secs_f64().max(f64::EPSILON);
        let part = (now.duration_since(began).as_secs_f64() / time).min(1.0);
        let left = share(in_all, 1.0 - part);
        for key in open.into_iter().skip(left) {
            let retry_after_ms = self.retries.next_ms();
            self.end(key, Disconnect::Restarting { retry_after_ms });
        }
    }

    /// Reports what was handed out since the last turn.
    pub(super) fn report_counts(&mut self) {
        let counts = std::mem::take(&mut self.counts);
        if counts.messages > 0 || counts.conflated > 0 {
            DELIVERIES.get().increment(counts.messages);
            DELIVERED_BYTES.get().increment(counts.bytes);
            CONFLATED.get().increment(counts.conflated);
        }
    }

    /// Reports the state of the thread.
    fn report(&self, behind: usize, waiting: usize) {
        let gauge = |meter: &Meter<Gauge, 1>, value: usize| meter.of([self.name.clone()]).set(precise(value));
        gauge(&CLIENTS_BEHIND, behind);
        gauge(&QUEUE_BYTES, waiting);
        gauge(&SNAPSHOT_BYTES, self.log.snapshot_bytes());
        gauge(&STATIONS, self.log.station_count());
        gauge(&WINDOW_MESSAGES, self.log.window_messages());
        gauge(&WINDOW_BYTES, usize::try_from(self.log.window_bytes()).unwrap_or(usize::MAX));
    }
}

/// A part of a number, rounded down.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to an integer by `as` only; it saturates"
)]
fn share(number: usize, part: f64) -> usize {
    (precise(number) * part) as usize
}

/// A count as a gauge wants it.
fn precise(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
