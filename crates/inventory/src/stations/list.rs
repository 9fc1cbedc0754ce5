//! `GET /stations/`: find stations by location, status and available batteries; public.

use std::f64::consts::FRAC_PI_2;
use std::fmt;
use std::str::FromStr;

use actix_web::web::Data;
use database::Database;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{BoundingBox, StationId, StationStatus, UserId};
use serde::{Deserialize, Serialize};
use service::auth::{Reader, Role};
use service::page::{Limit, after_id};
use service::representation::{Audience, Representation};
use service::{Page, Problem, Query};
use utoipa::{IntoParams, ToSchema};

use super::geojson::{Format, StationFeatures};
use super::{Latitude, Longitude, Station};
use crate::error::Error;
use crate::schema::station_states;

/// Half of the Earth's circumference: no two locations are further apart.
const GREATEST_RADIUS_KM: f64 = 20_038.0;
/// The mean radius of the Earth (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.008_8;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// `latitude,longitude`: nearest first, with `distance_km`; needs `radius_km`.
    #[param(value_type = Option<String>, example = "52.52,13.405")]
    near: Option<Near>,
    /// How far around `near`.
    #[param(value_type = Option<f64>, exclusive_minimum = 0, maximum = 20_038)]
    radius_km: Option<Radius>,
    /// `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the 180th meridian.
    #[param(value_type = Option<String>, example = "13.3,52.4,13.5,52.6")]
    bbox: Option<BoundingBox>,
    /// Only those that have a battery to book, or only those that have none.
    available: Option<bool>,
    status: Option<StationStatus>,
    /// Only those that the caller owns: for operators and admins, with a token.
    #[serde(default)]
    own: bool,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before.
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Near {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct Radius(f64);

impl TryFrom<String> for Near {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match numbers(&text).as_deref() {
            Some([latitude, longitude]) => Ok(Self {
                latitude: Latitude::try_from(*latitude)?.0,
                longitude: Longitude::try_from(*longitude)?.0,
            }),
            _ => Err("near must be latitude,longitude"),
        }
    }
}

impl TryFrom<f64> for Radius {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if value > 0.0 && value <= GREATEST_RADIUS_KM {
            Ok(Self(value))
        } else {
            Err("radius_km must be above 0 and at most 20038")
        }
    }
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|part| f64::from_str(part.trim()).ok()).collect()
}

/// A station in a list; with its distance when it was looked for near a location.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed {
    #[serde(flatten)]
    pub(super) station: Station,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_km: Option<f64>,
    /// The straight line to that location, by which the list is ordered.
    #[serde(skip)]
    chord: f64,
}

impl From<Station> for Listed {
    fn from(station: Station) -> Self {
        Self { station, distance_km: None, chord: 0.0 }
    }
}

impl Listed {
    fn near(station: Station, chord: f64) -> Self {
        Self { station, distance_km: Some(km_of(chord)), chord }
    }
}

/// Stations by location, status and what they offer.
///
/// For anybody; as GeoJSON for whoever accepts that. With `near` the nearest come first.
#[utoipa::path(
    get,
    path = "/stations/",
    operation_id = "list_stations",
    tag = "stations",
    params(
        Filter,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is known."),
    ),
    responses(
        (
            status = 200,
            description = "A page of stations.",
            content(
                (Page<Listed> = "application/json"),
                (StationFeatures = "application/geo+json"),
            ),
            headers(("ETag" = String, description = "Names this state of the page in this form.")),
        ),
        (status = 304, description = "It is what `If-None-Match` names."),
    ),
    security((), ("bearer" = [])),
)]
pub(super) async fn list(
    reader: Reader,
    filter: Query<Filter>,
    format: Format,
    database: Data<Database>,
) -> Result<Representation, Problem> {
    let filter = filter.0;
    let owner = if filter.own { Some(owner(reader)?) } else { None };
    let audience = if filter.own { Audience::Caller } else { Audience::Everybody };
    let page = match (filter.near, filter.radius_km) {
        (Some(near), Some(radius)) => {
            let after = filter.after.as_deref().map(NearCursor::from_str).transpose()?;
            database
                .run(async move |connection| list_near(connection, &filter, owner, near, radius, after).await)
                .await?
        }
        (None, None) => {
            let after = after_id(filter.after.as_deref())?;
            database.run(async move |connection| list_by_id(connection, &filter, owner, after).await).await?
        }
        (Some(_), None) => return Err(Problem::invalid("radius_km", "near needs radius_km")),
        (None, Some(_)) => return Err(Problem::invalid("near", "radius_km needs near")),
    };
    format.page(page, audience)
}

/// Who asks for their own stations.
fn owner(reader: Reader) -> Result<UserId, Problem> {
    let caller = reader.caller()?;
    match caller.role {
        Role::Operator | Role::Admin => Ok(caller.user_id),
        Role::Rider => Err(Problem::forbidden("Riders own no stations.")),
    }
}

/// By id, from the oldest station on.
async fn list_by_id(
    connection: &mut AsyncPgConnection,
    filter: &Filter,
    owner: Option<UserId>,
    after: Option<i64>,
) -> Result<Page<Listed>, Error> {
    let stations: Vec<Station> = station_states::table
        .filter(station_states::id.gt(after.unwrap_or(i64::MIN)))
        .filter(matching(filter, owner))
        .order(station_states::id)
        .limit(filter.limit.with_one_more())
        .select(Station::as_select())
        .load(connection)
        .await?;
    let listed = stations.into_iter().map(Listed::from).collect();
    Ok(filter.limit.page(listed, |listed: &Listed| listed.station.id.0))
}

/// Nearest first.
async fn list_near(
    connection: &mut AsyncPgConnection,
    filter: &Filter,
    owner: Option<UserId>,
    near: Near,
    radius: Radius,
    after: Option<NearCursor>,
) -> Result<Page<Listed>, Error> {
    let query = diesel::sql_query(
        "SELECT * FROM inventory.stations_near($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind::<Double, _>(near.latitude)
    .bind::<Double, _>(near.longitude)
    .bind::<Double, _>(chord_of(radius.0))
    .bind::<Nullable<Double>, _>(after.map(|after| after.chord))
    .bind::<Nullable<BigInt>, _>(after.map(|after| after.id))
    .bind::<BigInt, _>(filter.limit.with_one_more())
    .bind::<Nullable<Text>, _>(filter.status)
    .bind::<Nullable<Bool>, _>(filter.available)
    .bind::<Nullable<Double>, _>(filter.bbox.map(|area| area.west))
    .bind::<Nullable<Double>, _>(filter.bbox.map(|area| area.south))
    .bind::<Nullable<Double>, _>(filter.bbox.map(|area| area.east))
    .bind::<Nullable<Double>, _>(filter.bbox.map(|area| area.north))
    .bind::<Nullable<BigInt>, _>(owner);
    let rows: Vec<Found> = query.load(connection).await?;
    let listed = rows.into_iter().map(|row| Listed::near(row.station, row.chord)).collect();
    Ok(filter.limit.page(listed, |listed: &Listed| NearCursor { chord: listed.chord, id: listed.station.id }))
}

/// A row of `inventory.stations_near`.
#[derive(QueryableByName)]
struct Found {
    #[diesel(embed)]
    station: Station,
    #[diesel(sql_type = Double)]
    chord: f64,
}

/// The straight line through the unit sphere between two locations that are so far apart on the Earth.
fn chord_of(distance_km: f64) -> f64 {
    2.0 * (distance_km / (2.0 * EARTH_RADIUS_KM)).min(FRAC_PI_2).sin()
}

/// The way along the Earth between two locations, of the straight line between them.
fn km_of(chord: f64) -> f64 {
    2.0 * EARTH_RADIUS_KM * (chord / 2.0).min(1.0).asin()
}

type Matching = Box<dyn BoxableExpression<station_states::table, Pg, SqlType = Bool>>;

/// What does not depend on the order.
fn matching(filter: &Filter, owner: Option<UserId>) -> Matching {
    let mut matching: Matching = Box::new(true.into_sql::<Bool>());
    if let Some(owner) = owner {
        matching = Box::new(matching.and(station_states::owner_id.eq(owner)));
    }
    if let Some(status) = filter.status {
        matching = Box::new(matching.and(station_states::status.eq(status)));
    }
    if let Some(available) = filter.available {
        matching = if available {
            Box::new(matching.and(station_states::available_batteries.gt(0)))
        } else {
            Box::new(matching.and(station_states::available_batteries.eq(0)))
        };
    }
    if let Some(BoundingBox { west, south, east, north }) = filter.bbox {
        matching = Box::new(matching.and(station_states::latitude.between(south, north)));
        let (from_west, to_east) = (station_states::longitude.ge(west), station_states::longitude.le(east));
        matching = if west <= east {
            Box::new(matching.and(from_west.and(to_east)))
        } else {
            Box::new(matching.and(from_west.or(to_east)))
        };
    }
    matching
}

/// A position in a list that is ordered by distance. The shortest decimal form of a float reads back exactly.
#[derive(Debug, Clone, Copy)]
struct NearCursor {
    chord: f64,
    id: StationId,
}

impl fmt::Display for NearCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}_{}", self.chord, self.id)
    }
}

impl FromStr for NearCursor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let parse = || {
            let (chord, id) = text.split_once('_')?;
            Some(Self { chord: chord.parse().ok()?, id: id.parse().ok()? })
        };
        parse().ok_or_else(|| Problem::invalid("after", "not a cursor of this list"))
    }
}
