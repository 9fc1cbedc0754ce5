//! What a notification says: one function for the relay, the inbox and pushes, so that all three say the same. It needs
//! nothing but the row, which keeps kind, parameters, language and time zone as they were when it was written.

mod language;
mod time;

use events::{Level, Locale, MessageKind};
use fluent_bundle::FluentArgs;
use serde_json::Value;

use language::Language;

/// What a row keeps of its sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) kind: &'a str,
    pub(crate) params: &'a Value,
    pub(crate) locale: &'a str,
    pub(crate) time_zone: &'a str,
}

/// What a rider reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) message: String,
    pub(crate) level: Level,
}

/// The parameter that is a time, in RFC 3339.
const UNTIL: &str = "until";

/// The text of a notification. No message is lost because a text is missing: English takes the place of a missing
/// language or text, and what English lacks is shown as it stands in the row.
pub(crate) fn render(source: Source<'_>) -> Text {
    let (title, message) = own_words(source.params).unwrap_or_else(|| {
        let locale = source.locale.parse().unwrap_or(Locale::English);
        [locale, Locale::English]
            .into_iter()
            .find_map(|locale| worded(Language::of(locale), source))
            .unwrap_or_else(|| (source.kind.to_owned(), source.params.to_string()))
    });
    Text { title, message, level: level(source) }
}

/// The words that somebody wrote, as they are.
fn own_words(params: &Value) -> Option<(String, String)> {
    let words = |name| params.get(name).and_then(Value::as_str).map(str::to_owned);
    Some((words("title")?, words("message")?))
}

/// Title and text in a language, if it has them and they need no other parameters than there are.
fn worded(
    language: &Language,
    Source { kind, params, time_zone, .. }: Source<'_>,
) -> Option<(String, String)> {
    let mut args = FluentArgs::new();
    for (name, value) in params.as_object()? {
        let written = match value.as_str() {
            Some(text) if name == UNTIL => time::written(language, text, time_zone),
            Some(text) => text.to_owned(),
            None => value.to_string(),
        };
        args.set(name.as_str(), written);
    }
    Some((language.value(kind, &args)?, language.attribute(kind, "message", &args)?))
}

/// How it is shown: the network chooses for its own words, the kind decides for everything else.
fn level(Source { kind, params, .. }: Source<'_>) -> Level {
    match kind.parse() {
        Ok(MessageKind::BookingConfirmed | MessageKind::BookingReady | MessageKind::BookingCollected) => {
            Level::Success
        }
        Ok(MessageKind::BookingExpiring | MessageKind::BookingExpired) => Level::Warning,
        Ok(MessageKind::BookingCancelled) => Level::Info,
        Ok(MessageKind::Notification) | Err(_) => params
            .get("level")
            .and_then(Value::as_str)
            .and_then(|name| name.parse().ok())
            .unwrap_or(Level::Info),
    }
}

#[cfg(test)]
mod tests;
