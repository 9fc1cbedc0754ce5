//! `GET /stations/{id}/stats/` and `GET /stats/`: what riders did, by hour, by day or by the hour of the week.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use database::Database;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::StationId;
use serde::Serialize;
use service::{Caller, Problem, Query};
use utoipa::ToSchema;

use super::figures::{Figures, Sums};
use super::range::{Bucket, NetworkRange, Range, Span};
use crate::error::Error;
use crate::schema::batteries;
use crate::stations;

/// What riders did in a range of time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Statistics {
    #[serde(with = "events::micros")]
    from: DateTime<Utc>,
    #[serde(with = "events::micros")]
    to: DateTime<Utc>,
    bucket: Bucket,
    /// One for each hour or day that the range touches, the first and the last only as far as it does; or one for each
    /// hour of the week, with means over those hours that the range touches.
    items: Vec<Interval>,
    /// The same over the whole range.
    total: Figures,
}

/// What riders did in an hour or a day, or in the same hour of each week.
#[derive(Debug, Serialize, ToSchema)]
struct Interval {
    #[serde(flatten)]
    when: When,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum When {
    Since {
        #[serde(with = "events::micros")]
        start: DateTime<Utc>,
    },
    Weekly(HourOfWeek),
}

/// An hour of the week, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
struct HourOfWeek {
    /// 1 is Monday, 7 is Sunday.
    #[schema(minimum = 1, maximum = 7)]
    weekday: u32,
    #[schema(minimum = 0, maximum = 23)]
    hour: u32,
}

impl HourOfWeek {
    fn of(time: DateTime<Utc>) -> Self {
        Self { weekday: time.weekday().number_from_monday(), hour: time.hour() }
    }

    fn all() -> impl Iterator<Item = Self> {
        (1..=7).flat_map(|weekday| (0..24).map(move |hour| Self { weekday, hour }))
    }
}

/// A row of `inventory.statistics`.
#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Timestamptz)]
    start: DateTime<Utc>,
    #[diesel(embed)]
    sums: Sums,
}

impl Row {
    /// How much of its bucket lies within the range.
    fn length(&self, span: Span) -> TimeDelta {
        let (_, length) = span.bucket.unit();
        (self.start + length).min(span.to) - self.start.max(span.from)
    }
}

impl Statistics {
    fn new(span: Span, rows: &[Row], batteries: i64) -> Self {
        let Span { from, to, bucket } = span;
        let items = match bucket {
            Bucket::Hour | Bucket::Day => rows
                .iter()
                .map(|row| Interval {
                    when: When::Since { start: row.start },
                    figures: Figures::new(&row.sums, row.length(span), batteries),
                })
                .collect(),
            Bucket::HourOfWeek => by_hour_of_week(span, rows, batteries),
        };
        let total = rows.iter().fold(Sums::default(), |sums, row| sums + row.sums);
        Self { from, to, bucket, items, total: Figures::new(&total, to - from, batteries) }
    }
}

fn by_hour_of_week(span: Span, rows: &[Row], batteries: i64) -> Vec<Interval> {
    let mut week: BTreeMap<HourOfWeek, (Sums, TimeDelta)> =
        HourOfWeek::all().map(|hour| (hour, (Sums::default(), TimeDelta::zero()))).collect();
    for row in rows {
        week.entry(HourOfWeek::of(row.start))
            .and_modify(|(sums, time)| (*sums, *time) = (*sums + row.sums, *time + row.length(span)));
    }
    week.into_iter()
        .map(|(hour, (sums, time))| Interval {
            when: When::Weekly(hour),
            figures: Figures::new(&sums, time, batteries),
        })
        .collect()
}

/// A station's statistics.
///
/// For the station's owner, and admins.
#[utoipa::path(
    get,
    path = "/stations/{station_id}/stats/",
    operation_id = "station_statistics",
    tag = "stations",
    params(("station_id" = StationId, Path), Range),
    responses(
        (status = 200, description = "Figures for each interval.", body = Statistics),
        (status = 404, description = "`station-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn of_station(
    caller: Caller,
    station: Path<StationId>,
    range: Query<Range>,
    database: Data<Database>,
) -> Result<Json<Statistics>, Problem> {
    caller.require_operator()?;
    let (id, span) = (station.into_inner(), Span::try_from(range.0)?);
    let statistics = database
        .run(async move |connection| {
            stations::require_owner(connection, caller, id).await?;
            read(connection, Some(vec![id]), span).await
        })
        .await?;
    Ok(Json(statistics))
}

/// The statistics of the network, or of its stations in a box.
///
/// For admins.
#[utoipa::path(
    get,
    path = "/stats/",
    operation_id = "network_statistics",
    tag = "network",
    params(NetworkRange),
    responses((status = 200, description = "Figures for each interval.", body = Statistics)),
    security(("bearer" = [])),
)]
pub(super) async fn of_network(
    caller: Caller,
    range: Query<NetworkRange>,
    database: Data<Database>,
) -> Result<Json<Statistics>, Problem> {
    caller.require_admin()?;
    let (area, span) = (range.0.bbox, Span::try_from(range.0)?);
    let statistics = database
        .run(async move |connection| {
            let stations = stations::inside(connection, area).await?;
            read(connection, stations, span).await
        })
        .await?;
    Ok(Json(statistics))
}

/// Of some stations, or of all.
async fn read(
    connection: &mut AsyncPgConnection,
    stations: Option<Vec<StationId>>,
    span: Span,
) -> Result<Statistics, Error> {
    let mut there = batteries::table.filter(batteries::station_id.is_not_null()).into_boxed();
    if let Some(stations) = &stations {
        there = there.filter(batteries::station_id.eq_any(stations.iter().map(|station| station.0)));
    }
    let there: i64 = there.count().get_result(connection).await?;
    let span = span.kept(connection).await?;
    let (unit, _) = span.bucket.unit();
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM inventory.statistics($1, $2, $3, $4)")
        .bind::<Nullable<Array<BigInt>>, _>(stations)
        .bind::<Timestamptz, _>(span.from)
        .bind::<Timestamptz, _>(span.to)
        .bind::<Text, _>(unit)
        .load(connection)
        .await?;
    Ok(Statistics::new(span, &rows, there))
}
