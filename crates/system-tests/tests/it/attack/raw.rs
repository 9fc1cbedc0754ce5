//! HTTP by hand: for requests that no library would send.

use testbed::eventually;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A connection to a server.
pub(super) struct Connection(TcpStream);

impl Connection {
    pub(super) async fn open(base: &str) -> Self {
        Self::open_from(base, "127.0.0.1").await
    }

    /// From another address of this machine, which the limits count by itself.
    pub(super) async fn open_from(base: &str, address: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        let server = base.trim_start_matches("http://").parse().unwrap();
        Self(socket.connect(server).await.unwrap())
    }

    /// Sends bytes; what the server says to them is read by [`Connection::rest`].
    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // A server that has refused already may have closed.
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// All that comes until the server closes.
    pub(super) async fn rest(mut self) -> String {
        let mut bytes = Vec::new();
        let _ = eventually("the server closes", self.0.read_to_end(&mut bytes)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The first line of the answer, while the connection stays open.
    pub(super) async fn status(&mut self) -> u16 {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(eventually("an answer", self.0.read_u8()).await.expect("an answer"));
        }
        status(&String::from_utf8_lossy(&line)).expect("a status")
    }
}

/// What a server says to these bytes until it closes.
pub(super) async fn exchange(base: &str, bytes: impl AsRef<[u8]>) -> String {
    let mut connection = Connection::open(base).await;
    connection.send(bytes).await;
    connection.rest().await
}

/// The status of an answer; `None` when the server closed without one.
pub(super) fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.trim().parse().ok()
}
