//! `GET /stats/stations/`: each station beside the others, the best or the worst first.

use std::fmt;
use std::str::FromStr;

use actix_web::web::{Data, Json};
use chrono::{DateTime, Utc};
use database::Database;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use events::{BoundingBox, StationId};
use serde::{Deserialize, Serialize};
use service::page::Limit;
use service::{Caller, Page, Problem, Query};
use utoipa::{IntoParams, ToSchema};

use super::figures::{Figures, Sums};
use super::range::{Bucket, Span};
use crate::error::Error;
use crate::stations;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Where the range begins. By default thirty days before `to`. Where older history is not kept, the answer begins
    /// later.
    from: Option<DateTime<Utc>>,
    /// Where it ends, at most now, which is the default.
    to: Option<DateTime<Utc>>,
    /// Only stations inside `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the
    /// 180th meridian.
    #[param(value_type = Option<String>, example = "13.3,52.4,13.5,52.6")]
    bbox: Option<BoundingBox>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    #[serde(default)]
    #[param(inline)]
    order: Order,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before, with its `from` and `to`.
    #[param(value_type = Option<String>)]
    after: Option<RankCursor>,
}

/// What stations are ordered by. Those of which it can't be told come last.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Bookings,
    Collections,
    Cancellations,
    Expiries,
    /// `occupancy_percent`.
    Occupancy,
    /// `mean_seconds_to_collection`.
    TimeToCollection,
}

impl Sort {
    /// The name that `inventory.station_statistics` knows.
    fn name(self) -> &'static str {
        match self {
            Self::Bookings => "bookings",
            Self::Collections => "collections",
            Self::Cancellations => "cancellations",
            Self::Expiries => "expiries",
            Self::Occupancy => "occupancy",
            Self::TimeToCollection => "time_to_collection",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// The least first.
    Asc,
    /// The most first.
    #[default]
    Desc,
}

/// Stations and what riders did at them in a range of time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ranking {
    #[serde(with = "events::micros")]
    from: DateTime<Utc>,
    #[serde(with = "events::micros")]
    to: DateTime<Utc>,
    items: Vec<RankedStation>,
    /// What to send as `after` for the next page, with this `from` and `to`; `null` on the last.
    next: Option<String>,
}

/// What riders did at a station.
#[derive(Debug, Serialize, ToSchema)]
struct RankedStation {
    station: StationPlace,
    #[serde(flatten)]
    figures: Figures,
}

/// Which station and where.
#[derive(Debug, Serialize, QueryableByName, ToSchema)]
struct StationPlace {
    #[diesel(sql_type = BigInt)]
    id: StationId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Double)]
    latitude: f64,
    #[diesel(sql_type = Double)]
    longitude: f64,
}

/// A row of `inventory.station_statistics`.
#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(embed)]
    station: StationPlace,
    #[diesel(sql_type = BigInt)]
    batteries: i64,
    #[diesel(embed)]
    sums: Sums,
    #[diesel(sql_type = Double)]
    key: f64,
}

/// Where a page of the ranking ends. The shortest decimal form of a float reads back exactly, and so does infinity.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct RankCursor {
    key: f64,
    id: StationId,
}

impl fmt::Display for RankCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}_{}", self.key, self.id)
    }
}

impl TryFrom<String> for RankCursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parse = || {
            let (key, id) = text.split_once('_')?;
            Some(Self { key: f64::from_str(key).ok()?, id: id.parse().ok()? })
        };
        parse().filter(|cursor| !cursor.key.is_nan()).ok_or("not a cursor of this list")
    }
}

/// Each station's statistics beside the others'.
///
/// For admins.
#[utoipa::path(
    get,
    path = "/stats/stations/",
    operation_id = "rank_stations",
    tag = "network",
    params(Filter),
    responses(
        (status = 200, description = "A page of stations with their figures.", body = Ranking),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn rank(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Ranking>, Problem> {
    caller.require_admin()?;
    let Filter { from, to, bbox, sort, order, limit, after } = filter.0;
    let span = Span::new(from, to, Bucket::Day)?;
    let (span, rows): (Span, Vec<Row>) = database
        .run(async move |connection| {
            let span = span.kept(connection).await?;
            let stations = stations::inside(connection, bbox).await?;
            let rows = diesel::sql_query(
                "SELECT * FROM inventory.station_statistics($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind::<Nullable<Array<BigInt>>, _>(stations)
            .bind::<Timestamptz, _>(span.from)
            .bind::<Timestamptz, _>(span.to)
            .bind::<Text, _>(sort.name())
            .bind::<Bool, _>(order == Order::Desc)
            .bind::<Nullable<Double>, _>(after.map(|after| after.key))
            .bind::<Nullable<BigInt>, _>(after.map(|after| after.id))
            .bind::<BigInt, _>(limit.with_one_more())
            .load(connection)
            .await?;
            Ok::<_, Error>((span, rows))
        })
        .await?;
    let Page { items, next } = limit.page(rows, |row| RankCursor { key: row.key, id: row.station.id });
    let items = items.into_iter().map(|Row { station, batteries, sums, .. }| RankedStation {
        station,
        figures: Figures::new(&sums, span.to - span.from, batteries),
    });
    Ok(Json(Ranking { from: span.from, to: span.to, items: items.collect(), next }))
}
