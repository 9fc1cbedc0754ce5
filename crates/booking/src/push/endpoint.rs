//! Where a push service takes messages. A rider names it and we send there, so it must not lead into our own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

/// What the table admits.
const MOST_BYTES: usize = 2_048;
/// The longest that a name's resolution may take.
const RESOLVE_WITHIN: Duration = Duration::from_secs(2);

/// An address that something can be sent to.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Endpoint(pub(super) Url);

impl TryFrom<String> for Endpoint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).map_err(|_| "must be an https address")?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !plain || url.port() == Some(0) {
            return Err("must be an https address");
        }
        if url.as_str().len() > MOST_BYTES {
            return Err("must have at most 2048 bytes");
        }
        Ok(Self(url))
    }
}

impl Endpoint {
    /// Whether it is secret on its way and leads to a public address, as far as is known now. What can't be resolved
    /// now is looked at again before each message.
    pub(super) async fn is_outside(&self) -> bool {
        let addresses = match self.0.host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => resolve(name).await,
            None => return false,
        };
        self.0.scheme() == "https" && addresses.into_iter().all(is_public)
    }
}

async fn resolve(name: &str) -> Vec<IpAddr> {
    match tokio::time::timeout(RESOLVE_WITHIN, tokio::net::lookup_host((name, 443))).await {
        Ok(Ok(addresses)) => addresses.map(|address| address.ip()).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// Whether anybody on the internet can be there (IANA's registries of special-purpose addresses).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, shared between carriers and subscribers, protocol assignments, the old 6to4 relays,
        // benchmarks, and what is multicast or reserved.
        [0, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] | [224..=255, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        _ => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_documentation()
        }
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64: the address behind it counts.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        // Protocol assignments, Teredo among them, documentation, and 6to4.
        [0x2001, 0..0x200, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..0x1000, ..] => false,
        // Everything else that is global unicast. What maps an IPv4 address is not.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_internet_is_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "100::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2a00:1450::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_endpoint_is_an_address_without_credentials() {
        for text in [
            "",
            "push",
            "ftp://push.example/",
            "https://",
            "https://user@push.example/",
            "https://:secret@push.example/",
            "https://push.example/#part",
            "https://push.example:0/",
            "data:,x",
            &format!("https://p.example/{}", "x".repeat(2_048)),
        ] {
            assert!(Endpoint::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(Endpoint::try_from("https://push.example/send/abc?x=1".to_owned()).is_ok());
    }

    #[tokio::test]
    async fn an_endpoint_that_leads_into_a_private_network_is_not_outside() {
        for text in [
            "http://8.8.8.8/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://10.0.0.1:8443/",
            "https://2130706433/",
            "https://0x7f.1/",
        ] {
            assert!(!Endpoint::try_from(text.to_owned()).unwrap().is_outside().await, "{text}");
        }
        assert!(Endpoint::try_from("https://8.8.8.8/".to_owned()).unwrap().is_outside().await);
    }
}
