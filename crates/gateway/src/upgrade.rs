//! The handshake of a WebSocket. actix-http answers it and reads the frames; behind it the socket is ours, so
//! that a message is one write away from a client (docs/adr/0003 says why, with the figures).

use std::rc::Rc;

use actix_codec::Framed;
use actix_http::body::{BodySize, to_bytes};
use actix_http::h1::{Codec, Message, SendResponse};
use actix_http::{HttpMessage, Request, Response, ws};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpResponse, ResponseError, web};
use futures_util::SinkExt;
use service::Problem;
use service::server::AccessLog;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::admission::{self, Admission, PROTOCOL};
use crate::connection::{Connection, wire};
use crate::worker::{Output, Worker};

/// The connection of a request that wants to be more.
type Wire = Framed<TcpStream, Codec>;

/// Serves one such request.
pub(crate) async fn upgrade(
    worker: Rc<Worker>,
    mut request: Request,
    wire: Wire,
) -> Result<(), actix_web::Error> {
    let log =
        AccessLog::start(&request.method().clone(), admission::route(request.path()), request.headers_mut());
    match admit(&worker, &request).await {
        Ok((admission, mut response)) => {
            let (name, id) = log.finish(StatusCode::SWITCHING_PROTOCOLS);
            response.headers_mut().insert(name, id);
            if let Err(error) = open(worker, admission, response, wire).await {
                tracing::debug!(%error, "a client went away in its handshake");
            }
        }
        Err(problem) => {
            let (name, id) = log.finish(problem.status);
            let (mut response, body) = problem.error_response().into_parts();
            response.headers_mut().insert(name, id);
            let body = to_bytes(body).await.unwrap_or_default();
            // Whoever asked may have gone: nothing depends on it.
            let _ = SendResponse::new(wire, response.set_body(body).into()).await;
        }
    }
    Ok(())
}

/// What plain requests are told.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let refuse = || async { Err::<HttpResponse, _>(websocket_required("Connect with a WebSocket.".into())) };
    config.service(web::scope("/ws").default_service(web::to(refuse)));
}

fn websocket_required(detail: String) -> Problem {
    let title = "A WebSocket handshake is needed";
    Problem::new(StatusCode::UPGRADE_REQUIRED, "websocket-required", title, detail)
}

async fn admit(worker: &Worker, request: &Request) -> Result<(Admission, Response<()>), Problem> {
    if worker.is_draining() {
        return Err(Problem::unready("This gateway is ending; another one serves you. Try again."));
    }
    let admission = admission::admit(&worker.gateway, request.head()).await?;
    let mut response =
        ws::handshake(request.head()).map_err(|error| websocket_required(error.to_string()))?;
    if admission::offers_protocol(request.headers()) {
        response.insert_header((SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL)));
    }
    Ok((admission, response.finish().drop_body()))
}

async fn open(
    worker: Rc<Worker>,
    admission: Admission,
    response: Response<()>,
    mut wire: Wire,
) -> anyhow::Result<()> {
    wire.send(Message::Item((response, BodySize::None))).await?;
    let parts = wire.into_parts();
    let socket = SockRef::from(&parts.io);
    // What the kernel holds can't be replaced by something newer: little is enough.
    socket.set_tcp_notsent_lowat(worker.gateway.settings.unsent_bytes)?;
    // From here to `add` nothing else runs on this thread that could tell the client something.
    let start = match admission::start(&worker.gateway, &admission) {
        Ok(start) => start,
        Err(_) => {
            // The feed was lost in this instant.
            let close = wire::close(worker.restarting());
            parts.io.try_write(&close)?;
            return Ok(());
        }
    };
    let client = worker.add(admission.channel, Output::Socket(parts.io), &start);
    let connection =
        Connection::new(Rc::clone(&worker), client, admission.caller, admission.admitted, parts.read_buf);
    // A task of its own: what served the handshake is no longer needed.
    tokio::task::spawn_local(connection.run());
    Ok(())
}
