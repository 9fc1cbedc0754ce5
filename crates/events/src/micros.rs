//! Times in JSON: RFC 3339, UTC, always with microseconds, as Postgres keeps them. For
//! `#[serde(with = "events::micros")]`.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serializer};

/// Writes a time.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Reads a time in any form of RFC 3339.
///
/// # Errors
/// When it is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::deserialize(deserializer)
}

/// Whether RFC 3339 can write a time, section 1: years have four digits. What parses times here takes more, and Postgres
/// keeps other ones again.
#[must_use]
pub fn in_calendar(time: &DateTime<Utc>) -> bool {
    (0..=9_999).contains(&time.year())
}

/// The same for a time that may be absent; `null` then.
pub mod option {
    use chrono::{DateTime, Utc};
    use serde::Serializer;

    /// Writes a time or null.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize)]
    struct Stamped {
        #[serde(with = "super")]
        at: DateTime<Utc>,
        #[serde(with = "super::option")]
        ended: Option<DateTime<Utc>>,
    }

    #[test]
    fn the_calendar_has_years_of_four_digits() {
        for (time, there) in [
            ("0000-01-01T00:00:00Z", true),
            ("9999-12-31T23:59:59Z", true),
            ("-0001-12-31T23:59:59Z", false),
            ("+10000-01-01T00:00:00Z", false),
        ] {
            assert_eq!(in_calendar(&time.parse().unwrap()), there, "{time}");
        }
    }

    #[test]
    fn a_time_on_the_full_second_has_its_microseconds_too() {
        let at = "2026-11-23T10:00:00Z".parse().unwrap();
        let json = serde_json::to_string(&Stamped { at, ended: None }).unwrap();
        assert_eq!(json, r#"{"at":"2026-11-23T10:00:00.000000Z","ended":null}"#);
    }
}
