//! Times in JSON: RFC 3339, UTC, always with microseconds, as Postgres keeps them. For
//! `#[serde(with = "events::micros")]`.

use chrono::{DateTime, SecondsFormat, Utc};
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
    fn a_time_on_the_full_second_has_its_microseconds_too() {
        let at = "2026-11-23T10:00:00Z".parse().unwrap();
        let json = serde_json::to_string(&Stamped { at, ended: None }).unwrap();
        assert_eq!(json, r#"{"at":"2026-11-23T10:00:00.000000Z","ended":null}"#);
    }
}
