//! Lists: a page of items and the cursor of the next one. Pages are keyset pages: rows that come and go
//! neither skip nor repeat another row.

use std::fmt::Display;

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
