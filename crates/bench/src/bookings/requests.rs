//! Bookings that are made before anything is measured: each is a different rider's, with a token of the rider's own.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use events::UserId;
use service::Authenticator;
use service::auth::Role;

/// The bench's riders begin here, so that they can be told from everybody else's.
pub const FIRST_RIDER: i64 = 1_000_000_000;
/// A rider may hold two batteries.
const BOOKINGS_OF_A_RIDER: u64 = 2;

/// Makes riders; none appears in two sets of requests.
pub struct Riders {
    authenticator: Authenticator,
    host: String,
    next: i64,
    idempotency_keys: bool,
}

/// Prepared requests, handed out one by one to many clients.
pub struct Requests {
    host: String,
    tokens: Vec<String>,
    stations: Vec<i64>,
    idempotency_keys: bool,
    /// Tells this set's idempotency keys from another one's.
    first: i64,
    given: AtomicU64,
}

impl Riders {
    /// Riders of the instance of the environment; `host` is what they call the server.
    ///
    /// # Errors
    /// When the instance's secret is none.
    pub fn new(host: String, idempotency_keys: bool) -> anyhow::Result<Self> {
        let authenticator = Authenticator::new(&testbed::environment::auth())?;
        Ok(Self { authenticator, host, next: FIRST_RIDER, idempotency_keys })
    }

    /// So many bookings at random ones of the stations, and the range of the riders who make them.
    ///
    /// # Errors
    /// When a token can't be signed.
    pub fn requests(
        &mut self,
        count: u64,
        stations: &[i64],
    ) -> anyhow::Result<(Requests, std::ops::Range<i64>)> {
        let first = self.next;
        let end = first + i64::try_from(count.div_ceil(BOOKINGS_OF_A_RIDER).max(1))?;
        self.next = end;
        let day = chrono::Duration::hours(24);
        let token = |rider| self.authenticator.issue(UserId(rider), Role::Rider, day);
        let requests = Requests {
            host: self.host.clone(),
            tokens: (first..end).map(token).collect::<Result<_, _>>()?,
            stations: stations.to_vec(),
            idempotency_keys: self.idempotency_keys,
            first,
            given: AtomicU64::new(0),
        };
        Ok((requests, first..end))
    }
}

impl Requests {
    /// Writes the next request.
    ///
    /// # Errors
    /// When every rider holds two batteries.
    pub fn next(&self, request: &mut Vec<u8>) -> anyhow::Result<()> {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let riders = u64::try_from(self.tokens.len())?;
        anyhow::ensure!(number < riders * BOOKINGS_OF_A_RIDER, "all of {riders} riders have booked twice");
        let token = self.tokens.get(usize::try_from(number % riders)?).context("a rider")?;
        let station = usize::try_from(scattered(number) % u64::try_from(self.stations.len())?)?;
        let station = self.stations.get(station).context("a station")?;
        let body = format!("{{\"station\":{station}}}");
        request.clear();
        write!(
            request,
            "POST /user/orders/ HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n",
            self.host,
            body.len()
        )?;
        if self.idempotency_keys {
            write!(request, "Idempotency-Key: bench-{}-{number}\r\n", self.first)?;
        }
        write!(request, "\r\n{body}")?;
        Ok(())
    }
}

/// The same numbers in every run, in no order (SplitMix64).
fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
