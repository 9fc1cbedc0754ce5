//! A WebSocket client of bytes: for what a well-behaved library would not send, and for compression.

use std::io::Read;

use flate2::read::DeflateDecoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::eventually;

/// A frame of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its opcode.
    pub opcode: u8,
    /// Whether it came compressed.
    pub compressed: bool,
    /// The payload, inflated.
    pub payload: Vec<u8>,
    /// How many bytes it was on the wire.
    pub length: usize,
}

impl Frame {
    /// The code of a close frame; 0 when it has none.
    #[must_use]
    pub fn close_code(&self) -> u16 {
        match self.payload.as_slice() {
            [high, low, ..] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        }
    }
}

/// An open socket.
pub struct RawSocket {
    stream: TcpStream,
    /// The head of the answer to the handshake.
    pub head: String,
}

impl RawSocket {
    /// Sends a handshake with these header lines, each ended by CR LF; returns the answer whatever it is.
    ///
    /// # Panics
    /// When the server is away.
    pub async fn open(base: &str, path: &str, headers: &str) -> Self {
        let address = base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.expect("the server");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("the handshake");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(eventually("the answer to the handshake", stream.read_u8()).await.expect("an answer"));
        }
        Self { stream, head: String::from_utf8(head).expect("ASCII") }
    }

    /// The status of the answer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    /// Sends bytes; false when the server has closed.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The next frame; `None` at the end of the connection.
    pub async fn next(&mut self) -> Option<Frame> {
        eventually("the next frame", self.read_frame()).await
    }

    async fn read_frame(&mut self) -> Option<Frame> {
        let first = self.stream.read_u8().await.ok()?;
        let length = match self.stream.read_u8().await.ok()? {
            126 => u64::from(self.stream.read_u16().await.ok()?),
            127 => self.stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("it fits")];
        self.stream.read_exact(&mut payload).await.ok()?;
        let (length, compressed) = (payload.len(), first & 0x40 != 0);
        if compressed {
            payload = inflate(&payload);
        }
        Some(Frame { opcode: first & 0x0f, compressed, payload, length })
    }

    /// Reads up to the close frame, and returns its code; `None` when the connection ends without one.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            let frame = self.next().await?;
            if frame.opcode == 8 {
                return Some(frame.close_code());
            }
        }
    }
}

/// A client's frame; the mask of zeros leaves the payload as it is.
///
/// # Panics
/// When the payload has 64 KiB or more.
#[must_use]
pub fn client_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short @ 0..=125) => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(payload.len()).expect("a short payload").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

fn inflate(payload: &[u8]) -> Vec<u8> {
    // RFC 7692, section 7.2.2; and a final block, so that the decoder sees an end.
    let whole = [payload, &[0, 0, 0xff, 0xff, 3, 0]].concat();
    let mut inflated = Vec::new();
    DeflateDecoder::new(whole.as_slice()).read_to_end(&mut inflated).expect("deflated bytes");
    inflated
}
