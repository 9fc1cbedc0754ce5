//! Two servers on actix-web and actix-ws: the ordinary way, in which every message is `Session::text` to each client,
//! and one in which actix-ws does the handshake and the reading while messages are written to the sockets past it.

use std::any::Any;
use std::cell::RefCell;
use std::io::Write;
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::dev::Extensions;
use actix_web::web::{self, ThinData};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use actix_ws::{Message, Session};
use futures_util::StreamExt;

use crate::Serving;
use crate::floor::frame;
use crate::stamp;

/// How messages reach the sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `Session::text`.
    Session,
    /// One write of a frame.
    Direct,
}

/// A connection's socket, a second descriptor of it.
struct Socket(RefCell<Option<TcpStream>>);

/// Everybody who is connected.
#[derive(Clone, Default)]
struct Clients {
    sessions: Rc<RefCell<Vec<Session>>>,
    sockets: Rc<RefCell<Vec<TcpStream>>>,
}

/// Serves until it is killed, on one worker.
///
/// # Errors
/// When the port can't be had.
pub fn serve(serving: Serving, way: Way) -> anyhow::Result<()> {
    let Serving { port, rate, burst, text } = serving;
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            let clients = Clients::default();
            actix_web::rt::spawn(feed(clients.clone(), way, rate, burst, text.clone()));
            App::new().app_data(ThinData(clients)).app_data(ThinData(way)).default_service(web::to(open))
        })
        .workers(1)
        .tcp_nodelay(true)
        .on_connect(move |socket: &dyn Any, data: &mut Extensions| {
            if way == Way::Direct
                && let Some(socket) = socket.downcast_ref::<actix_web::rt::net::TcpStream>()
                && let Ok(second) = socket.as_fd().try_clone_to_owned()
            {
                data.insert(Socket(RefCell::new(Some(TcpStream::from(second)))));
            }
        })
        .max_connections(usize::MAX >> 1)
        .bind(("127.0.0.1", port))?
        .run()
        .await
    })?;
    Ok(())
}

async fn open(
    request: HttpRequest,
    body: web::Payload,
    clients: ThinData<Clients>,
    way: ThinData<Way>,
) -> Result<HttpResponse, actix_web::Error> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, body)?;
    match way.0 {
        Way::Session => clients.sessions.borrow_mut().push(session.clone()),
        Way::Direct => {
            let socket = request.conn_data::<Socket>().and_then(|Socket(socket)| socket.take());
            let sockets = Rc::clone(&clients.sockets);
            // Behind the answer to the handshake, which is written after this.
            actix_web::rt::spawn(async move {
                actix_web::rt::time::sleep(Duration::from_millis(50)).await;
                sockets.borrow_mut().extend(socket);
            });
        }
    }
    actix_web::rt::spawn(async move {
        while let Some(Ok(message)) = messages.next().await {
            let sent = match message {
                Message::Ping(bytes) => session.pong(&bytes).await,
                Message::Close(_) => break,
                _ => Ok(()),
            };
            if sent.is_err() {
                break;
            }
        }
        let _ = session.close(None).await;
    });
    Ok(response)
}

/// So many turns a second, so many messages in each.
async fn feed(clients: Clients, way: Way, rate: f64, burst: usize, text: String) {
    let (started, mut told) = (Instant::now(), 0.0);
    let stamp_at = stamp::position(text.as_bytes());
    loop {
        let due = (started.elapsed().as_secs_f64() * rate).floor();
        // Behind for good: what can't be had is not asked for twice.
        told = f64::max(told, due - rate);
        if told >= due {
            actix_web::rt::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        told += 1.0;
        for _ in 0..burst.max(1) {
            let mut text = text.clone();
            if let Some(at) = stamp_at {
                text.replace_range(at..at + stamp::DIGITS, &stamp::now());
            }
            match way {
                Way::Session => to_sessions(&clients, &text).await,
                Way::Direct => to_sockets(&clients, &frame(&text)),
            }
        }
        // Readers and handshakes have their turn.
        tokio::task::yield_now().await;
    }
}

async fn to_sessions(clients: &Clients, text: &str) {
    let text = bytestring::ByteString::from(text);
    let sessions: Vec<Session> = clients.sessions.borrow().clone();
    for mut session in sessions {
        // One that has gone is left out: nobody leaves during a measurement.
        let _ = session.text(text.clone()).await;
    }
}

fn to_sockets(clients: &Clients, frame: &[u8]) {
    clients.sockets.borrow_mut().retain_mut(|socket| socket.write_all(frame).is_ok());
}
