//! Which clients of this thread follow which channels.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use events::{StationId, UserId};

use crate::hub::{About, Boxes, Item};
use crate::protocol::Channel;

/// Keys of clients in ascending order. So they also lie in memory, ours and the kernel's: walking over them is
/// measurably cheaper than in a hash's order.
type Followers = Vec<usize>;

#[derive(Default)]
pub(super) struct Audience {
    of_all_stations: Followers,
    of_boxes: Boxes,
    of_stations: HashMap<StationId, Followers>,
    of_users: HashMap<UserId, Followers>,
}

impl Audience {
    /// A client follows these channels from now on. All stations contain the others.
    pub(super) fn add(&mut self, key: usize, channels: &[Channel]) {
        for channel in relevant(channels) {
            match *channel {
                Channel::AllStations => insert(&mut self.of_all_stations, key),
                Channel::Box(area) => self.of_boxes.insert(area, key),
                Channel::Station(id) => insert(self.of_stations.entry(id).or_default(), key),
                Channel::User(id) => insert(self.of_users.entry(id).or_default(), key),
            }
        }
    }

    /// A client no longer follows these channels.
    pub(super) fn remove(&mut self, key: usize, channels: &[Channel]) {
        for channel in relevant(channels) {
            match *channel {
                Channel::AllStations => withdraw(&mut self.of_all_stations, key),
                Channel::Box(area) => self.of_boxes.remove(area, key),
                Channel::Station(id) => withdraw_from(&mut self.of_stations, id, key),
                Channel::User(id) => withdraw_from(&mut self.of_users, id, key),
            }
        }
    }

    pub(super) fn of_all_stations(&self) -> &[usize] {
        &self.of_all_stations
    }

    /// Calls `found` for each follower of a message who does not follow all stations; for one with several channels
    /// perhaps more than once.
    pub(super) fn followers(&self, item: &Item, mut found: impl FnMut(usize)) {
        if let About::Rider { user, .. } = item.about {
            self.of_users.get(&user).into_iter().flatten().copied().for_each(&mut found);
            return;
        }
        if let Some(station) = item.station() {
            self.of_stations.get(&station).into_iter().flatten().copied().for_each(&mut found);
        }
        item.locations().for_each(|location| self.of_boxes.containing(location, &mut found));
    }
}

fn relevant(channels: &[Channel]) -> &[Channel] {
    if channels.contains(&Channel::AllStations) { &[Channel::AllStations] } else { channels }
}

fn insert(followers: &mut Followers, key: usize) {
    if let Err(index) = followers.binary_search(&key) {
        followers.insert(index, key);
    }
}

fn withdraw(followers: &mut Followers, key: usize) {
    if let Ok(index) = followers.binary_search(&key) {
        followers.remove(index);
    }
}

fn withdraw_from<K: Hash + Eq>(channels: &mut HashMap<K, Followers>, channel: K, key: usize) {
    if let Entry::Occupied(mut followers) = channels.entry(channel) {
        withdraw(followers.get_mut(), key);
        // A channel that nobody follows is not kept.
        if followers.get().is_empty() {
            followers.remove();
        }
    }
}
