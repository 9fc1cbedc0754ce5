//! Putting the cursor in front of an event's JSON: the body is never parsed or built again.

use std::fmt::Display;

use bytes::{BufMut, Bytes, BytesMut};
use bytestring::ByteString;
use events::{Cursor, NotificationId, UserCursor};

/// A frame for station channels.
pub(super) fn station(at: Cursor, body: &Bytes) -> ByteString {
    with_cursor(&at, body)
}

/// A frame for a rider's channel.
pub(super) fn rider(at: Cursor, notification_id: NotificationId, body: &Bytes) -> ByteString {
    with_cursor(&UserCursor { cursor: at, notification_id }, body)
}

/// The body is a JSON object that has been decoded before: its first byte is the brace.
fn with_cursor(cursor: &dyn Display, body: &Bytes) -> ByteString {
    let head = format!("{{\"cursor\":\"{cursor}\",");
    let rest = body.trim_ascii_start();
    let rest = rest.strip_prefix(b"{").unwrap_or(rest);
    let mut frame = BytesMut::with_capacity(head.len() + rest.len());
    frame.put_slice(head.as_bytes());
    frame.put_slice(rest);
    // Serde accepted the body as JSON, which is UTF-8; a broken one would be sent as nothing at all.
    ByteString::try_from(frame.freeze()).unwrap_or_default()
}
