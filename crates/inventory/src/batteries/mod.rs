//! Batteries: a file for each use case; here the routes, what a battery reads like, and the values a
//! request may give it.

mod change;
mod list;
mod place;
mod read;
mod register;
mod remove;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use events::{BatteryId, BatteryState, StationId, UserId};
use serde::{Deserialize, Serialize};
use service::routes::{self, Resource};
use service::{Problem, Text};
use utoipa::{OpenApi, ToSchema};

use crate::schema::batteries;
use crate::stations;

/// The most batteries in one request.
const BULK: usize = 1_000;

/// `/batteries`, one battery, and the batteries at a station.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/batteries").get(list::of_owner).post(register::register),
        routes::at("/batteries/{battery_id}").get(read::read).patch(change::change).unknown(unreadable_id),
        routes::at("/stations/{station_id}/batteries")
            .get(list::at_station)
            .put(place::place)
            .unknown(unreadable_id),
        routes::at("/stations/{station_id}/batteries/{battery_id}")
            .delete(remove::remove)
            .unknown(unreadable_id),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(
    list::of_owner,
    list::at_station,
    register::register,
    read::read,
    change::change,
    place::place,
    remove::remove
))]
pub(crate) struct Documents;

/// Nothing has an id that can't be read: says whether it was the station's or the battery's.
fn unreadable_id(request: &HttpRequest) -> Problem {
    match request.match_info().get("station_id").map(str::parse::<StationId>) {
        Some(Err(_)) => stations::unknown_station(),
        Some(Ok(_)) | None => Problem::not_found("battery-not-found", "There is no battery with this id."),
    }
}

/// A battery as the API shows it.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = batteries)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Battery {
    id: BatteryId,
    serial_number: String,
    model: String,
    state: BatteryState,
    station_id: Option<StationId>,
    owner_id: UserId,
    state_of_charge_percent: f64,
    state_of_health_percent: f64,
    #[serde(with = "events::micros")]
    updated_at: DateTime<Utc>,
}

/// 0–100.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(minimum = 0, maximum = 100)]
#[serde(try_from = "f64")]
struct Percent(f64);

impl TryFrom<f64> for Percent {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if (0.0..=100.0).contains(&value) { Ok(Self(value)) } else { Err("must be between 0 and 100") }
    }
}

/// What is printed on a battery.
type Label = Text<1, 100>;
