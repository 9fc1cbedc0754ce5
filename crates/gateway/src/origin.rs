//! Which pages may open a socket. A browser sends `Origin` and can't forge it; other clients send none.

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use service::Problem;
use url::Url;

/// Refuses pages of foreign origins.
pub(crate) fn check(headers: &HeaderMap, allowed: &[Url]) -> Result<(), Problem> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let known = origin.to_str().ok().and_then(|text| Url::parse(text).ok()).is_some_and(|origin| {
        let own_host = headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(|host| authority(&origin).as_deref() == Some(host));
        own_host || allowed.iter().any(|allowed| allowed.origin() == origin.origin())
    });
    if known { Ok(()) } else { Err(Problem::forbidden("Pages of this origin may not connect.")) }
}

/// `host` or `host:port`, as a `Host` header has it.
fn authority(origin: &Url) -> Option<String> {
    let host = origin.host_str()?;
    Some(origin.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn checked(origin: Option<&'static str>) -> bool {
        let mut request = TestRequest::default().insert_header((HOST, "swap.example:8000"));
        if let Some(origin) = origin {
            request = request.insert_header((ORIGIN, origin));
        }
        let allowed = [Url::parse("https://wall.example").unwrap()];
        check(request.to_http_request().headers(), &allowed).is_ok()
    }

    #[test]
    fn own_and_listed_origins_and_clients_without_one_may_connect() {
        assert!(checked(None));
        assert!(checked(Some("http://swap.example:8000")));
        assert!(checked(Some("https://wall.example")));
    }

    #[test]
    fn foreign_origins_may_not_connect() {
        for origin in ["http://swap.example", "https://wall.example.evil", "null", "http://wall.example"] {
            assert!(!checked(Some(origin)), "{origin}");
        }
    }
}
