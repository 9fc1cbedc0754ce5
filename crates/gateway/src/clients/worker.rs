//! A worker thread's loop: takes from the stream, its sockets and the clock, and gives each client its turn.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::catch_up::Reading;
use super::client::{Arrival, Output, Standing};
use super::retries::Retries;
use super::sockets::{Readiness, Sockets};
use super::state::State;
use super::timers::TICK;
use crate::context::Gateway;
use crate::hub::{HubEvent, Inbox, Passed, Refused, Since, WorkerState};
use crate::metrics::FANOUT_BACKLOG;
use crate::protocol::Channel;

/// Messages that are handed on in one turn: enough for large writes, few enough that others get their turn.
const BURST: usize = 256;
/// After a delivery that took so long the thread counts as busy: it then gathers messages, which share a write.
const BUSY: Duration = Duration::from_millis(4);
/// The longest that a busy thread gathers.
const GATHERING: Duration = Duration::from_millis(4);
/// Messages that are only applied to the log in one turn.
const APPLIED: usize = 8 * 1_024;
/// Clients that are read from in one turn.
const READS: usize = 64;
/// When so many clients wait for their turn, messages wait in the log for all clients: a network that reconnects gets
/// its snapshots first, and clients that have theirs get merged changes.
const CROWD: usize = 512;
/// The least time for clients that are behind in one turn.
const SERVING: Duration = Duration::from_millis(2);
/// Their share of a turn, as a multiple of the time spent on live clients: a client without its snapshot shows nothing,
/// and a thread that can't do both conflates.
const SERVING_SHARE: u32 = 8;

/// What a worker is made of.
pub(crate) struct WorkerSetup {
    pub(crate) index: u32,
    pub(crate) gateway: Gateway,
    pub(crate) inbox: Inbox,
    pub(crate) retries: Retries,
    pub(crate) state: Arc<WorkerState>,
    /// Clients are sent away once it is cancelled.
    pub(crate) draining: CancellationToken,
    /// Cancelled when the worker fails; otherwise the process would stay up and serve nobody.
    pub(crate) failed: CancellationToken,
}

/// A worker thread's part of the gateway, as the requests on that thread see it.
pub(crate) struct Worker {
    pub(crate) gateway: Gateway,
    pub(super) state: RefCell<State>,
    draining: CancellationToken,
    /// Wakes requests that wait for a station, or for the log to reach a cursor.
    moved: Notify,
    /// Wakes the loop when a request has left it something to do.
    work: Notify,
}

impl Worker {
    /// Starts the worker's loop on this thread.
    ///
    /// # Errors
    /// When the thread's epoll instance can't be made.
    pub(crate) fn start(setup: WorkerSetup) -> std::io::Result<Rc<Self>> {
        let failed = setup.failed.clone();
        let turns = Turns::new(setup)?;
        let worker = Rc::clone(&turns.worker);
        tokio::task::spawn_local(async move {
            // Dropped also when the loop panics.
            let _failed = failed.drop_guard();
            turns.run().await;
        });
        Ok(worker)
    }

    /// Whether new clients are sent elsewhere.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Takes a client in and greets it.
    ///
    /// # Errors
    /// When its channel can't be followed now.
    pub(crate) fn add(&self, arrival: Arrival) -> Result<usize, Refused> {
        let key = self.state.borrow_mut().add(arrival, Instant::now())?;
        self.work.notify_one();
        Ok(key)
    }

    /// Lets a body's client go.
    pub(crate) fn remove(&self, key: usize) {
        self.state.borrow_mut().remove(key);
    }

    /// The next bytes of a body; `None` at its end.
    pub(crate) fn poll_chunk(&self, key: usize, context: &Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.state.borrow_mut();
        let State { log, encoder, clients, counts, gateway, .. } = &mut *state;
        let Some(client) = clients.get_mut(key) else { return Poll::Ready(None) };
        if let Standing::Closing(_) = client.standing {
            return Poll::Ready(state.last_chunk(key));
        }
        let mut reading = Reading { log, encoder, most_events: gateway.settings.client_events, counts };
        match client.next_chunk(&mut reading) {
            Ok(Some(bytes)) => Poll::Ready(Some(bytes)),
            Ok(None) => {
                client.output = Output::Body(Some(context.waker().clone()));
                Poll::Pending
            }
            Err(disconnect) => {
                state.end(key, disconnect);
                Poll::Ready(state.last_chunk(key))
            }
        }
    }

    /// Waits a moment for a station that is not known, and for what the client has seen already: another gateway may be
    /// a little ahead of this one.
    ///
    /// # Errors
    /// When the channel can't be followed now.
    pub(crate) async fn wait_for(&self, channel: Channel, since: Option<&Since>) -> Result<(), Refused> {
        let deadline = tokio::time::Instant::now() + self.gateway.settings.unknown_station_wait();
        loop {
            // Listening starts before looking, or a change in between would be missed.
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let result = {
                let state = self.state.borrow();
                let is_behind = since.is_some_and(|since| state.log.is_behind(since));
                state.log.check(channel).map(|()| is_behind)
            };
            match result {
                Ok(false) => return Ok(()),
                Err(Refused::NotLive) => return Err(Refused::NotLive),
                Ok(true) | Err(Refused::UnknownStation) => {}
            }
            if tokio::time::timeout_at(deadline, moved).await.is_err() {
                // A cursor that is not reached is of another log: that is found out next.
                return result.map(drop);
            }
        }
    }
}

/// The loop.
pub(super) struct Turns {
    pub(super) worker: Rc<Worker>,
    shared: Arc<WorkerState>,
    pub(super) inbox: Inbox,
    sockets: Sockets,
    events: Vec<HubEvent>,
    readiness: Vec<Readiness>,
    /// Until when messages are gathered.
    gathers_until: Instant,
}

impl Turns {
    /// A worker that has had no turn yet.
    ///
    /// # Errors
    /// When the thread's epoll instance can't be made.
    pub(super) fn new(setup: WorkerSetup) -> std::io::Result<Self> {
        let WorkerSetup { index, gateway, inbox, retries, state: shared, draining, failed: _ } = setup;
        let sockets = Sockets::new()?;
        let state = State::new(gateway.clone(), index.to_string(), retries, sockets.registry()?);
        let worker = Rc::new(Worker {
            gateway,
            state: RefCell::new(state),
            draining,
            moved: Notify::new(),
            work: Notify::new(),
        });
        Ok(Self {
            worker,
            shared,
            inbox,
            sockets,
            events: Vec::with_capacity(BURST),
            readiness: Vec::new(),
            gathers_until: Instant::now(),
        })
    }

    async fn run(mut self) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let worker = Rc::clone(&self.worker);
        loop {
            let mut has_ticked = false;
            let is_gathering = self.is_gathering();
            tokio::select! {
                received = self.inbox.recv_many(&mut self.events, BURST), if !is_gathering => {
                    if received == 0 {
                        return;
                    }
                }
                () = tokio::time::sleep_until(self.gathers_until.into()), if is_gathering => {}
                () = self.sockets.changed() => {}
                _ = ticks.tick() => has_ticked = true,
                () = worker.work.notified() => {}
            }
            self.turn(has_ticked);
            while self.has_work() {
                // Handshakes and bodies have their turn.
                tokio::task::yield_now().await;
                let has_ticked = poll_fn(|context| Poll::Ready(ticks.poll_tick(context).is_ready())).await;
                self.turn(has_ticked);
            }
        }
    }

    /// Whether the next messages wait for more to come. There is a bound to how many do.
    fn is_gathering(&self) -> bool {
        self.inbox.len() < BURST && Instant::now() < self.gathers_until
    }

    fn has_work(&self) -> bool {
        let state = self.worker.state.borrow();
        !self.inbox.is_empty() && !self.is_gathering() || !state.ready.is_empty() || !state.readers.is_empty()
    }

    pub(super) fn turn(&mut self, has_ticked: bool) {
        let now = Instant::now();
        let worker = Rc::clone(&self.worker);
        let mut state = worker.state.borrow_mut();
        if !self.is_gathering() {
            self.hear_stream(&mut state, now);
            let took = now.elapsed();
            if took >= BUSY {
                self.gathers_until = Instant::now() + took.min(GATHERING);
            }
        }
        self.read_clients(&mut state, now);
        serve_clients(&mut state, SERVING.max(now.elapsed() * SERVING_SHARE));
        if has_ticked {
            state.tick(now, worker.draining.is_cancelled());
            FANOUT_BACKLOG
                .of([state.name.clone()])
                .set(f64::from(u32::try_from(self.inbox.len()).unwrap_or(u32::MAX)));
        }
        state.report_counts();
        self.shared.turn(now.elapsed());
    }

    /// Takes what the feed has published. Above the settable backlog it is only applied; all clients read from the log.
    fn hear_stream(&mut self, state: &mut State, now: Instant) {
        while self.events.len() < BURST
            && let Ok(event) = self.inbox.try_recv()
        {
            self.events.push(event);
        }
        if self.events.is_empty() {
            return;
        }
        let backlog = state.gateway.settings.backlog;
        let mut is_overloaded = false;
        let is_late = self.events.iter().find_map(arrived).is_some_and(|arrived| {
            now.saturating_duration_since(arrived) > Duration::from_millis(backlog.age_ms)
        });
        let is_crowded = state.ready.len() > CROWD;
        if is_late || is_crowded || self.events.len() + self.inbox.len() > backlog.messages {
            is_overloaded = true;
            state.everybody_falls_behind();
            while self.events.len() < APPLIED
                && let Ok(event) = self.inbox.try_recv()
            {
                self.events.push(event);
            }
        }
        self.apply_events(state, is_overloaded);
        let offset = state.log.position().map_or(0, |position| position.offset);
        self.shared.offset.store(offset, Ordering::Release);
        state.answer_waiting();
        self.worker.moved.notify_waiters();
    }

    fn apply_events(&mut self, state: &mut State, is_overloaded: bool) {
        let mut burst: Vec<Arc<Passed>> = Vec::with_capacity(self.events.len());
        for event in self.events.drain(..) {
            match event {
                // A position can't be between messages of one offset: they are read from the log.
                HubEvent::Passed(passed) if is_overloaded => state.apply(&passed),
                HubEvent::Passed(passed) if passed.items.len() > 1 => {
                    state.pass_on(&std::mem::take(&mut burst));
                    state.everybody_falls_behind();
                    state.apply(&passed);
                }
                HubEvent::Passed(passed) => burst.push(passed),
                other => {
                    state.pass_on(&std::mem::take(&mut burst));
                    change_feed(state, &self.shared, &other);
                }
            }
        }
        state.pass_on(&burst);
    }

    /// Reads from clients, a bounded amount from each and in all.
    fn read_clients(&mut self, state: &mut State, now: Instant) {
        self.sockets.poll(&mut self.readiness);
        for Readiness { key, readable, writable } in self.readiness.drain(..) {
            if writable && state.clients.get(key).is_some_and(|client| !client.is_current()) {
                state.queue(key);
            }
            if readable {
                state.queue_reading(key);
            }
        }
        for _ in 0..READS.min(state.readers.len()) {
            let Some(key) = state.readers.pop_front() else { return };
            if let Some(client) = state.clients.get_mut(key) {
                client.is_reading = false;
            }
            if state.read(key, now) {
                state.queue_reading(key);
            }
        }
    }
}

fn change_feed(state: &mut State, shared: &WorkerState, event: &HubEvent) {
    match event {
        HubEvent::Live => {
            if state.log.stale_since().is_some() {
                state.announce_feed(None);
            }
            state.log.set_live();
            shared.live.store(true, Ordering::Release);
        }
        HubEvent::Stale(since) => {
            state.log.set_stale(*since);
            state.announce_feed(Some(*since));
        }
        HubEvent::Reset => {
            shared.live.store(false, Ordering::Release);
            state.reset();
        }
        HubEvent::Passed(_) => {}
    }
}

/// Serves clients that are behind, each for a few steps, for this time.
fn serve_clients(state: &mut State, time: Duration) {
    let began = Instant::now();
    for served in 0..state.ready.len() {
        if served % 16 == 15 && began.elapsed() > time {
            return;
        }
        let Some(key) = state.ready.pop_front() else { return };
        let Some(client) = state.clients.get_mut(key) else { continue };
        client.is_queued = false;
        if !client.is_current() {
            state.serve(key);
        }
    }
}

fn arrived(event: &HubEvent) -> Option<Instant> {
    match event {
        HubEvent::Passed(passed) => Some(passed.arrived),
        HubEvent::Live | HubEvent::Stale(_) | HubEvent::Reset => None,
    }
}
