//! Who may open which channel, decided before a byte of the stream is sent. The same for a WebSocket and for a stream
//! of Server-Sent Events.

use actix_http::RequestHead;
use actix_web::http::header::{HeaderMap, SEC_WEBSOCKET_PROTOCOL};
use events::BoundingBox;
use service::address::client_address;
use service::{Caller, Problem, auth};
use url::form_urlencoded;

use super::origin;
use super::path::Path;
use crate::clients::{Arrival, Connector, Format, Worker};
use crate::hub::{Refused, Since};
use crate::limits::Admitted;
use crate::protocol::{Channel, Scope};

/// The subprotocol that a browser names together with its token.
pub(super) const PROTOCOL: &str = "swap.v1";
const TOKEN_PROTOCOL: &str = "bearer.";
/// Where a browser writes the last event that it has seen.
const LAST_EVENT_ID: &str = "last-event-id";

/// An admitted client.
pub(super) struct Admission {
    channel: Channel,
    caller: Option<Caller>,
    since: Option<Since>,
    admitted: Admitted,
}

impl Admission {
    /// The client on its way to a worker.
    pub(super) fn arrival(self, format: Format, connector: Connector) -> Arrival {
        let Self { channel, caller, since, admitted } = self;
        Arrival { channel, caller, since, admitted, format, connector }
    }
}

/// Decides on a request for a path.
pub(super) async fn admit(
    worker: &Worker,
    head: &RequestHead,
    path: Option<Path>,
) -> Result<Admission, Problem> {
    if worker.is_draining() {
        return Err(Problem::unready("This gateway is ending; another one serves you. Try again."));
    }
    let gateway = &worker.gateway;
    let proxies = &gateway.settings.trusted_proxies;
    let address = client_address(head, proxies);
    let (channel, caller) = match path {
        Some(Path::Stations) => (area(head)?.map_or(Channel::AllStations, Channel::Box), None),
        Some(Path::Station(id)) => (Channel::Station(id), None),
        Some(Path::Notifications) => {
            let caller = caller(worker, &head.headers)
                .map_err(|problem| gateway.limits.count_refused_token(address).err().unwrap_or(problem))?;
            (Channel::User(caller.user_id), Some(caller))
        }
        Some(Path::NoStation) => return Err(unknown_station()),
        None => {
            return Err(Problem::not_found("not-found", format!("There is nothing at {}.", head.uri.path())));
        }
    };
    origin::check(head, &gateway.settings.allowed_origins, proxies)?;
    let admitted = gateway.limits.admit(address, caller.map(|caller| caller.user_id))?;
    let since = since(head, channel);
    worker.wait_for(channel, since.as_ref()).await.map_err(refused)?;
    Ok(Admission { channel, caller, since, admitted })
}

/// Why a subscription is refused.
pub(super) fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::NotLive => Problem::unready("The realtime feed is not live. Try again."),
        Refused::UnknownStation => unknown_station(),
    }
}

fn unknown_station() -> Problem {
    Problem::not_found("station-not-found", "There is no station with this id.")
}

/// The client's position. A browser reconnects to the address that it was given, with the last event
/// in the header; the box is then that of the address.
fn since(head: &RequestHead, channel: Channel) -> Option<Since> {
    if let Some(cursor) = header(&head.headers, LAST_EVENT_ID) {
        return Some(Since { cursor: cursor.to_owned(), scope: channel.area() });
    }
    let scope = parameter(head, "scope").and_then(|scope| scope.parse::<Scope>().ok());
    Some(Since { cursor: parameter(head, "since")?, scope: scope.map(|Scope(area)| area) })
}

fn area(head: &RequestHead) -> Result<Option<BoundingBox>, Problem> {
    parameter(head, "bbox")
        .map(|text| BoundingBox::try_from(text).map_err(|message| Problem::invalid("bbox", message)))
        .transpose()
}

fn caller(worker: &Worker, headers: &HeaderMap) -> Result<Caller, Problem> {
    let token = token(headers).ok_or_else(|| {
        Problem::unauthenticated("Send the token as Authorization: Bearer or as a subprotocol.")
    })?;
    Ok(worker.gateway.authenticator.verify(&token)?)
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
pub(super) fn offers_protocol(headers: &HeaderMap) -> bool {
    protocols(headers).any(|protocol| protocol == PROTOCOL)
}

fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
