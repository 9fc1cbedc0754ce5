//! Whose request it is, behind proxies: what the limits count by.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::dev::RequestHead;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of a request's sender: the one that a trusted proxy names, otherwise the peer's.
#[must_use]
pub fn client_address(head: &RequestHead, trusted_proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = head.peer_addr?.ip();
    if !trusted_proxies.contains(&peer) {
        return Some(peer);
    }
    let list = head.headers.get(FORWARDED_FOR).and_then(|list| list.to_str().ok());
    let named = list.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    Some(named.unwrap_or(peer))
}

/// The proxies that are trusted unless the settings say otherwise: those on the same machine.
#[must_use]
pub fn loopback() -> Vec<IpAddr> {
    vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(peer: &str, forwarded: &str) -> Option<IpAddr> {
        let request = TestRequest::default()
            .insert_header((FORWARDED_FOR, forwarded))
            .peer_addr(format!("{peer}:1000").parse().unwrap())
            .to_http_request();
        client_address(request.head(), &["127.0.0.1".parse().unwrap()])
    }

    #[test]
    fn only_a_trusted_proxy_says_whose_request_it_is() {
        assert_eq!(address("127.0.0.1", "10.0.0.9, 192.0.2.7"), "192.0.2.7".parse().ok());
        assert_eq!(address("127.0.0.1", "nonsense"), "127.0.0.1".parse().ok());
        assert_eq!(address("198.51.100.1", "192.0.2.7"), "198.51.100.1".parse().ok());
    }
}
