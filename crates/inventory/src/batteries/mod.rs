//! Batteries: a file for each use case; here the routes, what a battery reads like, and the values a
//! request may give it.

mod change;
mod list;
mod place;
mod read;
mod register;
mod remove;

use actix_web::web::{self, PathConfig, ServiceConfig};
use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use events::{BatteryId, BatteryState, StationId, UserId};
use serde::{Deserialize, Serialize};
use service::{Problem, server};

use crate::schema::batteries;
use crate::stations;

/// The most batteries in one request.
const BULK: usize = 1_000;

/// Mounts `/batteries` and the batteries of a station.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/batteries")
                .route(web::get().to(list::of_owner))
                .route(web::post().to(register::register))
                .default_service(server::only("GET, POST")),
        )
        .service(
            web::resource("/batteries/{battery_id}")
                .app_data(unreadable_id())
                .route(web::get().to(read::read))
                .route(web::patch().to(change::change))
                .default_service(server::only("GET, PATCH")),
        )
        .service(
            web::resource("/stations/{station_id}/batteries")
                .app_data(unreadable_id())
                .route(web::get().to(list::at_station))
                .route(web::put().to(place::place))
                .default_service(server::only("GET, PUT")),
        )
        .service(
            web::resource("/stations/{station_id}/batteries/{battery_id}")
                .app_data(unreadable_id())
                .route(web::delete().to(remove::remove))
                .default_service(server::only("DELETE")),
        );
}

/// Nothing has an id that can't be read: says whether it was the station's or the battery's.
fn unreadable_id() -> PathConfig {
    PathConfig::default().error_handler(|_, request| {
        match request.match_info().get("station_id").map(str::parse::<StationId>) {
            Some(Err(_)) => stations::unknown_station().into(),
            Some(Ok(_)) | None => {
                Problem::not_found("battery-not-found", "There is no battery with this id.").into()
            }
        }
    })
}

/// A battery as the API shows it.
#[derive(Debug, Serialize, Queryable, Selectable)]
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
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct Percent(f64);

impl TryFrom<f64> for Percent {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if (0.0..=100.0).contains(&value) { Ok(Self(value)) } else { Err("must be between 0 and 100") }
    }
}

/// What is printed on a battery: not blank, at most 100 characters.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Label(String);

impl TryFrom<String> for Label {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 100 || text.contains('\0') {
            return Err("must have 1 to 100 characters");
        }
        Ok(Self(text.to_owned()))
    }
}
