//! Stations: a file for each use case; here the routes, what a station reads like, and the values a
//! request may give it.

mod change;
mod create;
mod geojson;
mod inside;
mod list;
mod lock;
mod ownership;
mod read;
mod remove;

pub(crate) use inside::inside;
pub(crate) use ownership::require_owner;
pub(crate) use read::find;

use chrono::{DateTime, Utc};
use diesel::{Queryable, QueryableByName, Selectable};
use events::{StationId, StationStatus};
use serde::{Deserialize, Serialize};
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};

use crate::schema::station_states;

/// `/stations` and one station.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/stations").get(list::list).post(create::create),
        routes::at("/stations/{station_id}")
            .get(read::read)
            .patch(change::change)
            .delete(remove::remove)
            .unknown(|_| unknown_station()),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(list::list, create::create, read::read, change::change, remove::remove))]
pub(crate) struct Documents;

/// The answer for an id that can't be read.
pub(crate) fn unknown_station() -> Problem {
    Problem::not_found("station-not-found", "There is no station with this id.")
}

/// A station as the API shows it.
#[derive(Debug, Serialize, Queryable, QueryableByName, Selectable, ToSchema)]
#[diesel(table_name = station_states)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub(crate) struct Station {
    pub(crate) id: StationId,
    name: String,
    latitude: f64,
    longitude: f64,
    status: StationStatus,
    status_message: String,
    available_batteries: i64,
    booked_batteries: i64,
    unavailable_batteries: i64,
    total_batteries: i64,
    #[serde(with = "events::micros")]
    updated_at: DateTime<Utc>,
}

/// Less than an atom on the ground is zero: Postgres refuses to multiply by what could underflow.
const LEAST_DEGREES: f64 = 1e-15;

macro_rules! degrees {
    ($(#[$doc:meta])* $name:ident, $limit:literal, $message:literal) => {
        #[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
        $(#[$doc])*
        #[serde(try_from = "f64")]
        pub(crate) struct $name(pub(crate) f64);

        impl TryFrom<f64> for $name {
            type Error = &'static str;

            fn try_from(value: f64) -> Result<Self, Self::Error> {
                if !(-$limit..=$limit).contains(&value) {
                    return Err($message);
                }
                Ok(Self(if value.abs() < LEAST_DEGREES { 0.0 } else { value }))
            }
        }
    };
}

degrees! {
    /// Degrees north, WGS 84.
    #[schema(minimum = -90, maximum = 90)]
    Latitude, 90.0, "must be between -90 and 90 degrees"
}
degrees! {
    /// Degrees east, WGS 84.
    #[schema(minimum = -180, maximum = 180)]
    Longitude, 180.0, "must be between -180 and 180 degrees"
}
