//! How many connections there may be, and how fast they may come: in all, from one address, of one user.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use events::UserId;
use serde::Deserialize;
use service::Problem;
use service::rate::{Counter, network};
use tokio::time::Instant;

use crate::metrics::REFUSED;

/// The most connections, and how fast they may come; 0 is no limit.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConnectionLimits {
    /// Of this gateway. Default 50,000.
    pub total: usize,
    /// From one address; behind a proxy the one that it names. Default 2,000: whole companies and mobile
    /// networks share one.
    pub per_address: usize,
    /// Of one user's channel. Default 20.
    pub per_user: usize,
    /// New connections a second, in all. Default 5,000.
    pub new_per_s: u32,
    /// New connections at once after a pause, in all. Default 50,000: a network that reconnects.
    pub new_burst: u32,
    /// New connections a second from one address (of IPv6, a network of 64 bits). Default 100.
    pub new_per_address_per_s: u32,
    /// New connections at once from one address after a pause. Default 2,000.
    pub new_per_address_burst: u32,
    /// Refused tokens a second from one address; beyond, it gets 429. Default 1.
    pub refused_tokens_per_s: u32,
    /// Refused tokens at once from one address. Default 20.
    pub refused_tokens_burst: u32,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            total: 50_000,
            per_address: 2_000,
            per_user: 20,
            new_per_s: 5_000,
            new_burst: 50_000,
            new_per_address_per_s: 100,
            new_per_address_burst: 2_000,
            refused_tokens_per_s: 1,
            refused_tokens_burst: 20,
        }
    }
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    Total,
    Address,
    User,
}

impl Full {
    /// The name in metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Address => "address",
            Self::User => "user",
        }
    }

    fn problem(self) -> Problem {
        REFUSED.of([self.name()]).increment(1);
        match self {
            Self::Total => Problem::unready("There is no room for another connection. Try again."),
            Self::Address => Problem::too_many("There are too many connections from this address."),
            Self::User => Problem::too_many("There are too many connections of this user."),
        }
    }
}

/// What a connection may take to end once its client was sent away.
const LAST_GOODBYES: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);

/// Counts connections.
pub(crate) struct Limits {
    most: ConnectionLimits,
    present: Mutex<Present>,
    new: Option<Counter<()>>,
    new_of_addresses: Option<Counter<IpAddr>>,
    refused_tokens: Option<Counter<IpAddr>>,
}

#[derive(Default)]
struct Present {
    total: usize,
    addresses: HashMap<IpAddr, usize>,
    users: HashMap<UserId, usize>,
}

/// A slot within the limits, freed when it is dropped.
pub(crate) struct Admitted {
    limits: Arc<Limits>,
    address: Option<IpAddr>,
    user: Option<UserId>,
}

impl Limits {
    pub(crate) fn new(most: ConnectionLimits) -> Self {
        let ConnectionLimits { new_per_address_per_s: per_s, new_per_address_burst: burst, .. } = most;
        Self {
            most,
            present: Mutex::default(),
            new: Counter::new(most.new_per_s, most.new_burst, "gateway"),
            new_of_addresses: Counter::new(per_s, burst, "address"),
            refused_tokens: Counter::new(most.refused_tokens_per_s, most.refused_tokens_burst, "address"),
        }
    }

    /// Takes a slot for a new connection.
    ///
    /// # Errors
    /// 429 or 503 when a limit is reached.
    pub(crate) fn admit(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        user: Option<UserId>,
    ) -> Result<Admitted, Problem> {
        let address = address.map(network);
        if let (Some(new), Some(address)) = (&self.new_of_addresses, address) {
            new.count(&address)?;
        }
        self.new.as_ref().map_or(Ok(()), |new| new.count(&()))?;
        self.take_place(address, user).map_err(Full::problem)
    }

    /// Counts a token that was refused.
    ///
    /// # Errors
    /// 429 when there were too many from this address.
    pub(crate) fn count_refused_token(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        match (&self.refused_tokens, address) {
            (Some(refused), Some(address)) => refused.count(&network(address)),
            _ => Ok(()),
        }
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    fn take_place(self: &Arc<Self>, address: Option<IpAddr>, user: Option<UserId>) -> Result<Admitted, Full> {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |most: usize, count: usize| most > 0 && count >= most;
        if is_full(self.most.total, present.total) {
            return Err(Full::Total);
        }
        if address.is_some_and(|address| is_full(self.most.per_address, of(&present.addresses, &address))) {
            return Err(Full::Address);
        }
        if user.is_some_and(|user| is_full(self.most.per_user, of(&present.users, &user))) {
            return Err(Full::User);
        }
        present.total += 1;
        address.into_iter().for_each(|address| *present.addresses.entry(address).or_default() += 1);
        user.into_iter().for_each(|user| *present.users.entry(user).or_default() += 1);
        Ok(Admitted { limits: Arc::clone(self), address, user })
    }
}

impl Limits {
    /// Waits until there is no connection; a little longer than `time` at most.
    pub(crate) async fn until_empty(&self, time: Duration) {
        let deadline = Instant::now() + time + LAST_GOODBYES;
        while Instant::now() < deadline && self.connections() > 0 {
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut present = self.limits.present.lock().unwrap_or_else(PoisonError::into_inner);
        present.total -= 1;
        self.address.into_iter().for_each(|address| give_back(&mut present.addresses, address));
        self.user.into_iter().for_each(|user| give_back(&mut present.users, user));
    }
}

fn of<K: Hash + Eq>(counts: &HashMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or_default()
}

fn give_back<K: Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
    if let std::collections::hash_map::Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        // A key without connections is forgotten.
        if *count.get() == 0 {
            count.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_holds_and_a_place_given_back_is_free_again() {
        let limits = Arc::new(Limits::new(ConnectionLimits {
            total: 4,
            per_address: 2,
            per_user: 1,
            ..ConnectionLimits::default()
        }));
        let address = |last| Some(IpAddr::from([192, 0, 2, last]));
        let first = limits.take_place(address(1), Some(UserId(42))).ok();
        assert_eq!(limits.take_place(address(2), Some(UserId(42))).err(), Some(Full::User));
        let second = limits.take_place(address(1), None).ok();
        assert_eq!(limits.take_place(address(1), None).err(), Some(Full::Address));
        drop(second);
        let others: Vec<_> = (1..=3).map(|last| limits.take_place(address(last), None).ok()).collect();
        assert!(others.iter().all(Option::is_some));
        assert_eq!(limits.take_place(address(4), None).err(), Some(Full::Total));
        drop((first, others));
        let present = limits.present.lock().unwrap();
        assert_eq!((present.total, present.addresses.len(), present.users.len()), (0, 0, 0));
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = Arc::new(Limits::new(ConnectionLimits {
            total: 0,
            per_address: 0,
            per_user: 0,
            ..ConnectionLimits::default()
        }));
        let many: Vec<_> = (0..100).map(|_| limits.take_place(None, Some(UserId(1))).ok()).collect();
        assert!(many.iter().all(Option::is_some));
    }
}
