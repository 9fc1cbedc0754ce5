//! A user's language, time zone and push kinds: a file for each use case; here the routes and the JSON.

mod change;
mod read;

use std::collections::BTreeMap;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Nullable, Text};
use events::{Locale, MessageKind};
use serde::Serialize;
use service::Caller;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};

const DEFAULT_TIME_ZONE: &str = "UTC";

/// `/user/preferences`.
pub(crate) fn routes() -> Vec<Resource> {
    vec![routes::at("/user/preferences").get(read::read).patch(change::change)]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(read::read, change::change))]
pub(crate) struct Documents;

/// How a user wants to be told things.
#[derive(Debug, Serialize, ToSchema)]
struct Preferences {
    /// The language that messages are written in: the chosen one, else that of the token, else English.
    locale: Locale,
    /// The IANA name of the time zone by whose clock messages name times.
    time_zone: String,
    /// Which kinds of messages are pushed to the user's browsers.
    push: BTreeMap<MessageKind, bool>,
}

/// What a row of `booking.riders` says of it.
#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<Locale>,
    #[diesel(sql_type = Nullable<Text>)]
    claimed_locale: Option<Locale>,
    #[diesel(sql_type = Text)]
    time_zone: String,
    #[diesel(sql_type = Array<Text>)]
    push_off: Vec<MessageKind>,
}

impl Default for Row {
    fn default() -> Self {
        let time_zone = DEFAULT_TIME_ZONE.into();
        Self { locale: None, claimed_locale: None, time_zone, push_off: Vec::new() }
    }
}

impl Row {
    /// The preferences of the caller whose row this is. Without a chosen language it is the one of this token, or of
    /// the last one that named any.
    fn of(self, caller: Caller) -> Preferences {
        let Self { locale, claimed_locale, time_zone, push_off } = self;
        let push = MessageKind::ALL.iter().map(|kind| (*kind, !push_off.contains(kind)));
        Preferences {
            locale: locale.or(caller.locale).or(claimed_locale).unwrap_or(Locale::English),
            time_zone,
            push: push.collect(),
        }
    }
}
