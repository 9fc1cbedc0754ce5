//! Rate limits: writes of a user, writes from an address, and reads without a token from an address. Counted in this
//! process by the generic cell rate algorithm, before a body is read or the database is asked.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use actix_web::dev::RequestHead;
use events::UserId;
use governor::clock::{Clock, MonotonicClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use serde::Deserialize;

use crate::Problem;
use crate::address::{client_address, loopback};
use crate::metrics::HTTP_REFUSED;

/// Limits of writes, and of reads without a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateSettings {
    /// Writes a second by one user; 0 is no limit. Default 20.
    pub user_per_s: u32,
    /// Writes that one user may make at once after a pause. Default 100.
    pub user_burst: u32,
    /// Writes a second from one address (of IPv6, a network of 64 bits); 0 is no limit. Default 500.
    pub address_per_s: u32,
    /// Writes from one address at once after a pause. Default 1,000.
    pub address_burst: u32,
    /// Reads a second from one address without a valid token; 0 is no limit. Default 100.
    pub anonymous_per_s: u32,
    /// Reads from one address without a valid token at once after a pause. Default 300.
    pub anonymous_burst: u32,
    /// Proxies whose `X-Forwarded-For` is believed. Default: those on this machine.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for RateSettings {
    fn default() -> Self {
        Self {
            user_per_s: 20,
            user_burst: 100,
            address_per_s: 500,
            address_burst: 1_000,
            anonymous_per_s: 100,
            anonymous_burst: 300,
            trusted_proxies: loopback(),
        }
    }
}

/// Counts writes, and reads without a token.
pub struct Rates {
    users: Option<Counter<UserId>>,
    addresses: Option<Counter<IpAddr>>,
    anonymous: Option<Counter<IpAddr>>,
    trusted_proxies: Vec<IpAddr>,
}

impl Rates {
    /// Starts with nothing counted.
    #[must_use]
    pub fn new(settings: RateSettings) -> Self {
        Self {
            users: Counter::new(settings.user_per_s, settings.user_burst, "user"),
            addresses: Counter::new(settings.address_per_s, settings.address_burst, "address"),
            anonymous: Counter::new(
                settings.anonymous_per_s,
                settings.anonymous_burst,
                "address without a token",
            ),
            trusted_proxies: settings.trusted_proxies,
        }
    }

    /// Counts a request to the address it came from.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_address(&self, head: &RequestHead) -> Result<(), Problem> {
        self.count(self.addresses.as_ref(), head)
    }

    /// Counts a read without a valid token to the address it came from.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_anonymous(&self, head: &RequestHead) -> Result<(), Problem> {
        self.count(self.anonymous.as_ref(), head)
    }

    fn count(&self, counter: Option<&Counter<IpAddr>>, head: &RequestHead) -> Result<(), Problem> {
        match (counter, client_address(head, &self.trusted_proxies)) {
            (Some(counter), Some(address)) => counter.count(&network(address)),
            _ => Ok(()),
        }
    }

    /// Counts a request to who made it.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_user(&self, user: UserId) -> Result<(), Problem> {
        self.users.as_ref().map_or(Ok(()), |users| users.count(&user))
    }
}

/// What an address is counted by: the holder of one IPv6 address usually has a network of 2^64.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

/// How often the counts of those who have been quiet are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Counts how often each of many does something.
pub struct Counter<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, MonotonicClock>,
    clock: MonotonicClock,
    forgot: Mutex<Instant>,
    name: &'static str,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    /// A sustained rate and a burst; `None` without a limit. `name` says what is counted, for messages and metrics.
    #[must_use]
    pub fn new(per_second: u32, burst: u32, name: &'static str) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(per_second)?);
        let quota = NonZeroU32::new(burst).map_or(quota, |burst| quota.allow_burst(burst));
        let limiter = RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock);
        Some(Self { limiter, clock: MonotonicClock, forgot: Mutex::new(Instant::now()), name })
    }

    /// Counts one.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count(&self, key: &K) -> Result<(), Problem> {
        self.forget_the_quiet();
        self.limiter.check_key(key).map_err(|early| {
            HTTP_REFUSED.of([self.name]).increment(1);
            let wait = early.wait_time_from(self.clock.now());
            Problem {
                retry_after_s: Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)),
                ..Problem::too_many(format!("Too many requests of one {}; wait a little.", self.name))
            }
        })
    }

    fn forget_the_quiet(&self) {
        // If it is locked, another thread is at it.
        let Ok(mut forgot) = self.forgot.try_lock() else { return };
        if forgot.elapsed() >= FORGET_EVERY {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            *forgot = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn rates(user_per_s: u32, address_per_s: u32) -> Rates {
        Rates::new(RateSettings {
            user_per_s,
            user_burst: 3,
            address_per_s,
            address_burst: 3,
            ..RateSettings::default()
        })
    }

    fn post(from: &str) -> actix_web::HttpRequest {
        let peer = "127.0.0.1:9".parse().unwrap();
        TestRequest::post().peer_addr(peer).insert_header(("x-forwarded-for", from)).to_http_request()
    }

    #[test]
    fn a_burst_is_admitted_and_then_the_wait_is_named() {
        let rates = rates(1, 0);
        for _ in 0..3 {
            rates.count_user(UserId(1)).unwrap();
        }
        let refused = rates.count_user(UserId(1)).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.retry_after_s), (429, Some(1)));
        rates.count_user(UserId(2)).unwrap();
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let rates = rates(0, 1);
        for from in ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"] {
            rates.count_address(post(from).head()).unwrap();
        }
        assert!(rates.count_address(post("2001:db8::4").head()).is_err());
        rates.count_address(post("2001:db8:0:1::1").head()).unwrap();
        rates.count_address(post("192.0.2.1").head()).unwrap();
    }

    #[test]
    fn zero_is_no_limit() {
        let rates = rates(0, 0);
        for _ in 0..100 {
            rates.count_address(post("192.0.2.1").head()).unwrap();
            rates.count_user(UserId(1)).unwrap();
        }
    }
}
