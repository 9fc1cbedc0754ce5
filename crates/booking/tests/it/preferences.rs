//! `/user/preferences/`: language, time zone, and the kinds of messages that are pushed.

use reqwest::Method;
use serde_json::{Value, json};
use testbed::{Api, token_in};

use crate::app::Service;

const PATH: &str = "/user/preferences/";
const KINDS: [&str; 7] = [
    "booking_confirmed",
    "booking_ready",
    "booking_collected",
    "booking_cancelled",
    "booking_expired",
    "booking_expiring",
    "notification",
];

/// The preferences of a user who gets every push but these.
fn preferences(locale: &str, time_zone: &str, off: &[&str]) -> Value {
    let push = KINDS.iter().map(|kind| ((*kind).to_owned(), json!(!off.contains(kind))));
    json!({"locale": locale, "time_zone": time_zone, "push": push.collect::<serde_json::Map<_, _>>()})
}

/// Rider 42, whose token names a language.
fn speaking(service: &Service, locale: &str) -> Api {
    service.api.with_token(token_in(42, locale))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_chosen_nothing_has_the_defaults_in_the_language_of_the_token() {
    let service = Service::start().await;
    assert_eq!(service.api.rider(42).get(PATH).await.ok(), preferences("en", "UTC", &[]));
    assert_eq!(speaking(&service, "de-AT").get(PATH).await.ok(), preferences("de", "UTC", &[]));
    assert_eq!(speaking(&service, "fr").get(PATH).await.ok(), preferences("en", "UTC", &[]));
    assert_eq!(service.database.number("SELECT count(*) FROM booking.riders").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_touches_what_it_names_and_nothing_else_and_nobody_else() {
    let service = Service::start().await;
    let rider = service.api.rider(42);
    let steps = [
        (json!({}), preferences("en", "UTC", &[])),
        (json!({"push": {"notification": false}}), preferences("en", "UTC", &["notification"])),
        (json!({"locale": "am"}), preferences("am", "UTC", &["notification"])),
        (
            json!({"time_zone": "Africa/Addis_Ababa"}),
            preferences("am", "Africa/Addis_Ababa", &["notification"]),
        ),
        (
            json!({"push": {"booking_ready": false, "booking_expired": true}}),
            preferences("am", "Africa/Addis_Ababa", &["notification", "booking_ready"]),
        ),
        (
            json!({"push": {"booking_ready": false, "notification": true}, "locale": "de", "time_zone": "UTC"}),
            preferences("de", "UTC", &["booking_ready"]),
        ),
    ];
    for (change, expected) in steps {
        assert_eq!(rider.patch(PATH, change.clone()).await.ok(), expected, "{change}");
        assert_eq!(rider.get(PATH).await.ok(), expected, "{change}");
    }
    let chosen = speaking(&service, "am").get(PATH).await.ok();
    assert_eq!(chosen["locale"], "de", "what is chosen goes before the token");
    assert_eq!(service.api.rider(43).get(PATH).await.ok(), preferences("en", "UTC", &[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_can_not_be_accepted_changes_nothing() {
    let service = Service::start().await;
    let rider = service.api.rider(42);
    service.api.get(PATH).await.is_problem(401, "unauthenticated");
    service.api.patch(PATH, json!({})).await.is_problem(401, "unauthenticated");
    rider.refuses_unreadable_bodies(Method::PATCH, PATH, 64 * 1024).await;
    for (change, field) in [
        (json!({"locale": "fr"}), "locale"),
        (json!({"locale": "de-DE"}), "locale"),
        (json!({"time_zone": ""}), "time_zone"),
        (json!({"time_zone": "Mars/Olympus_Mons"}), "time_zone"),
        (json!({"time_zone": "UTC+3"}), "time_zone"),
        (json!({"time_zone": "posix/UTC"}), "time_zone"),
        (json!({"time_zone": "a\u{0}"}), "time_zone"),
        (json!({"push": {"weather": true}}), "push.weather"),
        (json!({"push": {"notification": "no"}}), "push.notification"),
        (json!({"font": "large"}), "font"),
    ] {
        let mut whole = change.clone();
        whole["push"]["booking_ready"] = json!(false);
        rider.patch(PATH, whole).await.is_invalid(&[field]);
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        rider.send(method, PATH, None).await.is_problem(405, "method-not-allowed");
    }
    assert_eq!(rider.get(PATH).await.ok(), preferences("en", "UTC", &[]));
}
