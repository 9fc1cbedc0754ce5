//! Who is calling: a JWT whose algorithm, issuer and audience are pinned by the settings.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Duration, Utc};
use events::UserId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::rate::Rates;

/// How tokens are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// The shared secret of HS256, at least 32 bytes. No default.
    pub secret: SecretString,
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

/// RFC 7518, section 3.2: an HS256 key has at least the size of the hash.
const LEAST_SECRET_BYTES: usize = 32;

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Books for oneself.
    Rider,
    /// Runs one's own stations.
    Operator,
    /// Everything, for anybody.
    Admin,
}

/// What a token says of its user.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
    role: Role,
    exp: i64,
    iat: i64,
}

/// A token as it is made here. Others name several audiences, of which one must be ours (RFC 7519, section 4.1.3).
#[derive(Serialize)]
struct Issued<'a> {
    #[serde(flatten)]
    claims: Claims,
    iss: &'a str,
    aud: &'a str,
}

/// Somebody with a valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The `sub`.
    pub user_id: UserId,
    /// The `role`.
    pub role: Role,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

impl Caller {
    /// Whether the caller acts for anybody.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// The owner that the caller is limited to; `None` for an admin.
    #[must_use]
    pub fn limited_to(&self) -> Option<UserId> {
        (!self.is_admin()).then_some(self.user_id)
    }

    /// Refuses riders.
    ///
    /// # Errors
    /// 403 for a rider.
    pub fn require_operator(&self) -> Result<(), Problem> {
        match self.role {
            Role::Operator | Role::Admin => Ok(()),
            Role::Rider => Err(Problem::forbidden("Only operators change stations and batteries.")),
        }
    }

    /// Refuses operators: they have no orders.
    ///
    /// # Errors
    /// 403 for an operator.
    pub fn require_rider(&self) -> Result<(), Problem> {
        match self.role {
            Role::Rider | Role::Admin => Ok(()),
            Role::Operator => Err(Problem::forbidden("Only riders have orders.")),
        }
    }

    /// Refuses everybody else.
    ///
    /// # Errors
    /// 403 unless an admin calls.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if self.is_admin() { Ok(()) } else { Err(Problem::forbidden("Only an admin does this.")) }
    }
}

/// Why a token isn't accepted. Says nothing about the secret.
#[derive(Debug, thiserror::Error)]
#[error("the token is not valid: {0}")]
pub struct TokenError(String);

/// Checks and issues tokens.
pub struct Authenticator {
    decoding: DecodingKey,
    encoding: EncodingKey,
    validation: Validation,
    issuer: String,
    audience: String,
}

impl Authenticator {
    /// Reads the keys.
    ///
    /// # Errors
    /// When the secret is too short to be one.
    pub fn new(settings: &AuthSettings) -> anyhow::Result<Self> {
        let secret = settings.secret.expose_secret().as_bytes();
        anyhow::ensure!(
            secret.len() >= LEAST_SECRET_BYTES,
            "auth.secret has {} bytes; HS256 needs at least {LEAST_SECRET_BYTES}",
            secret.len()
        );
        // The algorithm stands here and not in the token: `none` or another family is refused.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(Self {
            decoding: DecodingKey::from_secret(secret),
            encoding: EncodingKey::from_secret(secret),
            validation,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
        })
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// When it is expired, not yet valid, for somebody else or not signed by us.
    pub fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| TokenError(error.to_string()))?
            .claims;
        let now = Utc::now().timestamp();
        if claims.iat > now + 60 {
            return Err(TokenError("it was issued in the future".into()));
        }
        let user_id = claims.sub.parse().map_err(|_| TokenError("sub is not a user id".into()))?;
        let expires_at =
            DateTime::from_timestamp(claims.exp, 0).ok_or_else(|| TokenError("exp is not a time".into()))?;
        Ok(Caller { user_id, role: claims.role, expires_at })
    }

    /// A token for development and tests.
    ///
    /// # Errors
    /// When it can't be signed or would end after the calendar does.
    pub fn issue(&self, user_id: UserId, role: Role, ttl: Duration) -> Result<String, TokenError> {
        let now = Utc::now();
        let end =
            now.checked_add_signed(ttl).ok_or_else(|| TokenError("it would outlast the calendar".into()))?;
        let claims = Claims { sub: user_id.to_string(), role, exp: end.timestamp(), iat: now.timestamp() };
        let issued = Issued { claims, iss: &self.issuer, aud: &self.audience };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &issued, &self.encoding)
            .map_err(|error| TokenError(error.to_string()))
    }
}

/// The token of the `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Counts a write, first to its address, then to its caller; of reads those whose token isn't valid, so that
/// guessing one is limited too.
fn counted(
    request: &HttpRequest,
    identify: impl FnOnce() -> Result<Caller, Problem>,
) -> Result<Caller, Problem> {
    let Some(rates) = request.app_data::<Data<Rates>>() else { return identify() };
    if request.method().is_safe() {
        let caller = identify();
        if caller.is_err() {
            rates.count_address(request.head())?;
        }
        return caller;
    }
    rates.count_address(request.head())?;
    let caller = identify()?;
    rates.count_user(caller.user_id)?;
    Ok(caller)
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(authenticator) = request.app_data::<Data<Authenticator>>() else {
            return ready(Err(Problem::internal(&"no authenticator in the application")));
        };
        ready(counted(request, || match bearer(request.headers()) {
            None => Err(Problem::unauthenticated("Send Authorization: Bearer <token>.")),
            Some(token) => {
                authenticator.verify(token).map_err(|error| Problem::unauthenticated(error.to_string()))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::rate::RateSettings;

    fn authenticator(secret: &str, audience: &str) -> Authenticator {
        Authenticator::new(&AuthSettings {
            secret: secret.into(),
            issuer: "swapwire".into(),
            audience: audience.into(),
        })
        .unwrap()
    }

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_speaks_for_its_user_and_role() {
        let ours = authenticator(SECRET, "swapwire");
        let token = ours.issue(UserId(42), Role::Rider, Duration::hours(1)).unwrap();
        let caller = ours.verify(&token).unwrap();
        assert_eq!((caller.user_id, caller.role), (UserId(42), Role::Rider));
    }

    #[test]
    fn one_of_several_audiences_is_enough() {
        let ours = authenticator(SECRET, "swapwire");
        let claims = |audience: serde_json::Value| {
            let now = Utc::now().timestamp();
            serde_json::json!({ "sub": "42", "role": "rider", "exp": now + 60, "iat": now, "iss": "swapwire", "aud": audience })
        };
        let signed =
            |claims| jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &ours.encoding).unwrap();
        ours.verify(&signed(claims(serde_json::json!(["billing", "swapwire"])))).unwrap();
        assert!(ours.verify(&signed(claims(serde_json::json!(["billing"])))).is_err());
    }

    #[test]
    fn a_token_for_longer_than_there_are_dates_is_not_issued() {
        let ours = authenticator(SECRET, "swapwire");
        assert!(ours.issue(UserId(42), Role::Rider, Duration::MAX).is_err());
    }

    #[test]
    fn reading_with_wrong_tokens_is_limited_and_with_a_right_one_is_not() {
        let ours = authenticator(SECRET, "swapwire");
        let token = ours.issue(UserId(42), Role::Rider, Duration::hours(1)).unwrap();
        let settings = RateSettings { address_per_s: 1, address_burst: 2, ..RateSettings::default() };
        let (ours, rates) = (Data::new(ours), Data::new(Rates::new(settings)));
        let read = |token: &str| {
            let request = TestRequest::get()
                .peer_addr("192.0.2.1:9".parse().unwrap())
                .insert_header((AUTHORIZATION, format!("Bearer {token}")))
                .app_data(ours.clone())
                .app_data(rates.clone())
                .to_http_request();
            Caller::from_request(&request, &mut Payload::None).into_inner().map_err(|problem| problem.status)
        };
        let guesses = ["a", "b", "c"].map(|guess| read(guess).unwrap_err());
        assert_eq!(guesses.map(|status| status.as_u16()), [401, 401, 429]);
        for _ in 0..5 {
            read(&token).unwrap();
        }
    }

    #[test]
    fn an_expired_token_is_refused() {
        let ours = authenticator(SECRET, "swapwire");
        let token = ours.issue(UserId(42), Role::Rider, Duration::seconds(-1)).unwrap();
        assert!(ours.verify(&token).is_err());
    }

    #[test]
    fn a_token_of_another_audience_or_secret_is_refused() {
        let ours = authenticator(SECRET, "swapwire");
        for other in [authenticator(SECRET, "other"), authenticator(&SECRET.to_uppercase(), "swapwire")] {
            let token = other.issue(UserId(42), Role::Admin, Duration::hours(1)).unwrap();
            assert!(ours.verify(&token).is_err());
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        // {"alg":"none"} . {"sub":"1","role":"admin","exp":9999999999,"iat":0,"iss":"swapwire","aud":"swapwire"}
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZSI6ImFkbWluIiwiZXhwIjo5OTk5OTk5OTk5LCJpYXQiOjAsImlzcyI6InN3YXB3aXJlIiwiYXVkIjoic3dhcHdpcmUifQ.";
        assert!(authenticator(SECRET, "swapwire").verify(token).is_err());
    }

    #[test]
    fn a_short_secret_is_refused_at_start() {
        let settings = AuthSettings { secret: "short".into(), issuer: "a".into(), audience: "b".into() };
        assert!(Authenticator::new(&settings).is_err());
    }
}
