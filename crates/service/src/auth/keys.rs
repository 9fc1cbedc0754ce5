//! The keys that an identity provider publishes as a JSON Web Key Set (RFC 7517), read again and again because it
//! replaces them. Those that were read last stay in use while it is away.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};
use url::{Host, Url};

use super::token::TokenError;

/// How often the keys are read.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// While all is well.
    every: Duration,
    /// After a failure, and the least between two readings, however many tokens name unknown keys.
    again: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { every: Duration::from_secs(300), again: Duration::from_secs(5) }
    }
}

/// Longer than any provider takes that is well.
const TIMEOUT: Duration = Duration::from_secs(10);
/// More than any provider's keys have.
const MOST_BYTES: u64 = 1 << 20;

/// The keys of an identity provider.
pub(super) struct Published {
    url: Url,
    algorithm: Algorithm,
    pace: Pace,
    agent: Agent,
    keys: watch::Sender<Option<Arc<[Key]>>>,
    unknown: Notify,
}

struct Key {
    id: Option<String>,
    key: DecodingKey,
}

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Http(#[from] ureq::Error),
    #[error("not a JSON Web Key Set: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it has no key to check {0:?} with")]
    NoKey(Algorithm),
    #[error("reading was aborted")]
    Aborted,
}

#[derive(Deserialize)]
struct KeySet {
    // One by one: a provider may have keys of kinds that are unknown here.
    keys: Vec<Value>,
}

impl Published {
    /// No keys yet: [`Published::keep`] reads them.
    ///
    /// # Errors
    /// When anybody on the way could put keys of their own in the place of the provider's.
    pub(super) fn new(url: Url, algorithm: Algorithm, pace: Pace) -> anyhow::Result<Self> {
        anyhow::ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url)),
            "auth.jwks_url {url}: keys are only believed over https, or from this machine"
        );
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder().timeout_global(Some(TIMEOUT)).max_redirects(0).tls_config(tls);
        let agent = Agent::new_with_config(agent.build());
        Ok(Self { url, algorithm, pace, agent, keys: watch::Sender::new(None), unknown: Notify::new() })
    }

    /// The key of this id. Without an id only the provider's one key can be meant.
    pub(super) fn find(&self, id: Option<&str>) -> Result<DecodingKey, TokenError> {
        let keys = self.keys.borrow().clone().ok_or(TokenError::NoKeys)?;
        let found = match (id, &*keys) {
            (Some(_), keys) => keys.iter().find(|key| key.id.as_deref() == id),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.map(|found| found.key.clone()).ok_or_else(|| {
            self.unknown.notify_one();
            TokenError::Invalid("it names no key of the identity provider".into())
        })
    }

    /// Where they are.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether there are keys.
    pub(super) fn are_known(&self) -> bool {
        self.keys.borrow().is_some()
    }

    /// Reads the keys until `shutdown`: now, regularly, and soon after a token named one that is not among them.
    pub(super) async fn keep(self: Arc<Self>, shutdown: CancellationToken) {
        let mut failing = String::new();
        loop {
            let pause = match Arc::clone(&self).read().await {
                Ok(keys) => {
                    failing.clear();
                    self.keys.send_replace(Some(keys));
                    self.pace.every
                }
                Err(error) => {
                    // An outage is one line of the log.
                    let text = error.to_string();
                    if failing != text {
                        tracing::warn!(error = text, url = %self.url, "the identity provider's keys can't be read; trying again until they can");
                        failing = text;
                    }
                    self.pace.again
                }
            };
            let asked = async {
                tokio::time::sleep(self.pace.again).await;
                self.unknown.notified().await;
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = asked => {}
            }
        }
    }

    async fn read(self: Arc<Self>) -> Result<Arc<[Key]>, Unreadable> {
        tokio::task::spawn_blocking(move || {
            let mut answer = self.agent.get(self.url.as_str()).call()?;
            let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?;
            let set: KeySet = serde_json::from_slice(&body)?;
            let keys = set.keys.into_iter().filter_map(|key| usable(key, self.algorithm));
            let keys: Arc<[Key]> = keys.collect();
            if keys.is_empty() { Err(Unreadable::NoKey(self.algorithm)) } else { Ok(keys) }
        })
        .await
        .unwrap_or(Err(Unreadable::Aborted))
    }
}

/// The key, if signatures of this algorithm are checked with it. A shared secret never is: a provider that published
/// one would let everybody sign.
fn usable(key: Value, algorithm: Algorithm) -> Option<Key> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    let fits = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let signs = key.common.public_key_use.as_ref().is_none_or(|r#use| *r#use == PublicKeyUse::Signature);
    let named = key.common.key_algorithm.is_none_or(|named| named == algorithm.into());
    let decoding = DecodingKey::from_jwk(&key).ok()?;
    (fits && signs && named).then_some(Key { id: key.common.key_id, key: decoding })
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
impl Pace {
    pub(super) fn for_tests() -> Self {
        Self { every: Duration::from_millis(20), again: Duration::from_millis(20) }
    }
}
