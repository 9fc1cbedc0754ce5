//! An echo server over the gateway's own reading and writing of frames, for the Autobahn cases, which test a
//! server that sends back what it gets. `make conformance` runs them.

use std::net::SocketAddr;

use actix_codec::Framed;
use actix_http::body::BodySize;
use actix_http::h1::{Codec, Message};
use actix_http::{HttpService, Request, Response, ws};
use actix_server::Server;
use actix_service::fn_service;
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_EXTENSIONS};
use bytes::{Bytes, BytesMut};
use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::protocol::Disconnect;
use crate::wire::input::{Input, Received};
use crate::wire::{deflate, websocket};

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
    let offers = request.head().headers.get_all(SEC_WEBSOCKET_EXTENSIONS);
    let accepted = deflate::negotiate(offers.filter_map(|value| value.to_str().ok()));
    if let Some(accepted) = accepted {
        response.insert_header((SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(accepted)));
    }
    let response = response.finish().drop_body();
    wire.send(Message::Item((response, BodySize::None))).await?;
    let parts = wire.into_parts();
    let mut socket = parts.io;
    let mut echo = Echo { input: Input::new(LARGEST, accepted.is_some()), is_compressed: accepted.is_some() };
    let mut read = parts.read_buf;
    let disconnect = loop {
        let (bytes, disconnect) = echo.answers(&read);
        socket.write_all(&bytes).await?;
        if let Some(disconnect) = disconnect {
            break disconnect;
        }
        read.resize(65_536, 0);
        match socket.read(&mut read).await? {
            0 => return Ok(()),
            count => read.truncate(count),
        }
    };
    let (code, reason) = disconnect.close_code();
    socket.write_all(&websocket::close(code, &reason)).await?;
    socket.shutdown().await?;
    Ok(())
}

struct Echo {
    input: Input,
    is_compressed: bool,
}

impl Echo {
    /// What all that has come is answered with, and why it ends there.
    fn answers(&mut self, mut read: &[u8]) -> (BytesMut, Option<Disconnect>) {
        let mut bytes = BytesMut::new();
        loop {
            match self.input.next(&mut read) {
                Ok(None) => return (bytes, None),
                Err(violation) => return (bytes, Some(violation.into())),
                Ok(Some(Received::Close(code))) => return (bytes, Some(Disconnect::ByClient { code })),
                Ok(Some(received)) => bytes.extend_from_slice(&self.answer(received)),
            }
        }
    }

    fn answer(&self, received: Received) -> Bytes {
        match received {
            Received::Text(text) if self.is_compressed => websocket::text_compressed(&[text.as_bytes()]),
            Received::Text(text) => websocket::text(&[text.as_bytes()]),
            Received::Binary(binary) if self.is_compressed => websocket::binary_compressed(&binary),
            Received::Binary(binary) => websocket::binary(&binary),
            Received::Ping(payload) => websocket::pong(&payload),
            Received::Pong | Received::Fragment | Received::Close(_) => Bytes::new(),
        }
    }
}
