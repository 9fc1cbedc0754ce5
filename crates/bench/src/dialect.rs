//! What a client says and what it takes for a message, for each protocol that is spoken over WebSocket here.
//! Only as much of each protocol as a subscriber needs that counts.

use crate::frames::{Piece, client_frame, opcode};

/// A protocol over WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// None: every frame is a message, and the client is greeted after so many of them.
    Frames(usize),
    /// The same with permessage-deflate, which is asked for and not undone.
    Compressed(usize),
    /// Our gateway's: the client is greeted by the frame that completes its snapshot.
    Snapshot,
    /// Engine.IO 4 with Socket.IO inside.
    SocketIo,
    /// STOMP 1.2.
    Stomp,
    /// The client protocol of NATS.
    Nats,
}

/// What a client makes of what it reads.
pub enum Heard<'a> {
    /// A message, and the beginning of its text where the frame is the message.
    Message(&'a [u8]),
    /// It is subscribed.
    Subscribed,
    /// A frame to be sent.
    Answer(Vec<u8>),
    /// The server does not want it.
    Refused(String),
}

/// The exchange that messages of the STOMP peer go through.
pub const STOMP_DESTINATION: &str = "/exchange/amq.fanout";
/// The subject of the NATS peer.
pub const NATS_SUBJECT: &str = "stations";

/// What the last frame of a snapshot has in front of its stations.
const COMPLETE: &[u8] = b"\"complete\":true";
/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 200;

impl Dialect {
    /// Lines that the request to upgrade has to have.
    #[must_use]
    pub fn headers(self) -> &'static str {
        match self {
            Self::Stomp => "Sec-WebSocket-Protocol: v12.stomp\r\n",
            Self::Compressed(_) => {
                "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n"
            }
            _ => "",
        }
    }

    /// The frames, or whatever stands for them, after which a client is greeted.
    #[must_use]
    pub fn greeting(self) -> usize {
        if let Self::Frames(greeting) | Self::Compressed(greeting) = self { greeting } else { 1 }
    }

    /// Whether a message completes the greeting where not every message does.
    #[must_use]
    pub fn completes(self, start: &[u8]) -> bool {
        self != Self::Snapshot || start.windows(COMPLETE.len()).any(|window| window == COMPLETE)
    }

    /// What a client says first.
    #[must_use]
    pub fn opening(self) -> Option<Vec<u8>> {
        (self == Self::Stomp).then(|| client_frame(opcode::TEXT, STOMP_CONNECT.as_bytes()))
    }
}

/// `guest` may connect from this machine only, and this is what a new broker knows.
pub const STOMP_CONNECT: &str =
    "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:0,0\n\n\0";

/// A client's side of the protocol.
pub struct Ear {
    dialect: Dialect,
    /// The beginning of the present text, or the present line of NATS.
    start: Vec<u8>,
    /// Bytes of a NATS message that are still to come.
    body: usize,
    /// The payload of the present control frame.
    control: Vec<u8>,
}

impl Ear {
    /// One that has heard nothing yet.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, start: Vec::new(), body: 0, control: Vec::new() }
    }

    /// Listens to a piece of a frame.
    pub fn hear(&mut self, piece: &Piece<'_>, each: impl FnMut(Heard<'_>)) {
        if piece.opcode >= opcode::CLOSE {
            self.control(piece, each);
            return;
        }
        match self.dialect {
            Dialect::Frames(_) | Dialect::Compressed(_) | Dialect::Snapshot => self.frame(piece, each),
            Dialect::SocketIo => self.socket_io(piece, each),
            Dialect::Stomp => self.stomp(piece.bytes, each),
            Dialect::Nats => self.nats(piece.bytes, each),
        }
    }

    fn control(&mut self, piece: &Piece<'_>, mut each: impl FnMut(Heard<'_>)) {
        self.control.extend(piece.bytes);
        if !piece.last {
            return;
        }
        let payload = std::mem::take(&mut self.control);
        match piece.opcode {
            opcode::PING => each(Heard::Answer(client_frame(opcode::PONG, &payload))),
            opcode::CLOSE => each(Heard::Refused(format!(
                "closed by the server: {}",
                String::from_utf8_lossy(payload.get(2..).unwrap_or_default())
            ))),
            _ => {}
        }
    }

    fn frame(&mut self, piece: &Piece<'_>, mut each: impl FnMut(Heard<'_>)) {
        self.keep_start(piece);
        if piece.last {
            each(Heard::Message(&self.start));
        }
    }

    fn socket_io(&mut self, piece: &Piece<'_>, mut each: impl FnMut(Heard<'_>)) {
        self.keep_start(piece);
        if !piece.last {
            return;
        }
        match self.start.as_slice() {
            [b'4', b'2', ..] => each(Heard::Message(&[])),
            [b'0', ..] => each(Heard::Answer(client_frame(opcode::TEXT, b"40"))),
            [b'4', b'0', ..] => each(Heard::Subscribed),
            [b'2', ..] => each(Heard::Answer(client_frame(opcode::TEXT, b"3"))),
            [b'1', ..] | [b'4', b'4', ..] => each(Heard::Refused(text(&self.start))),
            _ => {}
        }
    }

    /// Frames of STOMP end with a zero; between them there may be line ends.
    fn stomp(&mut self, bytes: &[u8], mut each: impl FnMut(Heard<'_>)) {
        let mut parts = bytes.split(|byte| *byte == 0).peekable();
        while let Some(part) = parts.next() {
            for byte in part.iter().take(LOOKED_AT - self.start.len().min(LOOKED_AT)) {
                if !self.start.is_empty() || !matches!(byte, b'\r' | b'\n') {
                    self.start.push(*byte);
                }
            }
            if parts.peek().is_none() {
                return;
            }
            if self.start.starts_with(b"MESSAGE") {
                each(Heard::Message(&[]));
            } else if self.start.starts_with(b"CONNECTED") {
                let subscribe =
                    format!("SUBSCRIBE\nid:0\ndestination:{STOMP_DESTINATION}\nack:auto\nreceipt:0\n\n\0");
                each(Heard::Answer(client_frame(opcode::TEXT, subscribe.as_bytes())));
            } else if self.start.starts_with(b"RECEIPT") {
                each(Heard::Subscribed);
            } else if self.start.starts_with(b"ERROR") {
                each(Heard::Refused(text(&self.start)));
            }
            self.start.clear();
        }
    }

    /// Lines, and a body of a told length after some; frames begin and end anywhere in between.
    fn nats(&mut self, mut bytes: &[u8], mut each: impl FnMut(Heard<'_>)) {
        loop {
            let (body, rest) = bytes.split_at(self.body.min(bytes.len()));
            self.body -= body.len();
            bytes = rest;
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                self.start.extend(bytes);
                return;
            };
            let (line, rest) = bytes.split_at(end + 1);
            self.start.extend(line);
            bytes = rest;
            if self.start.starts_with(b"MSG ") {
                // With the line end after it.
                self.body = last_number(&self.start) + 2;
                each(Heard::Message(&[]));
            } else if self.start.starts_with(b"INFO") {
                let hello = format!(
                    "CONNECT {{\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\"}}\r\n\
                     SUB {NATS_SUBJECT} 1\r\nPING\r\n"
                );
                // A later one only tells of other servers.
                each(Heard::Answer(client_frame(opcode::BINARY, hello.as_bytes())));
            } else if self.start.starts_with(b"PONG") {
                each(Heard::Subscribed);
            } else if self.start.starts_with(b"PING") {
                each(Heard::Answer(client_frame(opcode::BINARY, b"PONG\r\n")));
            } else if self.start.starts_with(b"-ERR") {
                each(Heard::Refused(text(&self.start)));
            }
            self.start.clear();
        }
    }

    fn keep_start(&mut self, piece: &Piece<'_>) {
        if piece.first {
            self.start.clear();
        }
        self.start.extend(piece.bytes.iter().take(LOOKED_AT.saturating_sub(self.start.len())));
    }
}

/// What a `MSG` line ends with.
fn last_number(line: &[u8]) -> usize {
    let digits = line.trim_ascii_end().rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit.saturating_sub(b'0')))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace(['\r', '\n', '|'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages and subscriptions heard in a stream that comes in frames of every size.
    fn heard(dialect: Dialect, stream: &[u8]) {
        for size in 1..=stream.len() {
            let (mut ear, mut messages, mut subscribed) = (Ear::new(dialect), 0, 0);
            for bytes in stream.chunks(size) {
                let piece = Piece { opcode: opcode::BINARY, bytes, first: true, last: true };
                ear.hear(&piece, |heard| match heard {
                    Heard::Message(_) => messages += 1,
                    Heard::Subscribed => subscribed += 1,
                    Heard::Answer(_) => {}
                    Heard::Refused(why) => panic!("refused: {why}"),
                });
            }
            assert_eq!((messages, subscribed), (2, 1), "in frames of {size}");
        }
    }

    #[test]
    fn nats_is_a_stream_whatever_the_frames() {
        heard(
            Dialect::Nats,
            b"INFO {}\r\nPONG\r\nMSG s 1 5\r\nMSG 1\r\nPING\r\nMSG s 1 12\r\n0123456789\r\n\r\n",
        );
    }

    #[test]
    fn stomp_is_a_stream_whatever_the_frames() {
        heard(
            Dialect::Stomp,
            b"CONNECTED\n\n\0\nRECEIPT\nreceipt-id:0\n\n\0\nMESSAGE\n\nRECEIPT\0\nMESSAGE\n\nb\0\n",
        );
    }
}
