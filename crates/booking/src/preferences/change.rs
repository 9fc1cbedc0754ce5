//! `PATCH /user/preferences/`: the caller changes what the request names, and nothing else.

use actix_web::web::{Data, Json};
use database::{Database, only_row};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{Locale, MessageKind};
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::{DEFAULT_TIME_ZONE, Preferences, Row};
use crate::error::Error;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PreferencesPatch)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    locale: Option<Locale>,
    /// The time zone of messages from now on: an IANA name, for example `Africa/Addis_Ababa`.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    time_zone: Option<TimeZone>,
    /// The kinds to push from now on (`true`) or no more (`false`).
    #[serde(default, deserialize_with = "service::object::only")]
    #[schema(required = false)]
    push: PushChange,
}

/// A struct and not a map, so that an answer can say which kind is unknown.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushChange {
    booking_confirmed: Option<bool>,
    booking_ready: Option<bool>,
    booking_collected: Option<bool>,
    booking_cancelled: Option<bool>,
    booking_expired: Option<bool>,
    booking_expiring: Option<bool>,
    notification: Option<bool>,
}

impl PushChange {
    /// The kinds that are to be pushed from now on, or no more.
    fn kinds(&self, on: bool) -> Vec<&'static str> {
        [
            (MessageKind::BookingConfirmed, self.booking_confirmed),
            (MessageKind::BookingReady, self.booking_ready),
            (MessageKind::BookingCollected, self.booking_collected),
            (MessageKind::BookingCancelled, self.booking_cancelled),
            (MessageKind::BookingExpired, self.booking_expired),
            (MessageKind::BookingExpiring, self.booking_expiring),
            (MessageKind::Notification, self.notification),
        ]
        .into_iter()
        .filter(|(_, pushed)| *pushed == Some(on))
        .map(|(kind, _)| kind.as_str())
        .collect()
    }
}

/// What may be the name of a time zone.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct TimeZone(String);

impl TryFrom<String> for TimeZone {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if (1..=64).contains(&name.len()) && !name.contains('\0') {
            Ok(Self(name))
        } else {
            Err("must be the name of a time zone, for example Africa/Addis_Ababa")
        }
    }
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Bool)]
    known: bool,
}

/// Changes what the request names, and nothing else.
///
/// For any user.
#[utoipa::path(
    patch,
    path = "/user/preferences/",
    operation_id = "change_preferences",
    tag = "preferences",
    request_body = Change,
    responses(
        (status = 200, description = "The preferences after the change.", body = Preferences),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn change(
    caller: Caller,
    body: Body<Change>,
    database: Data<Database>,
) -> Result<Json<Preferences>, Problem> {
    let Change { locale, time_zone, push } = body.0;
    let (on, off) = (push.kinds(true), push.kinds(false));
    let row: Row = database
        .run(async move |connection| {
            if let Some(TimeZone(name)) = &time_zone {
                require_known(connection, name).await?;
            }
            // The kinds that the request does not name stay as they are, also when another request changes them now.
            let change = diesel::sql_query(
                "INSERT INTO booking.riders AS r (user_id, locale, time_zone, push_off, claimed_locale) \
                 VALUES ($1, $2, coalesce($3, $4), $5, $7) \
                 ON CONFLICT (user_id) DO UPDATE \
                 SET locale = coalesce($2, r.locale), time_zone = coalesce($3, r.time_zone), \
                     push_off = ARRAY(SELECT unnest(r.push_off || $5) EXCEPT SELECT unnest($6) ORDER BY 1), \
                     claimed_locale = coalesce($7, r.claimed_locale) \
                 RETURNING locale, claimed_locale, time_zone, push_off",
            )
            .bind::<BigInt, _>(caller.user_id)
            .bind::<Nullable<Text>, _>(locale)
            .bind::<Nullable<Text>, _>(time_zone.map(|zone| zone.0))
            .bind::<Text, _>(DEFAULT_TIME_ZONE)
            .bind::<Array<Text>, _>(off)
            .bind::<Array<Text>, _>(on)
            .bind::<Nullable<Text>, _>(caller.locale);
            only_row(change, connection).await.map_err(Error::from)
        })
        .await?;
    Ok(Json(row.of(caller)))
}

/// Refuses what Postgres, which brings the IANA names along, does not know.
async fn require_known(connection: &mut AsyncPgConnection, name: &str) -> Result<(), Error> {
    let known: Known = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM pg_timezone_names \
                        WHERE name = $1 AND name !~ '^(posix|right)/|^(posixrules|localtime|Factory)$') AS known",
    )
    .bind::<Text, _>(name)
    .get_result(connection)
    .await?;
    if known.known { Ok(()) } else { Err(Error::TimeZoneUnknown) }
}
