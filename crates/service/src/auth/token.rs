//! Tokens: JSON Web Tokens (RFC 7519) whose algorithm, issuer and audience are pinned by the settings.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use events::{Locale, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::keys::{Pace, Published};
use super::{Caller, Role};
use crate::Problem;
use crate::health::Readiness;

/// How tokens are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// How every token is signed. Default `HS256`.
    #[serde(default)]
    pub algorithm: Signature,
    /// For `HS256`: the shared secret, at least 32 bytes. No default.
    #[serde(default)]
    pub secret: SecretString,
    /// For the others: where the identity provider publishes its keys, over https. No default.
    pub jwks_url: Option<Url>,
    /// The only accepted `iss`. Default `swapwire`.
    #[serde(default = "swapwire")]
    pub issuer: String,
    /// The only accepted `aud`. Default `swapwire`.
    #[serde(default = "swapwire")]
    pub audience: String,
}

fn swapwire() -> String {
    "swapwire".into()
}

/// A way to sign, by its name in RFC 7518, section 3.1, and RFC 8037.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Signature {
    /// With a secret that all services share: for development and small set-ups.
    #[default]
    HS256,
    /// By an identity provider, with RSA.
    RS256,
    /// By an identity provider, on the curve P-256.
    ES256,
    /// By an identity provider, with Ed25519.
    EdDSA,
}

impl From<Signature> for Algorithm {
    fn from(signature: Signature) -> Self {
        match signature {
            Signature::HS256 => Self::HS256,
            Signature::RS256 => Self::RS256,
            Signature::ES256 => Self::ES256,
            Signature::EdDSA => Self::EdDSA,
        }
    }
}

/// RFC 7518, section 3.2: an HS256 key has at least the size of the hash.
const LEAST_SECRET_BYTES: usize = 32;

/// What a token says of its user.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
    role: Role,
    exp: i64,
    iat: i64,
    /// A language tag (OpenID Connect Core, section 5.1). Whatever else stands there is no reason to refuse a token.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    locale: Value,
}

/// A token as it is made here. Others name several audiences, of which one must be ours (RFC 7519, section 4.1.3).
#[derive(Serialize)]
struct Issued<'a> {
    #[serde(flatten)]
    claims: Claims,
    iss: &'a str,
    aud: &'a str,
}

/// Why there is no caller, or no token. Says nothing about the secret.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is expired, for somebody else, or not signed as it must be.
    #[error("the token is not valid: {0}")]
    Invalid(String),
    /// Nothing can be checked before the identity provider's keys were read once.
    #[error("the identity provider's keys are not known yet")]
    NoKeys,
    /// It can't be made here.
    #[error("tokens come from the identity provider ({0}), not from here")]
    NotOurs(Url),
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(_) => Self::unauthenticated(error.to_string()),
            TokenError::NoKeys => Self::unavailable("identity provider", &error),
            TokenError::NotOurs(_) => Self::internal(&error),
        }
    }
}

enum Keys {
    Shared { decoding: DecodingKey, encoding: EncodingKey },
    Published(Arc<Published>),
}

/// Checks and issues tokens.
pub struct Authenticator {
    keys: Keys,
    validation: Validation,
    issuer: String,
    audience: String,
}

impl Authenticator {
    /// Reads the settings.
    ///
    /// # Errors
    /// When the secret is too short to be one, or nothing says where the keys are.
    pub fn new(settings: &AuthSettings) -> anyhow::Result<Self> {
        Self::with_pace(settings, Pace::default())
    }

    pub(super) fn with_pace(settings: &AuthSettings, pace: Pace) -> anyhow::Result<Self> {
        let algorithm = Algorithm::from(settings.algorithm);
        let keys = match (settings.algorithm, &settings.jwks_url) {
            (Signature::HS256, _) => shared(settings.secret.expose_secret().as_bytes())?,
            (_, Some(url)) => Keys::Published(Arc::new(Published::new(url.clone(), algorithm, pace)?)),
            (_, None) => anyhow::bail!("auth.algorithm {algorithm:?} needs auth.jwks_url"),
        };
        // The algorithm is pinned here, not read from the token: `none` or another family is refused.
        let mut validation = Validation::new(algorithm);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(Self { keys, validation, issuer: settings.issuer.clone(), audience: settings.audience.clone() })
    }

    /// Keeps the identity provider's keys up to date until `shutdown`, if there is a provider.
    pub fn keep_keys(&self, shutdown: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let published = match &self.keys {
            Keys::Shared { .. } => None,
            Keys::Published(published) => Some(Arc::clone(published)),
        };
        async move {
            if let Some(published) = published {
                published.keep(shutdown).await;
            }
        }
    }

    /// Adds the identity provider's keys as a dependency, if there is a provider: no token is accepted before they were
    /// read once.
    #[must_use]
    pub fn add_to(&self, readiness: Readiness) -> Readiness {
        let Keys::Published(published) = &self.keys else { return readiness };
        let published = Arc::clone(published);
        readiness.with("identity_provider", move || {
            let known = published.are_known();
            async move { if known { Ok(()) } else { Err(TokenError::NoKeys.to_string()) } }
        })
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// When it is expired, not yet valid, for somebody else or not signed by us.
    pub fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        let invalid = |error: jsonwebtoken::errors::Error| TokenError::Invalid(error.to_string());
        let header = jsonwebtoken::decode_header(token).map_err(invalid)?;
        check_header(&header)?;
        let claims = match &self.keys {
            Keys::Shared { decoding, .. } => {
                jsonwebtoken::decode::<Claims>(token, decoding, &self.validation)
            }
            Keys::Published(published) => {
                let key = published.find(header.kid.as_deref())?;
                jsonwebtoken::decode::<Claims>(token, &key, &self.validation)
            }
        };
        let claims = claims.map_err(invalid)?.claims;
        let now = Utc::now().timestamp();
        if claims.iat > now + 60 {
            return Err(TokenError::Invalid("it was issued in the future".into()));
        }
        let user_id =
            user_id(&claims.sub).ok_or_else(|| TokenError::Invalid("sub is not a user id".into()))?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0)
            .ok_or_else(|| TokenError::Invalid("exp is not a time".into()))?;
        let locale = claims.locale.as_str().and_then(Locale::of_tag);
        Ok(Caller { user_id, role: claims.role, expires_at, locale })
    }

    /// A token for development and tests.
    ///
    /// # Errors
    /// When it can't be signed here or would end after the calendar does.
    pub fn issue(&self, user_id: UserId, role: Role, ttl: Duration) -> Result<String, TokenError> {
        let encoding = match &self.keys {
            Keys::Shared { encoding, .. } => encoding,
            Keys::Published(published) => return Err(TokenError::NotOurs(published.url().clone())),
        };
        if user_id.0 <= 0 {
            return Err(TokenError::Invalid("a user id is a positive number".into()));
        }
        let now = Utc::now();
        let end = now
            .checked_add_signed(ttl)
            .ok_or_else(|| TokenError::Invalid("it would outlast the calendar".into()))?;
        let claims = Claims {
            sub: user_id.to_string(),
            role,
            exp: end.timestamp(),
            iat: now.timestamp(),
            locale: Value::Null,
        };
        let issued = Issued { claims, iss: &self.issuer, aud: &self.audience };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &issued, encoding)
            .map_err(|error| TokenError::Invalid(error.to_string()))
    }
}

/// Refuses what the signature alone does not rule out. An extension that the header calls critical must be understood
/// (RFC 7515, section 4.1.11), and none is known here. A token of another type is for another use (RFC 8725, section
/// 3.11).
fn check_header(header: &Header) -> Result<(), TokenError> {
    let refused = |reason: &str| Err(TokenError::Invalid(reason.into()));
    if header.crit.is_some() {
        return refused("its header has a critical extension that is not known here");
    }
    if header.enc.is_some() || header.cty.is_some() {
        return refused("a token inside another is not accepted");
    }
    // RFC 9068: an identity provider's access token. `application/` may be left out (RFC 7515, section 4.1.9).
    let is_access_token = header.typ.as_deref().is_none_or(|r#type| {
        let r#type = r#type.to_ascii_lowercase();
        ["jwt", "at+jwt"].contains(&r#type.strip_prefix("application/").unwrap_or(&r#type))
    });
    if is_access_token { Ok(()) } else { refused("its type is not that of an access token") }
}

/// A user's id has one spelling: digits without a sign or leading zeros. Two spellings of one user would be two to
/// whoever compares texts.
fn user_id(sub: &str) -> Option<UserId> {
    let is_plain = sub.bytes().all(|byte| byte.is_ascii_digit()) && !sub.starts_with('0');
    sub.parse().ok().filter(|_| is_plain).map(UserId)
}

fn shared(secret: &[u8]) -> anyhow::Result<Keys> {
    anyhow::ensure!(
        secret.len() >= LEAST_SECRET_BYTES,
        "auth.secret has {} bytes; HS256 needs at least {LEAST_SECRET_BYTES}",
        secret.len()
    );
    Ok(Keys::Shared {
        decoding: DecodingKey::from_secret(secret),
        encoding: EncodingKey::from_secret(secret),
    })
}
