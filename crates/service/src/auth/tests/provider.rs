//! Tokens that an identity provider signs, and the keys that it publishes.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::Duration;
use events::UserId;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{SECRET, claims, settings};
use crate::auth::keys::Pace;
use crate::auth::{AuthSettings, Authenticator, Role, TokenError};

/// An identity provider; it answers with what it publishes, or hangs up when that is nothing.
struct Provider {
    url: String,
    published: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let published = Arc::new(Mutex::new(None::<Value>));
        let asked = Arc::new(AtomicUsize::new(0));
        let (answers, asking) = (Arc::clone(&published), Arc::clone(&asked));
        std::thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                asking.fetch_add(1, Ordering::Relaxed);
                let answer = answers.lock().unwrap().clone();
                let mut request = [0; 4_096];
                if let (Some(answer), Ok(1..)) = (answer, client.read(&mut request)) {
                    let body = answer.to_string();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = client.write_all((head + &body).as_bytes());
                }
            }
        });
        Self { url, published, asked }
    }

    fn publishes(&self, keys: &[Value]) {
        *self.published.lock().unwrap() = Some(json!({ "keys": keys }));
    }

    fn is_away(&self) {
        *self.published.lock().unwrap() = None;
    }

    /// Until what it publishes now has been read and taken, or refused.
    async fn is_asked_again(&self) {
        let before = self.asked.load(Ordering::Relaxed);
        until(|| self.asked.load(Ordering::Relaxed) > before + 2).await;
    }

    /// Services that trust it.
    fn trusted_for(&self, algorithm: &str) -> Authenticator {
        let settings = settings(json!({"algorithm": algorithm, "jwks_url": self.url}));
        Authenticator::with_pace(&settings, Pace::for_tests()).unwrap()
    }
}

/// A key pair of a provider.
struct Pair {
    private: EncodingKey,
    algorithm: Algorithm,
    id: &'static str,
}

impl Pair {
    fn rsa(id: &'static str, der: &[u8]) -> Self {
        Self { private: EncodingKey::from_rsa_der(der), algorithm: Algorithm::RS256, id }
    }

    fn public(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        key.common.key_id = Some(self.id.into());
        serde_json::to_value(key).unwrap()
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.into()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

fn pairs() -> [(&'static str, Pair); 3] {
    let es256 = EncodingKey::from_ec_der(include_bytes!("../../../test-keys/es256.der"));
    let eddsa = EncodingKey::from_ed_der(include_bytes!("../../../test-keys/eddsa.der"));
    [
        ("RS256", Pair::rsa("rsa", include_bytes!("../../../test-keys/rs256.der"))),
        ("ES256", Pair { private: es256, algorithm: Algorithm::ES256, id: "ec" }),
        ("EdDSA", Pair { private: eddsa, algorithm: Algorithm::EdDSA, id: "ed" }),
    ]
}

/// Asks again until the answer is the wanted one.
async fn until(verify: impl Fn() -> bool) {
    let tried = async {
        while !verify() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), tried).await.expect("the keys are read in time");
}

#[tokio::test]
async fn tokens_of_an_identity_provider_count_when_they_are_signed_as_the_settings_say() {
    let provider = Provider::start();
    let pairs = pairs();
    let unknown_kind = json!({"kty": "quantum", "kid": "q"});
    let shared_secret =
        json!({"kty": "oct", "kid": "secret", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"});
    let mut keys = vec![unknown_kind, shared_secret];
    keys.extend(pairs.iter().map(|(_, pair)| pair.public()));
    provider.publishes(&keys);
    for (name, pair) in &pairs {
        let trusting = provider.trusted_for(name);
        let shutdown = CancellationToken::new();
        let keeping = tokio::spawn(trusting.keep_keys(shutdown.clone()));
        let token = pair.sign(&claims(&json!({"role": "operator"})));
        assert!(matches!(trusting.verify(&token), Err(TokenError::NoKeys)), "{name}: before they were read");
        until(|| trusting.verify(&token).is_ok()).await;
        assert_eq!(trusting.verify(&token).unwrap().role, Role::Operator);
        for wrong in [json!({"iss": "other"}), json!({"aud": "other"}), json!({"exp": 1})] {
            assert!(trusting.verify(&pair.sign(&claims(&wrong))).is_err(), "{name}: {wrong}");
        }
        for (other, pair) in &pairs {
            assert_eq!(
                trusting.verify(&pair.sign(&claims(&json!({})))).is_ok(),
                other == name,
                "{name}: {other}"
            );
        }
        // The secret that everybody can read signs nothing, whatever the token says of itself.
        let secret = EncodingKey::from_secret(b"secret-secret-secret-secret-secret");
        let header = Header { kid: Some("secret".into()), ..Header::new(Algorithm::HS256) };
        let forged = jsonwebtoken::encode(&header, &claims(&json!({})), &secret).unwrap();
        assert!(matches!(trusting.verify(&forged), Err(TokenError::Invalid(_))));
        assert!(matches!(
            trusting.issue(UserId(1), Role::Admin, Duration::hours(1)),
            Err(TokenError::NotOurs(_))
        ));
        shutdown.cancel();
        keeping.await.unwrap();
    }
}

#[tokio::test]
async fn keys_are_replaced_and_outlast_the_absence_of_their_provider() {
    let provider = Provider::start();
    let first = Pair::rsa("first", include_bytes!("../../../test-keys/rs256.der"));
    let next = Pair::rsa("next", include_bytes!("../../../test-keys/rs256-next.der"));
    let trusting = provider.trusted_for("RS256");
    tokio::spawn(trusting.keep_keys(CancellationToken::new()));
    let by = |pair: &Pair| trusting.verify(&pair.sign(&claims(&json!({})))).is_ok();
    provider.publishes(&[first.public()]);
    until(|| by(&first)).await;
    assert!(!by(&next));
    provider.publishes(&[next.public()]);
    until(|| by(&next)).await;
    assert!(!by(&first), "who has lost a key can sign no longer");
    // A set without a key of ours is a mistake, as is none.
    provider.publishes(&[]);
    provider.is_asked_again().await;
    assert!(by(&next));
    provider.is_away();
    provider.is_asked_again().await;
    assert!(by(&next));
}

#[test]
fn keys_are_only_believed_from_where_nobody_can_replace_them() {
    let with = |url: &str| Authenticator::new(&settings(json!({"algorithm": "RS256", "jwks_url": url})));
    for url in [
        "https://id.example/keys",
        "http://localhost:8080/keys",
        "http://127.0.0.1/keys",
        "http://[::1]/keys",
    ] {
        assert!(with(url).is_ok(), "{url}");
    }
    for url in ["http://id.example/keys", "http://10.0.0.1/keys", "file:///etc/keys"] {
        assert!(with(url).is_err(), "{url}");
    }
    assert!(Authenticator::new(&settings(json!({"algorithm": "RS256", "secret": SECRET}))).is_err());
    assert!(serde_json::from_value::<AuthSettings>(json!({"algorithm": "none", "secret": SECRET})).is_err());
}
