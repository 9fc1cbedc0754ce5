//! Who listens to what. Telling somebody something is handing over shared bytes; a client that has too much
//! waiting is sent away instead of being waited for.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytestring::ByteString;
use events::{NotificationId, StationId, UserId};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::channel::Channel;
use crate::disconnect::Disconnect;

type Clients = HashMap<u64, Client>;

#[derive(Default)]
pub(super) struct Subscribers {
    next: u64,
    all: Clients,
    stations: HashMap<StationId, Clients>,
    users: HashMap<UserId, Clients>,
}

struct Client {
    queue: mpsc::Sender<ByteString>,
    ended: Arc<OnceLock<Disconnect>>,
    /// The last message of the inbox that was sent: the log may repeat some after a crash.
    notified: NotificationId,
}

/// One client's end of the hub.
pub(crate) struct Subscription {
    key: u64,
    channel: Channel,
    /// What the client is to be told; closed when the hub has ended the subscription.
    pub(crate) queue: mpsc::Receiver<ByteString>,
    ended: Arc<OnceLock<Disconnect>>,
}

impl Subscription {
    /// Why the hub closed the queue.
    pub(crate) fn ended(&self) -> Option<Disconnect> {
        self.ended.get().copied()
    }
}

impl Client {
    /// Hands a frame over; false when the client is to be forgotten.
    fn tell(&self, frame: &ByteString) -> bool {
        match self.queue.try_send(frame.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                // Only the first reason counts.
                let _ = self.ended.set(Disconnect::TooSlow);
                false
            }
            Err(TrySendError::Closed(_)) => false,
        }
    }
}

impl Subscribers {
    pub(super) fn add(&mut self, channel: Channel, queue: usize) -> Subscription {
        let (sender, receiver) = mpsc::channel(queue);
        let ended = Arc::new(OnceLock::new());
        let key = self.next;
        self.next += 1;
        let client = Client { queue: sender, ended: Arc::clone(&ended), notified: NotificationId(0) };
        match channel {
            Channel::AllStations => &mut self.all,
            Channel::Station(id) => self.stations.entry(id).or_default(),
            Channel::User(id) => self.users.entry(id).or_default(),
        }
        .insert(key, client);
        metrics::gauge!("swapwire_gateway_connections", "channel" => channel.kind()).increment(1);
        Subscription { key, channel, queue: receiver, ended }
    }

    pub(super) fn remove(&mut self, subscription: &Subscription) {
        metrics::gauge!("swapwire_gateway_connections", "channel" => subscription.channel.kind())
            .decrement(1);
        match subscription.channel {
            Channel::AllStations => {
                self.all.remove(&subscription.key);
            }
            Channel::Station(id) => remove_from(&mut self.stations, id, subscription.key),
            Channel::User(id) => remove_from(&mut self.users, id, subscription.key),
        }
    }

    #[cfg(test)]
    pub(super) fn topics(&self) -> usize {
        self.all.len() + self.stations.len() + self.users.len()
    }

    /// To everybody who follows this station or all of them.
    pub(super) fn tell_station(&mut self, station: StationId, frame: &ByteString) {
        let mut told = tell_all(&mut self.all, frame);
        if let Some(clients) = self.stations.get_mut(&station) {
            told += tell_all(clients, frame);
        }
        metrics::counter!("swapwire_gateway_deliveries_total").increment(told);
    }

    /// To every screen of one rider, once per message of the inbox.
    pub(super) fn tell_user(
        &mut self,
        user: UserId,
        notification: NotificationId,
        frame: impl FnOnce() -> ByteString,
    ) {
        let Some(clients) = self.users.get_mut(&user) else { return };
        let frame = frame();
        let mut told = 0;
        clients.retain(|_, client| {
            if client.notified >= notification {
                return true;
            }
            client.notified = notification;
            told += 1;
            client.tell(&frame)
        });
        metrics::counter!("swapwire_gateway_deliveries_total").increment(told);
    }

    /// Sends everybody away, each with a different moment to come back.
    pub(super) fn close_all(&mut self) {
        let clients = self
            .all
            .values()
            .chain(self.stations.values().flat_map(HashMap::values))
            .chain(self.users.values().flat_map(HashMap::values));
        for (retry_after_ms, client) in (100..).step_by(5).zip(clients) {
            let _ = client.ended.set(Disconnect::Restarting { retry_after_ms });
        }
        self.all.clear();
        self.stations.clear();
        self.users.clear();
    }
}

fn tell_all(clients: &mut Clients, frame: &ByteString) -> u64 {
    let mut told = 0;
    clients.retain(|_, client| {
        told += 1;
        client.tell(frame)
    });
    told
}

fn remove_from<K: std::hash::Hash + Eq>(topics: &mut HashMap<K, Clients>, topic: K, key: u64) {
    if let std::collections::hash_map::Entry::Occupied(mut clients) = topics.entry(topic) {
        clients.get_mut().remove(&key);
        // A topic that nobody listens to is not kept.
        if clients.get().is_empty() {
            clients.remove();
        }
    }
}
