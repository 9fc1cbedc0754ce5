//! The handshake of a WebSocket. actix-http answers it; behind it the socket is ours, so that a message is one write
//! away from a client (docs/adr/0003 says why, with the figures).

use std::rc::Rc;

use actix_codec::Framed;
use actix_http::body::{BodySize, to_bytes};
use actix_http::h1::{Codec, Message, SendResponse};
use actix_http::{HttpMessage, Request, Response, ws};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpResponse, ResponseError, web};
use futures_util::SinkExt;
use service::Problem;
use service::access_log::AccessLog;
use socket2::SockRef;
use tokio::net::TcpStream;

use super::admission::{self, Admission, PROTOCOL};
use super::path::Path;
use crate::clients::{Connector, Format, Worker};
use crate::wire::deflate;

/// The connection of a request that asks for an upgrade.
type Wire = Framed<TcpStream, Codec>;

/// An admitted client, and the answer to its handshake.
struct Handshake {
    admission: Admission,
    format: Format,
    response: Response<()>,
}

/// Serves one such request.
pub(super) async fn upgrade(
    worker: Rc<Worker>,
    mut request: Request,
    wire: Wire,
) -> Result<(), actix_web::Error> {
    let route = Path::route(request.path());
    let log = AccessLog::start(&request.method().clone(), route.into(), request.headers_mut());
    match admit(&worker, &request).await {
        Ok(mut handshake) => {
            let (name, id) = log.finish(StatusCode::SWITCHING_PROTOCOLS);
            handshake.response.headers_mut().insert(name, id);
            if let Err(error) = open(&worker, handshake, wire).await {
                tracing::debug!(%error, "a client went away in its handshake");
            }
        }
        Err(problem) => {
            let (name, id) = log.finish(problem.status);
            let (mut response, body) = problem.error_response().into_parts();
            response.headers_mut().insert(name, id);
            let body = to_bytes(body).await.unwrap_or_default();
            // The client may have gone: nothing depends on it.
            let _ = SendResponse::new(wire, response.set_body(body).into()).await;
        }
    }
    Ok(())
}

/// The answer to requests without a handshake.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let refuse = || async { Err::<HttpResponse, _>(websocket_required("Connect with a WebSocket.".into())) };
    config.service(web::scope("/ws").default_service(web::to(refuse)));
}

fn websocket_required(detail: String) -> Problem {
    let title = "A WebSocket handshake is needed";
    Problem::new(StatusCode::UPGRADE_REQUIRED, "websocket-required", title, detail)
}

async fn admit(worker: &Worker, request: &Request) -> Result<Handshake, Problem> {
    let path = Path::of_websocket(request.uri().path());
    let admission = admission::admit(worker, request.head(), path).await?;
    let mut response =
        ws::handshake(request.head()).map_err(|error| websocket_required(error.to_string()))?;
    if admission::offers_protocol(request.headers()) {
        response.insert_header((SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL)));
    }
    let mut format = Format::WebSocket;
    let offers = request.headers().get_all(SEC_WEBSOCKET_EXTENSIONS).filter_map(|value| value.to_str().ok());
    if worker.gateway.settings.compression.enabled
        && let Some(accepted) = deflate::negotiate(offers)
    {
        format = Format::CompressedWebSocket;
        response.insert_header((SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(accepted)));
    }
    Ok(Handshake { admission, format, response: response.finish().drop_body() })
}

async fn open(worker: &Worker, handshake: Handshake, mut wire: Wire) -> anyhow::Result<()> {
    let Handshake { admission, format, response } = handshake;
    wire.send(Message::Item((response, BodySize::None))).await?;
    let parts = wire.into_parts();
    // What the kernel holds can't be replaced by something newer: little is enough.
    SockRef::from(&parts.io).set_tcp_notsent_lowat(worker.gateway.settings.unsent_bytes)?;
    let connector = Connector::Socket(parts.io.into_std()?, parts.read_buf.freeze());
    // If the feed was lost in this instant, the client is closed with 1012.
    worker.add(admission.arrival(format, connector)).map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
    Ok(())
}
