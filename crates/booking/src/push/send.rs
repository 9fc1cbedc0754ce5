//! One request to a push service (RFC 8030), over a connection to an address that was looked at.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{HeaderMap, StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};
use url::Url;

use super::endpoint::is_public;
use super::key::VapidKey;
use super::message::Message;

/// How long a request may take, from the name's resolution to the answer.
const WITHIN: Duration = Duration::from_secs(10);
/// A push service that wants us to wait for longer is asked before that.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// The outcome of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The push service has it.
    Delivered,
    /// The subscription has ended.
    Gone,
    /// It fails in the same way again.
    Refused(String),
    /// It may succeed later, and not before so long.
    Later(String, Duration),
}

/// Sends to push services. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sender {
    agent: Agent,
    key: Arc<VapidKey>,
}

/// A message and where it goes.
pub(super) struct Request {
    pub(super) endpoint: String,
    pub(super) p256dh: Vec<u8>,
    pub(super) auth: Vec<u8>,
    pub(super) message: Message,
    /// How long the push service may keep it.
    pub(super) ttl: Duration,
}

impl Sender {
    /// One that sends in the name of a key; to addresses on the internet only, unless `allow_local`.
    pub(super) fn new(key: Arc<VapidKey>, allow_local: bool) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(!allow_local)
            // A redirect could lead anywhere, and so could a proxy.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(WITHIN))
            .user_agent("swapwire")
            .build();
        let resolver = OutsideOnly { inner: DefaultResolver::default(), allow_local };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver), key }
    }

    /// Sends a message. Blocks.
    pub(super) fn send(&self, request: Request) -> Outcome {
        let Request { endpoint, p256dh, auth, message, ttl } = request;
        let Ok(url) = Url::parse(&endpoint) else { return Outcome::Refused("no address".into()) };
        let body = match message.encrypted(&p256dh, &auth) {
            Ok(body) => body,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        let authorization = match self.key.authorization(&url) {
            Ok(authorization) => authorization,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        let answer = self
            .agent
            .post(endpoint)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", ttl.as_secs().to_string())
            .send(&body);
        match answer {
            Ok(answer) => outcome(answer.status(), answer.headers()),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                Outcome::Refused(error.to_string())
            }
            Err(error) => Outcome::Later(error.to_string(), Duration::ZERO),
        }
    }
}

/// What a push service's answer means (RFC 8030, sections 5 and 7.3).
fn outcome(status: StatusCode, headers: &HeaderMap) -> Outcome {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        status if status.is_success() => Outcome::Delivered,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Outcome::Later(status.to_string(), wait(headers))
        }
        status if status.is_server_error() => Outcome::Later(status.to_string(), wait(headers)),
        status => Outcome::Refused(status.to_string()),
    }
}

fn wait(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0)).min(LONGEST_WAIT)
}

/// Resolves names, and refuses those that lead into a private network. The connection goes to what was looked at: a
/// name that is resolved differently a moment later changes nothing.
#[derive(Debug)]
struct OutsideOnly {
    inner: DefaultResolver,
    allow_local: bool,
}

impl Resolver for OutsideOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        if self.allow_local || addresses.iter().all(|address| is_public(address.ip())) {
            return Ok(addresses);
        }
        let refused =
            io::Error::new(io::ErrorKind::PermissionDenied, "the endpoint leads into a private network");
        Err(Error::Io(refused))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use events::{Level, MessageKind, NotificationId};
    use p256::elliptic_curve::sec1::ToEncodedPoint;

    use super::*;

    #[test]
    fn what_leads_into_a_private_network_is_refused_at_the_time_of_sending() {
        let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
        let key = VapidKey::new(&URL_SAFE_NO_PAD.encode([7; 32]).into(), None).unwrap();
        let sender = Sender::new(Arc::new(key), false);
        for endpoint in ["https://127.0.0.1:9/", "https://localhost:9/", "https://[::1]:9/"] {
            let outcome = sender.send(Request {
                endpoint: endpoint.into(),
                p256dh: secret.public_key().to_encoded_point(false).as_bytes().to_vec(),
                auth: vec![0; 16],
                message: Message {
                    notification_id: NotificationId(1),
                    r#type: MessageKind::Notification,
                    title: "T".into(),
                    message: "M".into(),
                    level: Level::Info,
                    booking_id: None,
                },
                ttl: Duration::from_secs(1),
            });
            let refused = "the endpoint leads into a private network";
            assert_eq!(outcome, Outcome::Refused(refused.into()), "{endpoint}");
        }
    }

    #[test]
    fn a_push_service_says_whether_to_try_again_and_when() {
        let after = |seconds: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, seconds.parse().unwrap());
            outcome(StatusCode::TOO_MANY_REQUESTS, &headers)
        };
        let later = |seconds| Outcome::Later("429 Too Many Requests".into(), Duration::from_secs(seconds));
        assert_eq!(after("120"), later(120));
        assert_eq!(after("9999999"), later(3_600));
        assert_eq!(after("Wed, 21 Oct 2026 07:28:00 GMT"), later(0));
        let plain = |status: u16| outcome(StatusCode::from_u16(status).unwrap(), &HeaderMap::new());
        assert_eq!((plain(201), plain(404), plain(410)), (Outcome::Delivered, Outcome::Gone, Outcome::Gone));
        assert!(matches!(plain(503), Outcome::Later(..)));
        for status in [301, 400, 401, 403, 413] {
            assert!(matches!(plain(status), Outcome::Refused(_)), "{status}");
        }
    }
}
