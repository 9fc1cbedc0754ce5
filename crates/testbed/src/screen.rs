//! A WebSocket client: what a rider's phone, a kiosk or an operator's wall sees.

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Request};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use crate::eventually;

/// An open socket.
pub struct Screen {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
}

/// A handshake that has not been sent.
pub struct Upgrade {
    request: Request<()>,
    narrow: bool,
}

/// The receive buffer of a narrow socket, in bytes: the kernel takes little for a client that does not read.
const NARROW: u32 = 4_096;

impl Upgrade {
    /// To `base` (http://…) and a path.
    #[must_use]
    pub fn new(base: &str, path: &str) -> Self {
        let url = format!("{}{path}", base.replacen("http", "ws", 1));
        Self { request: url.into_client_request().expect("a WebSocket address"), narrow: false }
    }

    /// On a socket that is full soon when the client does not read.
    #[must_use]
    pub fn narrow(self) -> Self {
        Self { narrow: true, ..self }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
        self
    }

    /// With a token in the `Authorization` header.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Opens the socket, or says with which status it was refused.
    ///
    /// # Errors
    /// The status of the refusal.
    pub async fn open(self) -> Result<Screen, StatusCode> {
        let connect = async {
            if !self.narrow {
                return connect_async(self.request).await;
            }
            let address = self.request.uri().authority().map(ToString::to_string).unwrap_or_default();
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(NARROW)?;
            let stream = socket.connect(address.parse().expect("an address with a port")).await?;
            client_async(self.request, MaybeTlsStream::Plain(stream)).await
        };
        match eventually("the handshake", connect).await {
            Ok((socket, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
                Ok(Screen { socket, protocol })
            }
            Err(Error::Http(response)) => {
                Err(StatusCode::from_u16(response.status().as_u16()).expect("a status"))
            }
            // The server is away: treated as a 503, to be tried again.
            Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl Screen {
    /// Opens a socket that must open.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn open(base: &str, path: &str) -> Self {
        Upgrade::new(base, path).open().await.unwrap_or_else(|status| panic!("{path}: refused with {status}"))
    }

    /// Opens a rider's channel.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn of_rider(base: &str, token: &str) -> Self {
        let upgrade = Upgrade::new(base, "/ws/notifications/").token(token);
        upgrade.open().await.unwrap_or_else(|status| panic!("refused with {status}"))
    }

    /// The next message, or the close code if the server has closed.
    ///
    /// # Errors
    /// The close code and reason; 0 when the connection was cut without one.
    pub async fn next(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match eventually("the next message on the socket", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err((0, String::new())),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message of a connection that must stay open.
    ///
    /// # Panics
    /// When the server has closed.
    pub async fn message(&mut self) -> Value {
        self.next().await.unwrap_or_else(|close| panic!("closed with {close:?}"))
    }

    /// Reads the greeting: the first message, and the stations of the snapshot behind it (none on a rider's
    /// channel).
    pub async fn greeting(&mut self) -> (Value, Vec<Value>) {
        let first = self.message().await;
        assert_eq!(first["type"], "connection_established");
        let mut stations = Vec::new();
        while !first["user_id"].is_i64() {
            let mut snapshot = self.message().await;
            assert_eq!(snapshot["type"], "inventory_snapshot");
            if let Some(part) = snapshot["stations"].as_array_mut() {
                stations.append(part);
            }
            if snapshot["complete"] == true {
                break;
            }
        }
        (first, stations)
    }

    /// Reads until the answer to a ping: everything that was sent to this client before.
    pub async fn all_so_far(&mut self) -> Vec<Value> {
        let mark = uuid::Uuid::new_v4().to_string();
        self.say(&serde_json::json!({"type": "ping", "timestamp": mark}).to_string()).await;
        let mut messages = Vec::new();
        loop {
            let message = self.message().await;
            if message["type"] == "pong" && message["timestamp"] == mark.as_str() {
                return messages;
            }
            messages.push(message);
        }
    }

    /// Reads until a message fulfils the condition; returns all that were read, that one last.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.message().await;
            let found = wanted(&message);
            messages.push(message);
            if found {
                return messages;
            }
        }
    }

    /// Closes with this code, and returns the code that comes back.
    ///
    /// # Panics
    /// When the server does not answer the close frame.
    pub async fn close(mut self, code: u16) -> u16 {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.socket.send(Message::Close(Some(frame))).await.expect("sending");
        loop {
            match self.next().await {
                Ok(_) => {}
                Err((code, _)) => return code,
            }
        }
    }

    /// Sends a text frame.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sending");
    }

    /// Sends text frames in one write.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn say_at_once(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            self.socket.feed(Message::text(text)).await.expect("sending");
        }
        self.socket.flush().await.expect("sending");
    }

    /// Sends a text frame to a server that may have closed.
    pub async fn try_say(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text)).await;
    }
}
