//! Where a client stands in the stream. AMQP 0.9.1 shows no identity of a log, and one that was
//! recreated or truncated answers any offset silently; so a cursor carries, beside the offset, 32 bits of
//! the event id at that offset. Whoever resumes checks that the same event still stands there.

use std::fmt;
use std::str::FromStr;

use crate::{EventId, NotificationId};

/// 32 bits of an event id: enough to tell one log from another at the same offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventMark(u32);

impl From<EventId> for EventMark {
    fn from(id: EventId) -> Self {
        // The last four bytes: random in every UUID version that we publish.
        let [.., a, b, c, d] = id.0.into_bytes();
        Self(u32::from_be_bytes([a, b, c, d]))
    }
}

/// A position in the stream that proves itself. Its text has a fixed width, so that it grows along a
/// channel also when compared as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The offset of the last message seen.
    pub offset: u64,
    /// The event that stood at that offset.
    pub mark: EventMark,
}

/// A position on a rider's channel: the stream's and the inbox's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserCursor {
    /// The position in the stream.
    pub cursor: Cursor,
    /// The last message of the inbox that was seen.
    pub notification_id: NotificationId,
}

/// A text that is no cursor of ours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a cursor")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:08x}", self.offset, self.mark.0)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        if text.len() != 24 {
            return Err(CursorError);
        }
        let (offset, mark) = text.split_at_checked(16).ok_or(CursorError)?;
        Ok(Self { offset: hex64(offset)?, mark: EventMark(hex32(mark)?) })
    }
}

impl fmt::Display for UserCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:016x}", self.cursor, self.notification_id.0)
    }
}

impl FromStr for UserCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (cursor, notification) = text.split_at_checked(24).ok_or(CursorError)?;
        let notification_id = i64::try_from(hex64(notification)?).map_err(|_| CursorError)?;
        Ok(Self { cursor: cursor.parse()?, notification_id: NotificationId(notification_id) })
    }
}

/// Exactly 16 lower-case hex digits: `from_str_radix` alone would take a sign and any length.
fn hex64(text: &str) -> Result<u64, CursorError> {
    if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(CursorError);
    }
    u64::from_str_radix(text, 16).map_err(|_| CursorError)
}

fn hex32(text: &str) -> Result<u32, CursorError> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(CursorError);
    }
    u32::from_str_radix(text, 16).map_err(|_| CursorError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(offset: u64) -> Cursor {
        Cursor { offset, mark: EventId::random().into() }
    }

    #[test]
    fn cursors_survive_the_round_trip() {
        let at = cursor(123_456);
        assert_eq!(at.to_string().parse(), Ok(at));
        let of_user = UserCursor { cursor: at, notification_id: NotificationId(9) };
        assert_eq!(of_user.to_string().parse(), Ok(of_user));
    }

    #[test]
    fn cursors_grow_as_text_when_the_offset_grows() {
        assert!(cursor(9).to_string() < cursor(10).to_string());
        assert!(cursor(0xff).to_string() < cursor(0x100).to_string());
    }

    #[test]
    fn foreign_text_is_refused() {
        for text in
            ["", "abc", "+00000000000000f00000000", "zz00000000000000aaaaaaaa", "é00000000000000aaaaaaaa"]
        {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
            assert_eq!(text.parse::<UserCursor>(), Err(CursorError), "{text}");
        }
    }
}
