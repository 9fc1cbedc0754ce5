//! Who is calling: the bearer of a token, and what each role may do.

mod keys;
mod reader;
mod token;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use events::{Locale, UserId};
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::rate::Rates;

pub use reader::Reader;
pub use token::{AuthSettings, Authenticator, Signature, TokenError};

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

/// Somebody with a valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The `sub`.
    pub user_id: UserId,
    /// The `role`.
    pub role: Role,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
    /// The language of its `locale`, if it names one that messages are written in.
    pub locale: Option<Locale>,
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
        ready(counted(request, || identify(request)))
    }
}

/// Who the token of a request speaks for.
fn identify(request: &HttpRequest) -> Result<Caller, Problem> {
    let Some(authenticator) = request.app_data::<Data<Authenticator>>() else {
        return Err(Problem::internal(&"no authenticator in the application"));
    };
    match bearer(request.headers()) {
        None => Err(Problem::unauthenticated("Send Authorization: Bearer <token>.")),
        Some(token) => Ok(authenticator.verify(token)?),
    }
}

#[cfg(test)]
mod tests;
