//! The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07): a client that got no answer asks
//! again with the same key and gets the first answer, not a second booking.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest};
use service::Problem;

/// Tells a client that it reads an answer that was given before.
pub(super) const REPLAYED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true"));

const HEADER: &str = "idempotency-key";
/// The longest key, in characters.
const LONGEST: usize = 255;

/// The key of a request, if it has one. Opaque: two keys are the same when their characters are.
#[derive(Debug)]
pub(super) struct Idempotency(pub(super) Option<String>);

impl FromRequest for Idempotency {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut keys = request.headers().get_all(HEADER);
        ready(match (keys.next(), keys.next()) {
            (None, _) => Ok(Self(None)),
            (Some(key), None) => read(key).map(|key| Self(Some(key))),
            _ => Err(Problem::invalid("Idempotency-Key", "must be sent once")),
        })
    }
}

/// # Errors
/// 400 when it has bytes that no key has, 422 when it is empty or too long.
fn read(key: &HeaderValue) -> Result<String, Problem> {
    let is_visible = key.as_bytes().iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let key = key.to_str().ok().filter(|_| is_visible).map(str::trim).ok_or_else(|| {
        Problem::bad_request("The Idempotency-Key holds something other than visible ASCII characters.")
    })?;
    if (1..=LONGEST).contains(&key.len()) {
        Ok(key.to_owned())
    } else {
        Err(Problem::invalid("Idempotency-Key", format!("must have 1 to {LONGEST} characters")))
    }
}
