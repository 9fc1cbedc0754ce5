//! The caller of public endpoints, with or without a token.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::{Caller, identify};
use crate::Problem;
use crate::rate::Rates;

/// The bearer of a valid token, or an anonymous client. Anonymous reads are counted by address.
#[derive(Debug)]
pub struct Reader(Result<Caller, Problem>);

impl Reader {
    /// Who it is, where that matters.
    ///
    /// # Errors
    /// 401 for an anonymous client.
    pub fn caller(self) -> Result<Caller, Problem> {
        self.0
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = identify(request);
        if let (Err(_), Some(rates)) = (&caller, request.app_data::<Data<Rates>>()) {
            return ready(rates.count_anonymous(request.head()).map(|()| Self(caller)));
        }
        ready(Ok(Self(caller)))
    }
}
