//! Which pages may open a connection. A browser sends `Origin` and can't forge it; other clients send none.

use std::net::IpAddr;

use actix_http::RequestHead;
use actix_web::http::header::{HOST, ORIGIN};
use service::Problem;
use url::Url;

const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Refuses pages of foreign origins. Our own origin is the host that the request was sent to, by the scheme that a
/// trusted proxy names.
pub(super) fn check(head: &RequestHead, allowed: &[Url], trusted_proxies: &[IpAddr]) -> Result<(), Problem> {
    let refused = || Problem::forbidden("Pages of this origin may not connect.");
    let mut origins = head.headers.get_all(ORIGIN);
    let Some(origin) = origins.next() else { return Ok(()) };
    if origins.next().is_some() {
        return Err(refused());
    }
    let origin = origin.to_str().ok().and_then(parse).ok_or_else(refused)?;
    let own = own_origin(head, trusted_proxies);
    let is_known = own.is_some_and(|own| own.origin() == origin.origin())
        || allowed.iter().any(|allowed| allowed.origin() == origin.origin());
    if is_known { Ok(()) } else { Err(refused()) }
}

/// An origin as RFC 6454 writes it: scheme, host and port, and nothing else.
fn parse(text: &str) -> Option<Url> {
    let origin = Url::parse(text).ok()?;
    let is_bare = origin.username().is_empty()
        && origin.password().is_none()
        && !text.contains('@')
        && origin.query().is_none()
        && origin.fragment().is_none()
        && origin.path() == "/"
        && !text.ends_with('/');
    is_bare.then_some(origin)
}

fn own_origin(head: &RequestHead, trusted_proxies: &[IpAddr]) -> Option<Url> {
    let mut hosts = head.headers.get_all(HOST);
    let host = hosts.next().filter(|_| hosts.next().is_none())?.to_str().ok()?;
    let is_proxied = head.peer_addr.is_some_and(|peer| trusted_proxies.contains(&peer.ip()));
    let scheme =
        head.headers.get(FORWARDED_PROTO).filter(|_| is_proxied).and_then(|scheme| scheme.to_str().ok());
    match scheme.unwrap_or("http") {
        scheme @ ("http" | "https") => Url::parse(&format!("{scheme}://{host}")).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use actix_web::test::TestRequest;

    use super::*;

    fn checked(headers: &[(&'static str, &'static str)]) -> bool {
        let mut request = TestRequest::default()
            .peer_addr("127.0.0.1:9".parse().unwrap())
            .insert_header((HOST, "swap.example:8000"));
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            request = request.append_header((name, HeaderValue::from_static(value)));
        }
        let allowed = [Url::parse("https://wall.example").unwrap()];
        check(request.to_http_request().head(), &allowed, &["127.0.0.1".parse().unwrap()]).is_ok()
    }

    #[test]
    fn own_and_listed_origins_and_clients_without_one_may_connect() {
        assert!(checked(&[]));
        assert!(checked(&[("origin", "http://swap.example:8000")]));
        assert!(checked(&[("origin", "https://wall.example")]));
        let https = ("x-forwarded-proto", "https");
        assert!(checked(&[("origin", "https://swap.example:8000"), https]));
        assert!(!checked(&[("origin", "http://swap.example:8000"), https]));
    }

    #[test]
    fn foreign_origins_may_not_connect() {
        for origin in [
            "http://swap.example",
            "https://swap.example:8000",
            "http://swap.example:8001",
            "http://user@swap.example:8000",
            "http://@swap.example:8000",
            "http://swap.example:8000/path",
            "https://wall.example.evil",
            "https://wall.example:444",
            "null",
            "http://wall.example",
            "",
        ] {
            assert!(!checked(&[("origin", origin)]), "{origin}");
        }
        let own = ("origin", "http://swap.example:8000");
        assert!(!checked(&[own, own]), "a browser sends one");
    }
}
