//! Who follows what on this thread.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::rc::Rc;

use events::{StationId, UserId};

use super::client::Client;
use crate::hub::{Channel, Item, Matter};

/// In the order in which they came: so they also lie in memory, ours and the kernel's, and walking over them is
/// measurably cheaper than in a hash's order.
type Followers = BTreeMap<u64, Rc<Client>>;

#[derive(Default)]
pub(super) struct Clients {
    by_key: Followers,
    of_all_stations: Followers,
    of_boxes: Followers,
    of_stations: HashMap<StationId, Followers>,
    of_users: HashMap<UserId, Followers>,
}

impl Clients {
    pub(super) fn add(&mut self, client: &Rc<Client>) {
        self.by_key.insert(client.key, Rc::clone(client));
        for channel in client.channels() {
            self.insert(client, channel);
        }
    }

    pub(super) fn remove(&mut self, client: &Client) {
        self.by_key.remove(&client.key);
        for channel in client.channels() {
            self.withdraw(client.key, channel);
        }
    }

    pub(super) fn follow(&mut self, client: &Rc<Client>, channel: Channel) {
        client.add_channel(channel);
        self.insert(client, channel);
    }

    pub(super) fn unfollow(&mut self, client: &Client, channel: Channel) {
        if client.remove_channel(channel) {
            self.withdraw(client.key, channel);
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Rc<Client>> {
        self.by_key.values()
    }

    /// Calls `tell` for everybody whom a message concerns; for somebody with several channels perhaps twice.
    pub(super) fn concerned(&self, item: &Item, mut tell: impl FnMut(&Rc<Client>)) {
        match item.matter {
            Matter::State(station, _) | Matter::Event(station, _) => {
                self.of_all_stations.values().for_each(&mut tell);
                self.of_stations.get(&station).into_iter().flat_map(BTreeMap::values).for_each(&mut tell);
                self.of_boxes.values().filter(|client| client.watches(item)).for_each(&mut tell);
            }
            Matter::Rider(user, _) => {
                self.of_users.get(&user).into_iter().flat_map(BTreeMap::values).for_each(&mut tell);
            }
        }
    }

    fn insert(&mut self, client: &Rc<Client>, channel: Channel) {
        match channel {
            Channel::AllStations => &mut self.of_all_stations,
            Channel::Box(_) => &mut self.of_boxes,
            Channel::Station(id) => self.of_stations.entry(id).or_default(),
            Channel::User(id) => self.of_users.entry(id).or_default(),
        }
        .insert(client.key, Rc::clone(client));
        metrics::gauge!("swapwire_gateway_connections", "channel" => channel.kind()).increment(1);
    }

    fn withdraw(&mut self, key: u64, channel: Channel) {
        match channel {
            Channel::AllStations => {
                self.of_all_stations.remove(&key);
            }
            Channel::Box(_) => {
                self.of_boxes.remove(&key);
            }
            Channel::Station(id) => withdraw_from(&mut self.of_stations, id, key),
            Channel::User(id) => withdraw_from(&mut self.of_users, id, key),
        }
        metrics::gauge!("swapwire_gateway_connections", "channel" => channel.kind()).decrement(1);
    }
}

fn withdraw_from<K: Hash + Eq>(channels: &mut HashMap<K, Followers>, channel: K, key: u64) {
    if let std::collections::hash_map::Entry::Occupied(mut followers) = channels.entry(channel) {
        followers.get_mut().remove(&key);
        // A channel that nobody follows is not kept.
        if followers.get().is_empty() {
            followers.remove();
        }
    }
}
