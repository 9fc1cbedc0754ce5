//! The way in: who may open which channel, decided before the upgrade.

use actix_web::http::StatusCode;
use actix_web::http::header::SEC_WEBSOCKET_PROTOCOL;
use actix_web::web::{self, Data, Path, PathConfig, Payload};
use actix_web::{HttpRequest, HttpResponse};
use events::StationId;
use service::{Caller, Problem, auth};

use crate::connection::Connection;
use crate::context::Gateway;
use crate::hub::{Channel, Refused};
use crate::origin;

/// The subprotocol that a browser names together with its token.
const PROTOCOL: &str = "swap.v1";
const TOKEN_PROTOCOL: &str = "bearer.";

/// Mounts everything below `/ws`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/ws/stations", web::get().to(all_stations))
        .service(
            web::resource("/ws/stations/{station_id}")
                .app_data(PathConfig::default().error_handler(|_, _| unknown_station().into()))
                .route(web::get().to(one_station)),
        )
        .route("/ws/notifications", web::get().to(notifications));
}

async fn all_stations(
    request: HttpRequest,
    body: Payload,
    gateway: Data<Gateway>,
) -> Result<HttpResponse, Problem> {
    // All stations for somebody who asked for a few would look like an answer and be none.
    if request.query_string().split('&').any(|parameter| parameter.starts_with("bbox")) {
        return Err(Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "not-implemented",
            "Not there yet",
            "Sockets for the stations inside a box are not there yet; follow all stations or single ones.",
        ));
    }
    open(&request, body, &gateway, Channel::AllStations, None).await
}

async fn one_station(
    request: HttpRequest,
    body: Payload,
    station: Path<StationId>,
    gateway: Data<Gateway>,
) -> Result<HttpResponse, Problem> {
    open(&request, body, &gateway, Channel::Station(station.into_inner()), None).await
}

async fn notifications(
    request: HttpRequest,
    body: Payload,
    gateway: Data<Gateway>,
) -> Result<HttpResponse, Problem> {
    let token = token(&request).ok_or_else(|| {
        Problem::unauthenticated("Send the token as Authorization: Bearer or as a subprotocol.")
    })?;
    let caller =
        gateway.authenticator.verify(&token).map_err(|error| Problem::unauthenticated(error.to_string()))?;
    open(&request, body, &gateway, Channel::User(caller.user_id), Some(caller)).await
}

async fn open(
    request: &HttpRequest,
    body: Payload,
    gateway: &Gateway,
    channel: Channel,
    caller: Option<Caller>,
) -> Result<HttpResponse, Problem> {
    origin::check(request, &gateway.settings.allowed_origins)?;
    let wait = gateway.settings.unknown_station_wait();
    let start = gateway.hub.subscribe_waiting(channel, wait).await.map_err(|refused| match refused {
        Refused::NotLive => Problem::unavailable("realtime feed", &"not live"),
        Refused::UnknownStation => unknown_station(),
    })?;
    let upgrade = actix_ws::handle_with_protocols(request, body, &[PROTOCOL]);
    match upgrade {
        Ok((response, session, messages)) => {
            let connection = Connection::new(gateway.clone(), channel, caller, start);
            actix_web::rt::spawn(connection.run(session, messages));
            Ok(response)
        }
        Err(error) => {
            gateway.hub.unsubscribe(&start.subscription);
            Err(Problem::new(
                StatusCode::UPGRADE_REQUIRED,
                "websocket-required",
                "A WebSocket handshake is needed",
                error.to_string(),
            ))
        }
    }
}

fn unknown_station() -> Problem {
    Problem::not_found("station-not-found", "There is no station with this id.")
}

/// The token of the header, or of a browser's subprotocol pair. Never of the query string: those are logged.
fn token(request: &HttpRequest) -> Option<String> {
    if let Some(token) = auth::bearer(request) {
        return Some(token.to_owned());
    }
    request
        .headers()
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL))
        .map(ToOwned::to_owned)
}
