//! The least of an HTTP/1.1 client: one keep-alive connection, a thread that blocks on it. It shares the cores with
//! all that it loads, so it does one write and mostly one read for a booking.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

/// Longer than anything that is still worth measuring.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection that is opened again when the server has closed it in order.
pub struct Connection {
    address: SocketAddr,
    socket: Option<TcpStream>,
    answer: Vec<u8>,
}

/// What the head of an answer says.
struct Head {
    length: usize,
    body: usize,
    closes: bool,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let mut connection = Self { address, socket: None, answer: Vec::new() };
        connection.socket()?;
        Ok(connection)
    }

    /// Sends a whole request and reads its whole answer.
    ///
    /// # Errors
    /// When the answer is anything but a 201.
    pub fn book(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.socket()?.write_all(request).context("sending a booking")?;
        self.answer.clear();
        let mut part = [0; 4_096];
        let head = loop {
            if let Some(head) = head(&self.answer)?
                && self.answer.len() >= head.body + head.length
            {
                break head;
            }
            let count = self.socket()?.read(&mut part).context("reading an answer")?;
            if count == 0 {
                bail!("the server has closed a connection in the middle of an answer");
            }
            self.answer.extend(part.iter().take(count));
        };
        // nginx closes a connection after so many requests.
        if head.closes {
            self.socket = None;
        }
        if !self.answer.starts_with(b"HTTP/1.1 201") {
            bail!("a booking was refused: {}", String::from_utf8_lossy(&self.answer));
        }
        Ok(())
    }

    fn socket(&mut self) -> anyhow::Result<&mut TcpStream> {
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => {
                let socket = TcpStream::connect(self.address).context("connecting to nginx")?;
                socket.set_nodelay(true)?;
                socket.set_read_timeout(Some(PATIENCE))?;
                socket
            }
        };
        Ok(self.socket.insert(socket))
    }
}

/// The head of an answer, once it is complete.
fn head(answer: &[u8]) -> anyhow::Result<Option<Head>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text =
        answer.get(..end).and_then(|head| std::str::from_utf8(head).ok()).context("the answer's head")?;
    let mut head = Head { length: 0, body: end + 4, closes: false };
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.length = value.parse().context("content-length")?;
        } else if name.eq_ignore_ascii_case("connection") {
            head.closes = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("an answer in chunks: this client reads only lengths");
        }
    }
    Ok(Some(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        assert!(head(b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n").unwrap().is_none());
        let head = head(b"HTTP/1.1 201 Created\r\ncontent-length: 3\r\nConnection: close\r\n\r\nab")
            .unwrap()
            .unwrap();
        assert_eq!((head.length, head.body, head.closes), (3, 62, true));
    }
}
