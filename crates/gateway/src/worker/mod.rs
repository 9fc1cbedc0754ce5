//! One thread's clients. Each message is handed to those whom it concerns in the same turn, straight to their
//! sockets; what waits together leaves in one write. A client whose socket is full is passed by: it reads
//! from the log when it can take more.

mod client;
mod clients;
mod life;
mod output;
mod retries;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

pub(crate) use client::{Client, Pumped};
pub(crate) use output::Output;
pub(crate) use retries::Retries;

use crate::context::Gateway;
use crate::disconnect::Disconnect;
use crate::hub::{Item, News, Start};
use clients::Clients;
use output::Sent;

/// The most messages that are passed on in one turn: enough for large writes, few enough that the thread's
/// readers get theirs.
const BURST: usize = 256;
/// How often heartbeats, silence and tokens are looked at.
const KEEPING: Duration = Duration::from_millis(250);

/// A worker thread's part of the gateway.
pub(crate) struct Worker {
    pub(crate) gateway: Gateway,
    pub(crate) retries: Retries,
    clients: RefCell<Clients>,
    next_key: Cell<u64>,
    draining: Cell<bool>,
}

impl Worker {
    /// Starts the worker's tasks on this thread.
    pub(crate) fn start(gateway: Gateway, retries: Retries, draining: CancellationToken) -> Rc<Self> {
        let news = gateway.hub.add_worker();
        let worker = Rc::new(Self {
            gateway,
            retries,
            clients: RefCell::default(),
            next_key: Cell::new(0),
            draining: Cell::new(false),
        });
        tokio::task::spawn_local(Rc::clone(&worker).pass_on(news));
        tokio::task::spawn_local(Rc::clone(&worker).keep());
        tokio::task::spawn_local(Rc::clone(&worker).drain(draining));
        worker
    }

    /// Whether new clients are sent elsewhere.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.get()
    }

    /// Takes a client in; it hears of everything that is applied from now on.
    pub(crate) fn add(&self, channel: crate::hub::Channel, output: Output, start: &Start) -> Rc<Client> {
        let key = self.next_key.get();
        self.next_key.set(key + 1);
        let client = Rc::new(Client::new(key, channel, output, start, &self.gateway));
        self.clients.borrow_mut().add(&client);
        if self.draining.get() {
            // It was in its handshake when the others were sent away.
            client.end(self.restarting());
        }
        client
    }

    /// What a client is told that must go elsewhere or start over.
    pub(crate) fn restarting(&self) -> Disconnect {
        Disconnect::Restarting { retry_after_ms: self.retries.next_ms() }
    }

    /// Lets a client go.
    pub(crate) fn remove(&self, client: &Client) {
        self.clients.borrow_mut().remove(client);
    }

    /// The client follows another channel from now on.
    pub(crate) fn follow(&self, client: &Rc<Client>, channel: crate::hub::Channel) {
        self.clients.borrow_mut().follow(client, channel);
    }

    /// The client no longer follows a channel.
    pub(crate) fn unfollow(&self, client: &Client, channel: crate::hub::Channel) {
        self.clients.borrow_mut().unfollow(client, channel);
    }

    async fn pass_on(self: Rc<Self>, mut news: UnboundedReceiver<News>) {
        let mut waiting = Vec::with_capacity(BURST);
        let mut burst = Vec::with_capacity(BURST);
        while news.recv_many(&mut waiting, BURST).await > 0 {
            metrics::gauge!("swapwire_fanout_backlog_messages")
                .set(f64::from(u32::try_from(news.len()).unwrap_or(u32::MAX)));
            for news in waiting.drain(..) {
                match news {
                    News::Items(items) => burst.extend(items.iter().cloned()),
                    News::Reset => {
                        self.tell(&burst);
                        burst.clear();
                        self.send_all_away();
                    }
                }
            }
            self.tell(&burst);
            burst.clear();
            // Reading from clients has its turn between two bursts.
            tokio::task::yield_now().await;
        }
    }

    fn tell(&self, burst: &[Arc<Item>]) {
        let started = Instant::now();
        let clients = self.clients.borrow();
        let mut sent = Sent::default();
        if let [item] = burst {
            // Nothing waits together: one walk over those whom it concerns.
            clients.concerned(item, |client| sent += client.send_one(item));
        } else {
            let mut due = Vec::new();
            for (index, item) in burst.iter().enumerate() {
                clients.concerned(item, |client| client.offer(index, item, &mut due));
            }
            due.iter().for_each(|client| sent += client.send_burst(burst));
        }
        if sent.messages > 0 {
            metrics::counter!("swapwire_gateway_deliveries_total").increment(sent.messages);
            metrics::counter!("swapwire_gateway_delivered_bytes_total").increment(sent.bytes);
            metrics::histogram!("swapwire_fanout_seconds").record(started.elapsed().as_secs_f64());
        }
    }

    fn send_all_away(&self) {
        self.retries.begin();
        self.clients.borrow().all().for_each(|client| client.end(self.restarting()));
    }

    /// Heartbeats, and the end of those who are silent or whose token is over.
    async fn keep(self: Rc<Self>) {
        let mut ticks = tokio::time::interval(KEEPING);
        loop {
            ticks.tick().await;
            let now = Instant::now();
            let mut waiting = 0;
            for client in self.clients.borrow().all() {
                client.keep(now, &self.gateway.settings);
                waiting += client.bytes_waiting();
            }
            metrics::gauge!("swapwire_gateway_queue_bytes")
                .set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
        }
    }

    /// Sends the clients away one by one once the gateway is to end, spread over the settable time.
    async fn drain(self: Rc<Self>, draining: CancellationToken) {
        draining.cancelled().await;
        self.draining.set(true);
        let clients: Vec<Rc<Client>> = self.clients.borrow().all().cloned().collect();
        let each = self.gateway.settings.drain() / u32::try_from(clients.len().max(1)).unwrap_or(u32::MAX);
        let started = tokio::time::Instant::now();
        self.retries.begin();
        for (turn, client) in (1..).zip(clients) {
            tokio::time::sleep_until(started + each * turn).await;
            client.end(self.restarting());
        }
    }
}

#[cfg(test)]
mod tests;
