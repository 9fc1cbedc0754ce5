//! Times as a language writes them, by the clock of a zone.

use chrono::{DateTime, LocalResult, TimeZone};
use chrono_tz::Tz;
use fluent_bundle::FluentArgs;

use super::language::Language;

/// A time of RFC 3339 by the zone's clock. The offset from UTC stands beside it only where it is needed: in UTC, which
/// is also for whoever has chosen no zone or one that is not known, and in the hour that a zone has twice in autumn.
/// What is no time, or has no form in this language, stays as it is.
pub(super) fn written(language: &Language, time: &str, zone: &str) -> String {
    let Ok(at) = DateTime::parse_from_rfc3339(time) else {
        return time.to_owned();
    };
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let at = at.with_timezone(&zone);
    let mut args = FluentArgs::new();
    for (name, form) in [("year", "%Y"), ("month", "%m"), ("day", "%d"), ("hour", "%H"), ("minute", "%M")] {
        args.set(name, at.format(form).to_string());
    }
    let is_utc = matches!(zone, Tz::UTC | Tz::Etc__UTC);
    let twice = matches!(zone.from_local_datetime(&at.naive_local()), LocalResult::Ambiguous(..));
    let id = if is_utc || twice { "time-with-offset" } else { "time" };
    args.set("offset", if is_utc { "UTC".to_owned() } else { at.format("UTC%:z").to_string() });
    language.value(id, &args).unwrap_or_else(|| time.to_owned())
}
