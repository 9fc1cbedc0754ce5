//! The key by which push services know us (VAPID, RFC 8292).

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

/// RFC 8292, section 2: at most 24 hours.
const VALID_FOR: TimeDelta = TimeDelta::hours(12);

/// A key pair and what is said with it.
pub(super) struct VapidKey {
    signing: EncodingKey,
    /// As browsers take it: the uncompressed point in base64url.
    public: String,
    contact: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
}

impl VapidKey {
    /// Of a private key: its 32 bytes in base64url.
    pub(super) fn new(private: &SecretString, contact: Option<String>) -> anyhow::Result<Self> {
        let text = private.expose_secret().trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD.decode(text).context("push.vapid_private_key is not base64url")?;
        let secret = SecretKey::from_slice(&bytes).context("push.vapid_private_key is no key of P-256")?;
        let document = secret.to_pkcs8_der().context("push.vapid_private_key")?;
        Ok(Self {
            signing: EncodingKey::from_ec_der(document.as_bytes()),
            public: URL_SAFE_NO_PAD.encode(secret.public_key().to_encoded_point(false).as_bytes()),
            contact,
        })
    }

    /// What browsers subscribe with.
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a request to a push service.
    pub(super) fn authorization(&self, endpoint: &Url) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            aud: endpoint.origin().ascii_serialization(),
            exp: (Utc::now() + VALID_FOR).timestamp(),
            sub: self.contact.as_deref(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.signing)?;
        Ok(format!("vapid t={token}, k={}", self.public))
    }
}
