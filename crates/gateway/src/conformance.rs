//! An echo server over the gateway's own reading and writing of frames, for the Autobahn cases, which test a
//! server that sends back what it gets. `make conformance` runs them.

use std::net::SocketAddr;

use actix_codec::Framed;
use actix_http::body::BodySize;
use actix_http::h1::{Codec, Message};
use actix_http::{HttpService, Request, Response, ws};
use actix_server::Server;
use actix_service::fn_service;
use bytes::{Bytes, BytesMut};
use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::connection::input::{Input, Received};
use crate::connection::wire;
use crate::disconnect::Disconnect;
use crate::hub::Frame;

/// The largest message of the cases, and room above it.
const LARGEST: usize = 32 * 1024 * 1024;

/// Serves until it is killed.
///
/// # Errors
/// When the address can't be had.
pub async fn serve(address: SocketAddr) -> anyhow::Result<()> {
    let server = Server::build().workers(1).bind("echo", address, || {
        HttpService::build()
            .upgrade(fn_service(echo))
            .finish(fn_service(|_: Request| async { Ok::<_, actix_http::Error>(Response::bad_request()) }))
            .tcp()
    })?;
    Ok(server.run().await?)
}

async fn echo((request, mut wire): (Request, Framed<TcpStream, Codec>)) -> Result<(), actix_web::Error> {
    let Ok(mut response) = ws::handshake(request.head()) else { return Ok(()) };
    let response = response.finish().drop_body();
    wire.send(Message::Item((response, BodySize::None))).await?;
    let parts = wire.into_parts();
    let (mut socket, mut input) = (parts.io, Input::new(LARGEST, parts.read_buf));
    let disconnect = loop {
        let (bytes, disconnect) = answers(&mut input);
        socket.write_all(&bytes).await?;
        if let Some(disconnect) = disconnect {
            break disconnect;
        }
        let mut buffer = [0; 65_536];
        match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            count => input.take(buffer.get(..count).unwrap_or_default()),
        }
    };
    socket.write_all(&wire::close(disconnect)).await?;
    socket.shutdown().await?;
    Ok(())
}

/// What all that has come is answered with, and why it ends there.
fn answers(input: &mut Input) -> (BytesMut, Option<Disconnect>) {
    let mut bytes = BytesMut::new();
    loop {
        match input.next() {
            Ok(None) => return (bytes, None),
            Err(disconnect) => return (bytes, Some(disconnect)),
            Ok(Some(received)) => bytes.extend_from_slice(&match received {
                Received::Text(text) => Frame::text(&text).wire().clone(),
                Received::Binary(binary) => Frame::binary(&binary).wire().clone(),
                Received::Ping(payload) => wire::pong(&payload),
                Received::Pong => Bytes::new(),
            }),
        }
    }
}
