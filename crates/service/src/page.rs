//! Lists: a page of items and the cursor of the next one. Pages are keyset pages: rows that come and go
//! neither skip nor repeat another row.

use std::fmt::{self, Display};

use chrono::{DateTime, Utc};
use events::micros;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; `null` on the last.
    pub next: Option<String>,
}

/// How many items a page has: 1 to 500, by default 100.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub struct Limit(i64);

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

impl TryFrom<i64> for Limit {
    type Error = &'static str;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        if (1..=500).contains(&value) { Ok(Self(value)) } else { Err("limit must be 1 to 500") }
    }
}

impl Limit {
    /// What to ask the database for: one more than is shown tells whether there is a next page.
    #[must_use]
    pub fn with_one_more(self) -> i64 {
        self.0 + 1
    }

    /// Makes the page of rows that were asked for with [`Limit::with_one_more`].
    pub fn page<T, K: Display>(self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Page<T> {
        let limit = usize::try_from(self.0).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| key(last).to_string());
        Page { items: rows, next }
    }
}

/// The `after` of a list that is keyed by an id.
///
/// # Errors
/// 422 for a text that no page of ours gave out.
pub fn after_id(after: Option<&str>) -> Result<Option<i64>, Problem> {
    after
        .map(|text| text.parse().map_err(|_| Problem::invalid("after", "not a cursor of this list")))
        .transpose()
}

/// The `after` of a list that is ordered by time: the last row's time, and the id that tells it from others of the same
/// microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeCursor {
    /// When.
    pub at: DateTime<Utc>,
    /// Which of that time.
    pub id: i64,
}

impl Display for TimeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.at.timestamp_micros(), self.id)
    }
}

impl TryFrom<String> for TimeCursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = || {
            let (at, id) = text.split_once('_')?;
            let at = DateTime::from_timestamp_micros(at.parse().ok()?).filter(micros::in_calendar)?;
            Some(Self { at, id: id.parse().ok()? })
        };
        read().ok_or("not a cursor of this list")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_a_time_reads_back_and_nothing_else_is_one() {
        let cursor =
            TimeCursor { at: DateTime::from_timestamp_micros(1_772_000_000_123_456).unwrap(), id: -7 };
        assert_eq!(cursor.to_string(), "1772000000123456_-7");
        assert_eq!(TimeCursor::try_from(cursor.to_string()), Ok(cursor));
        for text in ["", "x", "1", "_", "1_", "_1", "1_x", "1.5_1", "-8000000000000000000_1"] {
            assert!(TimeCursor::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
