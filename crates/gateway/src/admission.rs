//! The way in: who may open which channel, decided before a byte of the stream is sent. The same for a
//! WebSocket and for a stream of Server-Sent Events.

use actix_http::RequestHead;
use actix_web::http::header::{HeaderMap, SEC_WEBSOCKET_PROTOCOL};
use events::{BoundingBox, StationId};
use service::address::client_address;
use service::{Caller, Problem, auth};
use url::form_urlencoded;

use crate::context::Gateway;
use crate::hub::{Channel, Refused, Start};
use crate::limits::{Admitted, Full};
use crate::origin;

/// The subprotocol that a browser names together with its token.
pub(crate) const PROTOCOL: &str = "swap.v1";
const TOKEN_PROTOCOL: &str = "bearer.";
/// Where a browser writes the last event that it has seen.
const LAST_EVENT_ID: &str = "last-event-id";

/// Somebody who may come in.
pub(crate) struct Admission {
    pub(crate) channel: Channel,
    pub(crate) caller: Option<Caller>,
    pub(crate) since: Option<String>,
    pub(crate) admitted: Admitted,
}

/// A channel as a path names it.
enum Path {
    Stations,
    Station(StationId),
    Notifications,
}

impl Path {
    /// Reads the path behind `/ws` or `/sse`.
    fn parse(path: &str) -> Option<Self> {
        let mut parts = path.trim_end_matches('/').split('/').skip(2);
        match (parts.next()?, parts.next(), parts.next()) {
            ("stations", None, None) => Some(Self::Stations),
            ("stations", Some(id), None) => Some(Self::Station(StationId(id.parse().ok()?))),
            ("notifications", None, None) => Some(Self::Notifications),
            _ => None,
        }
    }
}

/// The pattern that a path fits, for the access log.
pub(crate) fn route(path: &str) -> String {
    let root = path.split('/').nth(1).unwrap_or_default();
    match Path::parse(path) {
        Some(Path::Stations) => format!("/{root}/stations"),
        Some(Path::Station(_)) => format!("/{root}/stations/{{station_id}}"),
        Some(Path::Notifications) => format!("/{root}/notifications"),
        None => "unmatched".into(),
    }
}

/// Decides on a request.
pub(crate) async fn admit(gateway: &Gateway, head: &RequestHead) -> Result<Admission, Problem> {
    let path = head.uri.path();
    let (channel, caller) = match Path::parse(path) {
        Some(Path::Stations) => (area(head)?.map_or(Channel::AllStations, Channel::Box), None),
        Some(Path::Station(id)) => (Channel::Station(id), None),
        Some(Path::Notifications) => {
            let caller = caller(gateway, &head.headers)?;
            (Channel::User(caller.user_id), Some(caller))
        }
        None if path.contains("/stations/") => return Err(unknown_station()),
        None => return Err(Problem::not_found("not-found", format!("There is nothing at {path}."))),
    };
    origin::check(&head.headers, &gateway.settings.allowed_origins)?;
    let address = client_address(head, &gateway.settings.trusted_proxies);
    let user = caller.map(|caller| caller.user_id);
    let admitted = gateway.limits.admit(address, user).map_err(|full| {
        metrics::counter!("swapwire_gateway_refused_total", "limit" => full.name()).increment(1);
        match full {
            Full::Total => Problem::unready("There is no room for another connection. Try again."),
            Full::Address | Full::User => Problem::too_many(full.sentence()),
        }
    })?;
    gateway.hub.known(channel, gateway.settings.unknown_station_wait()).await.map_err(refused)?;
    // A browser comes back to the address that it was given, with what it has seen since in the header.
    let since =
        header(&head.headers, LAST_EVENT_ID).map(ToOwned::to_owned).or_else(|| parameter(head, "since"));
    if let Some(since) = &since {
        gateway.hub.catches_up(channel, since, gateway.settings.unknown_station_wait()).await;
    }
    Ok(Admission { channel, caller, since, admitted })
}

/// Where the admitted one starts.
pub(crate) fn start(gateway: &Gateway, admission: &Admission) -> Result<Start, Problem> {
    gateway.hub.start(admission.channel, admission.since.as_deref()).map_err(refused)
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::NotLive => Problem::unready("The realtime feed is not live. Try again."),
        Refused::UnknownStation => unknown_station(),
    }
}

fn unknown_station() -> Problem {
    Problem::not_found("station-not-found", "There is no station with this id.")
}

fn area(head: &RequestHead) -> Result<Option<BoundingBox>, Problem> {
    parameter(head, "bbox")
        .map(|text| BoundingBox::try_from(text).map_err(|message| Problem::invalid("bbox", message)))
        .transpose()
}

fn caller(gateway: &Gateway, headers: &HeaderMap) -> Result<Caller, Problem> {
    let token = token(headers).ok_or_else(|| {
        Problem::unauthenticated("Send the token as Authorization: Bearer or as a subprotocol.")
    })?;
    Ok(gateway.authenticator.verify(&token)?)
}

fn parameter(head: &RequestHead, name: &str) -> Option<String> {
    let query = head.uri.query()?;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The token of the header, or of a browser's subprotocol pair. Never of the query string: those are logged.
fn token(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = auth::bearer(headers) {
        return Some(token.to_owned());
    }
    protocols(headers).find_map(|protocol| protocol.strip_prefix(TOKEN_PROTOCOL)).map(ToOwned::to_owned)
}

/// Whether the client offers our subprotocol.
pub(crate) fn offers_protocol(headers: &HeaderMap) -> bool {
    protocols(headers).any(|protocol| protocol == PROTOCOL)
}

fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_channels() {
        assert_eq!(route("/ws/stations/"), "/ws/stations");
        assert_eq!(route("/sse/stations/7"), "/sse/stations/{station_id}");
        assert_eq!(route("/ws/notifications"), "/ws/notifications");
        assert_eq!(route("/ws/stations/x"), "unmatched");
        assert_eq!(route("/ws"), "unmatched");
    }
}
