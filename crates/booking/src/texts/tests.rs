use std::collections::BTreeSet;

use serde_json::json;

use super::*;

const UNTIL_TIME: &str = "2026-11-25T22:05:00+00:00";

fn source<'a>(kind: &'a str, params: &'a Value, locale: &'a str, time_zone: &'a str) -> Source<'a> {
    Source { kind, params, locale, time_zone }
}

fn order_kinds() -> impl Iterator<Item = MessageKind> {
    MessageKind::ALL.iter().copied().filter(|kind| *kind != MessageKind::Notification)
}

/// The sentence of a booking that is confirmed until this time.
fn confirmed(until: &str, locale: &str, time_zone: &str) -> String {
    let params = json!({"station": "Mitte", "until": until});
    render(source("booking_confirmed", &params, locale, time_zone)).message
}

#[test]
fn every_kind_has_its_words_in_every_language_with_all_parameters() {
    let params = json!({"station": "Gleisdreieck", "until": UNTIL_TIME});
    for locale in Locale::ALL {
        let language = Language::of(*locale);
        let mut all = BTreeSet::new();
        for kind in order_kinds() {
            let worded = worded(language, source(kind.as_str(), &params, locale.as_str(), "Europe/Berlin"));
            let (title, message) = worded.unwrap_or_else(|| panic!("{locale:?} can't word {kind:?}"));
            let case = format!("{locale:?} {kind:?}: {title}: {message}");
            assert!(
                message.contains("Gleisdreieck") && !title.contains('{') && !message.contains('{'),
                "{case}"
            );
            let names_the_end = matches!(kind, MessageKind::BookingConfirmed | MessageKind::BookingExpiring);
            assert_eq!(message.contains("23:05"), names_the_end, "{case}");
            assert!(!message.contains("UTC"), "{case}");
            all.extend([title, message]);
        }
        assert_eq!(all.len(), 2 * order_kinds().count(), "{locale:?} says the same twice: {all:?}");
    }
}

#[test]
fn no_language_has_a_sentence_that_english_lacks_or_lacks_one() {
    let ids = |file: &str| -> BTreeSet<String> {
        let lines = file.lines().filter(|line| !line.starts_with([' ', '#']));
        lines.filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned()).collect()
    };
    let english = ids(include_str!("en.ftl"));
    assert!(english.len() > 6);
    for file in [include_str!("de.ftl"), include_str!("am.ftl")] {
        assert_eq!(ids(file), english);
        fluent_bundle::FluentResource::try_new(file.to_owned()).unwrap();
    }
}

#[test]
fn a_time_is_that_of_the_riders_clock() {
    for (locale, zone, message) in [
        ("en", "UTC", "A battery is yours at Mitte until 2026-11-25 22:05 UTC."),
        ("en", "America/New_York", "A battery is yours at Mitte until 2026-11-25 17:05."),
        (
            "de",
            "Europe/Berlin",
            "An der Station Mitte ist bis zum 25.11.2026 um 23:05 Uhr ein Akku für Sie reserviert.",
        ),
        (
            "de",
            "UTC",
            "An der Station Mitte ist bis zum 25.11.2026 um 22:05 Uhr (UTC) ein Akku für Sie reserviert.",
        ),
        ("am", "Africa/Addis_Ababa", "በMitte ጣቢያ እስከ 26/11/2026 01:05 ድረስ ባትሪ ተይዞልዎታል።"),
    ] {
        assert_eq!(confirmed(UNTIL_TIME, locale, zone), message);
    }
    // Half an hour from the others, and in summer.
    assert!(confirmed(UNTIL_TIME, "en", "Asia/Kolkata").ends_with("until 2026-11-26 03:35."));
    assert!(confirmed("2026-07-01T22:05:00Z", "en", "Europe/Berlin").ends_with("until 2026-07-02 00:05."));
    // A server whose own zone is another one wrote the row.
    assert!(
        confirmed("2026-11-26T03:05:00+05:00", "en", "Europe/Berlin").ends_with("until 2026-11-25 23:05.")
    );
}

#[test]
fn an_hour_that_a_zone_has_twice_is_told_by_its_offset() {
    let sentence = |until| confirmed(until, "en", "Europe/Berlin");
    assert!(sentence("2026-10-25T00:30:00Z").ends_with("until 2026-10-25 02:30 UTC+02:00."));
    assert!(sentence("2026-10-25T01:30:00Z").ends_with("until 2026-10-25 02:30 UTC+01:00."));
    assert!(sentence("2026-10-25T02:30:00Z").ends_with("until 2026-10-25 03:30."));
}

#[test]
fn what_is_not_known_loses_no_message() {
    let english = "A battery is yours at Mitte until 2026-11-25 22:05 UTC.";
    for zone in ["", "Mars/Olympus_Mons", "UTC+3", "Etc/UTC"] {
        assert_eq!(confirmed(UNTIL_TIME, "en", zone), english, "{zone:?}");
    }
    for locale in ["", "fr", "de-DE", "EN"] {
        assert_eq!(confirmed(UNTIL_TIME, locale, "UTC"), english, "{locale:?}");
    }
    for until in ["infinity", "tomorrow", "12026-01-01T00:00:00+00:00"] {
        assert_eq!(confirmed(until, "en", "UTC"), format!("A battery is yours at Mitte until {until}."));
    }
    // Neither German nor English can say it: it is shown as it stands in the row.
    for (kind, params) in [
        ("booking_confirmed", json!({"station": "Mitte"})),
        ("booking_moved", json!({"station": "Mitte", "to": "Wedding"})),
        ("notification", json!({"title": "Storm"})),
        ("booking_ready", json!("Mitte")),
    ] {
        let Text { title, message, level } = render(source(kind, &params, "de", "UTC"));
        assert_eq!((title.as_str(), message), (kind, params.to_string()));
        assert_eq!(
            level,
            if kind.starts_with("booking_c") || kind == "booking_ready" {
                Level::Success
            } else {
                Level::Info
            }
        );
    }
}

#[test]
fn a_language_that_lacks_a_sentence_lets_english_say_it() {
    let half = Language::read(
        Locale::German,
        "booking_ready = Akku bereit\n\n= ?\n\nbooking_expired = Vorbei\n    .message = Vorbei in { $city }.",
    );
    let params = json!({"station": "Mitte", "until": UNTIL_TIME});
    for kind in ["booking_confirmed", "booking_ready", "booking_expired"] {
        assert_eq!(worded(&half, source(kind, &params, "de", "UTC")), None, "{kind}");
    }
    assert_eq!(time::written(&half, UNTIL_TIME, "Europe/Berlin"), UNTIL_TIME);
}

#[test]
fn the_networks_own_words_are_left_alone() {
    let params =
        json!({"title": "{ $station }", "message": "Strom weg\n– \"bald\" wieder da.", "level": "error"});
    let text = render(source("notification", &params, "am", "Africa/Addis_Ababa"));
    let expected = Text {
        title: "{ $station }".into(),
        message: "Strom weg\n– \"bald\" wieder da.".into(),
        level: Level::Error,
    };
    assert_eq!(text, expected);
    // As those that were written before there were parameters.
    let params = json!({"title": "Booking expired", "message": "Your booking at Mitte has expired."});
    let text = render(source("booking_expired", &params, "de", "UTC"));
    assert_eq!((text.message.as_str(), text.level), ("Your booking at Mitte has expired.", Level::Warning));
}

#[test]
fn a_stations_name_is_never_read_as_anything_else() {
    for name in ["{ $until }", "Kreuz & \"Quer\"", "ሜክሲኮ አደባባይ", "2026-11-25T22:05:00Z", "12", ""]
    {
        let params = json!({"station": name, "until": UNTIL_TIME});
        let text = render(source("booking_ready", &params, "en", "UTC"));
        assert_eq!(text.message, format!("Your battery at {name} is charged and ready."));
    }
}
