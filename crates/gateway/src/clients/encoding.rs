//! From a message to the bytes of a client's wire format. A message is encoded once for each format and kind of
//! cursor, when the first client needs it, and shared by all who need it after.

use bytes::Bytes;
use events::{Cursor, CursorKind, Position};

use super::outbox::Piece;
use crate::hub::{About, Item, Text};
use crate::protocol::{self, Disconnect, Outgoing};
use crate::wire::{deflate, sse, websocket};

/// How messages travel to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// WebSocket frames.
    WebSocket,
    /// WebSocket frames, the large ones compressed.
    CompressedWebSocket,
    /// Server-Sent Events.
    Sse,
    /// Server-Sent Events in one gzip stream.
    CompressedSse,
}

impl Format {
    fn number(self) -> u8 {
        match self {
            Self::WebSocket => 0,
            Self::CompressedWebSocket => 1,
            Self::Sse => 2,
            Self::CompressedSse => 3,
        }
    }

    pub(super) fn is_sse(self) -> bool {
        matches!(self, Self::Sse | Self::CompressedSse)
    }
}

/// Encodes for one gateway.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoder {
    /// Messages of fewer bytes are not compressed.
    pub(crate) least_compressed: usize,
}

/// The end of a snapshot frame's JSON.
const TAIL: &[u8] = b"}";
/// The last bytes of a flushed deflate block, which a WebSocket message does without (RFC 7692, section 7.2.1).
const FLUSH: usize = 4;

impl Encoder {
    /// A message of the stream.
    pub(super) fn item<'a>(&self, item: &'a Item, kind: CursorKind, format: Format) -> &'a Bytes {
        let format = match format {
            Format::CompressedWebSocket if item.body.len() < self.least_compressed => Format::WebSocket,
            format => format,
        };
        let kind = if item.notification().is_some() { CursorKind::User } else { kind };
        let number = kind_number(kind) * 4 + format.number();
        item.forms.get_or_make(number, || {
            let cursor = item_cursor(item, kind).to_string();
            let head = format!("{{\"cursor\":\"{cursor}\",");
            // The body was decoded before: it is an object with fields.
            let rest = item.body.trim_ascii_start();
            let parts = [head.as_bytes(), rest.strip_prefix(b"{").unwrap_or(rest)];
            encode(format, Some(&cursor), None, &parts)
        })
    }

    /// A control message. As an event of a stream it has the cursor for its id.
    pub(super) fn message(&self, message: &Outgoing<'_>, format: Format) -> Bytes {
        let json = message.json();
        let name = matches!(message, Outgoing::Position { .. }).then_some("position");
        let id = match message {
            // Without a cursor the browser must forget the one that it has: its screen begins anew.
            Outgoing::ConnectionEstablished { cursor, .. } => Some(cursor.as_deref().unwrap_or_default()),
            Outgoing::Lagged { cursor, .. } | Outgoing::Position { cursor } => Some(cursor.as_str()),
            _ => None,
        };
        let format = match format {
            Format::CompressedWebSocket if json.len() < self.least_compressed => Format::WebSocket,
            format => format,
        };
        encode(format, id, name, &[json.as_bytes()])
    }

    /// A frame of a snapshot in pieces; the stations' are shared.
    pub(super) fn snapshot(&self, text: &Text, complete_at: Option<&Cursor>, format: Format) -> [Piece; 3] {
        let head = protocol::snapshot_head(complete_at);
        let length = head.len() + text.json.len() + TAIL.len();
        let compressed = || text.forms.get_or_make(0, || deflate::block(&[&text.json])).clone();
        let [head, stations, tail] = match format {
            Format::CompressedWebSocket if length >= self.least_compressed => {
                let (head, stations) = (deflate::block(&[head.as_bytes()]), compressed());
                let tail = deflate::block(&[TAIL]);
                let tail = tail.slice(..tail.len().saturating_sub(FLUSH));
                let header = websocket::text_header(head.len() + stations.len() + tail.len(), true);
                [Bytes::from([&header[..], &head].concat()), stations, tail]
            }
            Format::WebSocket | Format::CompressedWebSocket => {
                let header = websocket::text_header(length, false);
                let head = [&header[..], head.as_bytes()].concat();
                [head.into(), text.json.clone(), Bytes::from_static(TAIL)]
            }
            Format::Sse => {
                [plain_sse_head(complete_at, &head), text.json.clone(), Bytes::from_static(SSE_TAIL)]
            }
            Format::CompressedSse => {
                let head = deflate::block(&[&plain_sse_head(complete_at, &head)]);
                [head, compressed(), deflate::block(&[SSE_TAIL])]
            }
        };
        [Piece::part(head), Piece::part(stations), Piece::end(tail)]
    }

    /// The same frame as it is before compression, for the checksum of a gzip stream.
    pub(super) fn plain_snapshot(text: &Text, complete_at: Option<&Cursor>) -> [Bytes; 3] {
        let head = plain_sse_head(complete_at, &protocol::snapshot_head(complete_at));
        [head, text.json.clone(), Bytes::from_static(SSE_TAIL)]
    }

    /// What ends a connection: the close frame, or the time after which a browser opens the stream again.
    pub(super) fn end(&self, disconnect: Disconnect, format: Format) -> Bytes {
        if !format.is_sse() {
            let (code, reason) = disconnect.close_code();
            return websocket::close(code, &reason);
        }
        match disconnect {
            Disconnect::Restarting { retry_after_ms } if format == Format::CompressedSse => {
                deflate::block(&[&sse::retry(retry_after_ms)])
            }
            Disconnect::Restarting { retry_after_ms } => sse::retry(retry_after_ms),
            _ => Bytes::new(),
        }
    }

    /// What asks for a sign of life; a comment keeps a quiet stream open.
    pub(super) fn heartbeat(&self, format: Format) -> Bytes {
        match format {
            Format::WebSocket | Format::CompressedWebSocket => Bytes::from_static(websocket::PING),
            Format::Sse => Bytes::from_static(sse::COMMENT),
            Format::CompressedSse => deflate::block(&[sse::COMMENT]),
        }
    }
}

/// The end of a snapshot as an event of a stream.
const SSE_TAIL: &[u8] = b"}\n\n";

fn plain_sse_head(complete_at: Option<&Cursor>, head: &str) -> Bytes {
    match complete_at {
        Some(cursor) => format!("id: {cursor}\ndata: {head}").into(),
        None => format!("data: {head}").into(),
    }
}

fn encode(format: Format, id: Option<&str>, name: Option<&str>, json: &[&[u8]]) -> Bytes {
    match format {
        Format::WebSocket => websocket::text(json),
        Format::CompressedWebSocket => websocket::text_compressed(json),
        Format::Sse => sse::event(id, name, json),
        Format::CompressedSse => deflate::block(&[&sse::event(id, name, json)]),
    }
}

fn item_cursor(item: &Item, kind: CursorKind) -> Cursor {
    match item.about {
        About::Rider { notification_id, .. } => Cursor::of_user(item.shown, notification_id),
        About::State(_) | About::Event { .. } => Cursor::new(kind, item.shown),
    }
}

fn kind_number(kind: CursorKind) -> u8 {
    match kind {
        CursorKind::AllStations => 0,
        CursorKind::Box => 1,
        CursorKind::Station => 2,
        CursorKind::User => 3,
    }
}

/// The cursor of a client that has seen everything up to a position.
pub(super) fn cursor(kind: CursorKind, at: Position, notified: events::NotificationId) -> Cursor {
    match kind {
        CursorKind::User => Cursor::of_user(at, notified),
        kind => Cursor::new(kind, at),
    }
}
