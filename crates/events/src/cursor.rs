//! A client's position in the stream. AMQP 0.9.1 shows no identity of a log, and a log that was
//! recreated or truncated answers any offset silently; so a position carries, beside the offset, 32 bits of
//! the event id at that offset. A resume checks that the same event is still there.

use std::fmt;
use std::str::FromStr;

use crate::{EventId, NotificationId};

/// The version of the cursor's text, its first byte.
const VERSION: u8 = b'1';
/// The hex digits of one position: offset and mark.
const POSITION: usize = 24;
/// The prefix of a notification id.
const NOTIFICATION: char = 'n';

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

/// A place in one stream that proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The offset of the last message seen.
    pub offset: u64,
    /// The event at that offset.
    pub mark: EventMark,
}

/// The kind of channel that a cursor was given on. What a cursor proves to have been seen depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CursorKind {
    /// Every station.
    AllStations,
    /// The stations in a box. Which box is not in the cursor: its frames are shared by all boxes.
    Box,
    /// Single stations.
    Station,
    /// A rider.
    User,
}

impl CursorKind {
    fn letter(self) -> char {
        match self {
            Self::AllStations => 'a',
            Self::Box => 'b',
            Self::Station => 's',
            Self::User => 'u',
        }
    }

    fn from_letter(letter: u8) -> Option<Self> {
        match letter {
            b'a' => Some(Self::AllStations),
            b'b' => Some(Self::Box),
            b's' => Some(Self::Station),
            b'u' => Some(Self::User),
            _ => None,
        }
    }
}

/// What a client has seen. The text has a fixed width for a kind and a number of feeds, so that it grows along a
/// channel also when compared as text: the version, the kind's letter, the positions, and on a rider's channel
/// `n` with the notification id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The kind of channel.
    pub kind: CursorKind,
    /// One position for each feed that the gateway follows, in the order of its feeds. There is one feed today.
    pub positions: Vec<Position>,
    /// The last message of the rider's inbox that was seen; on a rider's channel only.
    pub notification_id: Option<NotificationId>,
}

impl Cursor {
    /// A cursor on a channel of stations, for one feed.
    #[must_use]
    pub fn new(kind: CursorKind, at: Position) -> Self {
        Self { kind, positions: vec![at], notification_id: None }
    }

    /// A cursor on a rider's channel, for one feed.
    #[must_use]
    pub fn of_user(at: Position, notification_id: NotificationId) -> Self {
        Self { kind: CursorKind::User, positions: vec![at], notification_id: Some(notification_id) }
    }

    /// The position, if the cursor is one for a single feed.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self.positions.as_slice() {
            [position] => Some(*position),
            _ => None,
        }
    }
}

/// A text that is no cursor of ours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a cursor")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(VERSION), self.kind.letter())?;
        for position in &self.positions {
            write!(f, "{:016x}{:08x}", position.offset, position.mark.0)?;
        }
        match self.notification_id {
            Some(id) => write!(f, "{NOTIFICATION}{:016x}", id.0),
            None => Ok(()),
        }
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let [VERSION, letter, digits @ ..] = text.as_bytes() else { return Err(CursorError) };
        let kind = CursorKind::from_letter(*letter).ok_or(CursorError)?;
        let digits = std::str::from_utf8(digits).map_err(|_| CursorError)?;
        let (positions, notification_id) = match (kind, digits.split_once(NOTIFICATION)) {
            (CursorKind::User, Some((positions, id))) => {
                let id = i64::try_from(hex64(id)?).map_err(|_| CursorError)?;
                (positions, Some(NotificationId(id)))
            }
            (CursorKind::User, None) | (_, Some(_)) => return Err(CursorError),
            (_, None) => (digits, None),
        };
        let positions: Vec<Position> =
            positions.as_bytes().chunks(POSITION).map(position).collect::<Result<_, _>>()?;
        if positions.is_empty() {
            return Err(CursorError);
        }
        Ok(Self { kind, positions, notification_id })
    }
}

fn position(digits: &[u8]) -> Result<Position, CursorError> {
    let digits = std::str::from_utf8(digits).map_err(|_| CursorError)?;
    let (offset, mark) = digits.split_at_checked(16).ok_or(CursorError)?;
    Ok(Position { offset: hex64(offset)?, mark: EventMark(hex32(mark)?) })
}

/// Exactly 16 hex digits: `from_str_radix` alone would take a sign and any length.
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

    fn position(offset: u64) -> Position {
        Position { offset, mark: EventId::random().into() }
    }

    fn text(offset: u64) -> String {
        Cursor::new(CursorKind::Station, position(offset)).to_string()
    }

    #[test]
    fn cursors_survive_the_round_trip() {
        for kind in [CursorKind::AllStations, CursorKind::Box, CursorKind::Station] {
            let cursor = Cursor::new(kind, position(123_456));
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        let of_user = Cursor::of_user(position(7), NotificationId(9));
        assert_eq!(of_user.to_string().parse(), Ok(of_user));
        let of_two_feeds = Cursor {
            kind: CursorKind::Box,
            positions: vec![position(1), position(2)],
            notification_id: None,
        };
        assert_eq!(of_two_feeds.to_string().parse(), Ok(of_two_feeds));
    }

    #[test]
    fn cursors_grow_as_text_when_the_offset_grows() {
        assert!(text(9) < text(10));
        assert!(text(0xff) < text(0x100));
    }

    #[test]
    fn foreign_text_is_refused() {
        let good = text(5);
        let of_user = Cursor::of_user(position(7), NotificationId(9)).to_string();
        for text in [
            "",
            "1",
            "1s",
            "abc",
            "1s+00000000000000f00000000",
            "1szz00000000000000aaaaaaaa",
            "1sé00000000000000aaaaaaaa",
            &good.replacen('1', "2", 1),
            &good.replacen('s', "x", 1),
            &good.replacen('s', "u", 1),
            &good[..good.len() - 1],
            &of_user[..of_user.len() - 1],
            &of_user.replacen('u', "s", 1),
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }
}
