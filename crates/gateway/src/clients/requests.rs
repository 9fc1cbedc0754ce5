//! Changing what a connection follows. Requests are answered in their order, once the client has seen everything of
//! what it follows already. A station that is not known yet, or a cursor that is ahead of this gateway, is waited for
//! a moment; nothing else of the connection waits meanwhile.

use std::time::Instant;

use events::BoundingBox;

use super::catch_up::snapshot_frames;
use super::client::Upcoming;
use super::state::State;
use crate::hub::{Log, Refused, Seen, Since, Start};
use crate::metrics::CONNECTIONS;
use crate::protocol::{BadMessage, Channel, MOST_CHANNELS, Outcome, Outgoing, Subscribed, Wanted};

/// Requests of one client that may wait; the frame rate bounds them before this does.
const MOST_REQUESTS: usize = 64;

/// Something that a client wants.
pub(super) enum Request {
    Subscribe(Vec<Wanted>, Instant),
    Unsubscribe(Vec<String>),
    View(BoundingBox),
}

impl Request {
    pub(super) fn subscribe(channels: Vec<Wanted>) -> Self {
        Self::Subscribe(channels, Instant::now())
    }

    pub(super) fn unsubscribe(channels: Vec<String>) -> Self {
        Self::Unsubscribe(channels)
    }

    pub(super) fn view(area: BoundingBox) -> Self {
        Self::View(area)
    }

    /// Whether something that it names is not known yet.
    fn is_premature(&self, log: &Log) -> bool {
        let Self::Subscribe(wanted, _) = self else { return false };
        wanted.iter().any(|wanted| {
            let Ok(channel) = wanted.channel.parse::<Channel>() else { return false };
            log.check(channel).is_err() || wanted.since().is_some_and(|since| log.is_behind(&since))
        })
    }
}

impl Wanted {
    fn since(&self) -> Option<Since> {
        self.since.clone().map(|cursor| Since { cursor, scope: None })
    }
}

impl State {
    /// Takes a request.
    pub(super) fn request(&mut self, key: usize, request: Request) -> Result<(), BadMessage> {
        let Some(client) = self.clients.get_mut(key) else { return Ok(()) };
        if client.caller.is_some() {
            return Err(BadMessage::StationSocketsOnly);
        }
        if let Request::View(_) = request {
            if !client.channels.iter().any(|channel| channel.area().is_some()) {
                return Err(BadMessage::BoxSocketsOnly);
            }
            // The map has moved on before it was answered.
            client.requests.retain(|request| !matches!(request, Request::View(_)));
        }
        if client.requests.len() >= MOST_REQUESTS {
            client.requests.pop_front();
        }
        client.requests.push_back(request);
        if client.is_current() && self.answer_requests(key) {
            if let (Some(client), Some(position)) = (self.clients.get_mut(key), self.log.position()) {
                client.fall_behind(position);
            }
            self.queue(key);
        }
        Ok(())
    }

    /// Answers the requests of a client that has seen everything, until one must wait. Whether there is something to
    /// send.
    pub(super) fn answer_requests(&mut self, key: usize) -> bool {
        let now = Instant::now();
        let patience = self.gateway.settings.unknown_station_wait();
        loop {
            let Some(client) = self.clients.get_mut(key) else { return false };
            let premature = match client.requests.front() {
                None => break,
                Some(Request::Subscribe(_, asked)) if now.duration_since(*asked) >= patience => false,
                Some(request) => request.is_premature(&self.log),
            };
            if premature {
                if !self.waiting.contains(&key) {
                    self.waiting.push(key);
                }
                break;
            }
            match client.requests.pop_front() {
                Some(Request::Subscribe(wanted, _)) => self.subscribe(key, &wanted),
                Some(Request::Unsubscribe(names)) => self.unsubscribe(key, &names),
                Some(Request::View(area)) => self.view(key, area),
                None => break,
            }
        }
        self.clients.get(key).is_some_and(|client| !client.outbox.is_empty() || !client.upcoming.is_empty())
    }

    /// Looks again at the requests that waited.
    pub(super) fn answer_waiting(&mut self) {
        for key in std::mem::take(&mut self.waiting) {
            let is_current = self.clients.get(key).is_some_and(|client| client.is_current());
            if is_current && self.answer_requests(key) {
                if let (Some(client), Some(position)) = (self.clients.get_mut(key), self.log.position()) {
                    client.fall_behind(position);
                }
                self.queue(key);
            } else if !is_current && self.clients.get(key).is_some_and(|client| !client.requests.is_empty()) {
                // It is answered once it has caught up.
                self.queue(key);
            }
        }
    }

    fn subscribe(&mut self, key: usize, wanted: &[Wanted]) {
        let mut subscribed: Vec<Subscribed> = Vec::with_capacity(wanted.len());
        let mut upcoming = Vec::new();
        let Some(client) = self.clients.get_mut(key) else { return };
        // Once for all channels: with each of them it would take the square of their number.
        self.audience.remove(key, &client.channels);
        for wanted in wanted {
            if subscribed.iter().any(|other| other.channel == wanted.channel) {
                continue;
            }
            let outcome = self.join(key, wanted, &mut upcoming);
            subscribed.push(Subscribed { channel: wanted.channel.clone(), outcome });
        }
        let Some(client) = self.clients.get_mut(key) else { return };
        self.audience.add(key, &client.channels);
        client.push(&Outgoing::Subscribed { channels: subscribed }, &self.encoder);
        client.upcoming.extend(upcoming);
        client.deadlines.drain_within(Instant::now(), self.gateway.settings.greeting_timeout());
    }

    /// Follows one channel more. The caller registers it with the audience; what it begins with is appended to
    /// `upcoming`.
    fn join(&mut self, key: usize, wanted: &Wanted, upcoming: &mut Vec<Upcoming>) -> Outcome {
        let Some(client) = self.clients.get_mut(key) else { return Outcome::NOT_LIVE };
        let Ok(channel) = wanted.channel.parse::<Channel>() else { return Outcome::UNKNOWN_CHANNEL };
        if client.channels.contains(&channel) {
            // It misses nothing of a channel that it follows already.
            return Outcome::Recovered(true);
        }
        if client.channels.len() >= MOST_CHANNELS {
            return Outcome::TOO_MANY_CHANNELS;
        }
        let most_events = self.gateway.settings.client_events;
        let start = match begin(&self.log, channel, wanted.since().as_ref(), most_events) {
            Ok(start) => start,
            Err(Refused::UnknownStation) => return Outcome::UNKNOWN_CHANNEL,
            Err(Refused::NotLive) => return Outcome::NOT_LIVE,
        };
        client.channels.push(channel);
        client.kind = kind(&client.channels);
        CONNECTIONS.of([channel.kind_name()]).increment(1);
        if start.recovered {
            upcoming.extend(missed(&self.log, channel, start.seen));
        } else {
            upcoming.extend(snapshot_frames(start.snapshot, &client.cursor(start.seen.position)));
        }
        Outcome::Recovered(start.recovered)
    }

    fn unsubscribe(&mut self, key: usize, names: &[String]) {
        let Some(client) = self.clients.get_mut(key) else { return };
        self.audience.remove(key, &client.channels);
        for channel in names.iter().filter_map(|name| name.parse::<Channel>().ok()) {
            let before = client.channels.len();
            client.channels.retain(|other| *other != channel);
            if client.channels.len() < before {
                CONNECTIONS.of([channel.kind_name()]).decrement(1);
            }
        }
        client.kind = kind(&client.channels);
        self.audience.add(key, &client.channels);
        client.push(&Outgoing::Unsubscribed { channels: names.to_vec() }, &self.encoder);
    }

    /// The box moves: only the stations that come into view are sent.
    fn view(&mut self, key: usize, area: BoundingBox) {
        let (Some(client), Some(head)) = (self.clients.get_mut(key), self.log.position()) else { return };
        let Some(before) = client.channels.iter().find_map(|channel| channel.area()) else { return };
        self.audience.remove(key, &client.channels);
        client.channels.retain(|channel| channel.area().is_none());
        client.channels.push(Channel::Box(area));
        self.audience.add(key, &client.channels);
        client.push(&Outgoing::viewing(area), &self.encoder);
        let cursor = client.cursor(head);
        client.upcoming.extend(snapshot_frames(self.log.come_into_view(&before, &area), &cursor));
        client.cursor_at = head.offset;
        client.deadlines.drain_within(Instant::now(), self.gateway.settings.greeting_timeout());
    }
}

/// Where a channel that is joined begins. More events than a client may be behind are not recovered.
fn begin(log: &Log, channel: Channel, since: Option<&Since>, most_events: usize) -> Result<Start, Refused> {
    let start = log.start(channel, since)?;
    if start.recovered && log.events_to_catch_up(channel, &start) > most_events {
        return log.start(channel, None);
    }
    Ok(start)
}

/// Everything that was missed on one channel.
fn missed(log: &Log, channel: Channel, mut seen: Seen) -> Vec<Upcoming> {
    let mut missed = Vec::new();
    while let Ok(batch) = log.next_batch(&[channel], &seen, usize::MAX) {
        if let Some(last) = batch.messages.last() {
            seen.position = last.item.at;
        }
        missed.extend(batch.messages.into_iter().map(Upcoming::Missed));
        if batch.is_last {
            break;
        }
    }
    missed
}

/// The kind of the cursors of a connection that follows these channels.
fn kind(channels: &[Channel]) -> events::CursorKind {
    let has = |wanted: fn(&Channel) -> bool| channels.iter().any(wanted);
    if has(|channel| *channel == Channel::AllStations) {
        events::CursorKind::AllStations
    } else if has(|channel| channel.area().is_some()) {
        events::CursorKind::Box
    } else {
        events::CursorKind::Station
    }
}
