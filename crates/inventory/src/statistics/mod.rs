//! `GET /stations/{id}/stats/` for a station's owner and `GET /stats/` for admins: what riders did, by hour or day.

use actix_web::web::{Data, Json, Path};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{StationId, micros};
use serde::{Deserialize, Serialize};
use service::database::Database;
use service::routes::{self, Resource};
use service::{Caller, Problem, Query};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::error::Error;
use crate::schema::batteries;
use crate::stations;

/// More in one answer would be a report, not a page.
const MOST_BUCKETS: i64 = 1_000;

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Range {
    /// Where it begins. By default a day before `to`, or thirty days with `bucket=day`.
    from: Option<DateTime<Utc>>,
    /// Where it ends, at most now, which is the default.
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    #[param(inline)]
    bucket: Bucket,
}

/// How long a bucket is, in UTC.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Bucket {
    /// An hour.
    #[default]
    Hour,
    /// A day.
    Day,
}

/// A range as it was understood.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    bucket: Bucket,
}

/// What riders did in a range of time.
#[derive(Debug, Serialize, ToSchema)]
struct Statistics {
    #[serde(with = "events::micros")]
    from: DateTime<Utc>,
    #[serde(with = "events::micros")]
    to: DateTime<Utc>,
    bucket: Bucket,
    /// One for each hour or day that the range touches, the first and the last only as far as it does.
    items: Vec<Interval>,
    /// The same over the whole range.
    total: Figures,
}

/// What riders did in an hour or a day.
#[derive(Debug, Serialize, ToSchema)]
struct Interval {
    #[serde(with = "events::micros")]
    start: DateTime<Utc>,
    #[serde(flatten)]
    figures: Figures,
}

/// What riders did.
#[derive(Debug, Serialize, ToSchema)]
struct Figures {
    bookings: i64,
    collections: i64,
    cancellations: i64,
    expiries: i64,
    /// From booking to collection; null when nothing was collected.
    mean_seconds_to_collection: Option<f64>,
    /// How many batteries were held on average over the time.
    mean_booked_batteries: f64,
    /// That, of the batteries that are there now; null when there are none.
    occupancy_percent: Option<f64>,
}

/// A row of `inventory.statistics`.
#[derive(Debug, Clone, QueryableByName)]
struct Row {
    #[diesel(sql_type = Timestamptz)]
    start: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    bookings: i64,
    #[diesel(sql_type = BigInt)]
    collections: i64,
    #[diesel(sql_type = BigInt)]
    cancellations: i64,
    #[diesel(sql_type = BigInt)]
    expiries: i64,
    #[diesel(sql_type = Double)]
    collection_seconds: f64,
    #[diesel(sql_type = Double)]
    booked_seconds: f64,
}

impl Bucket {
    fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    fn length(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
        }
    }
}

impl TryFrom<Range> for Span {
    type Error = Problem;

    /// Without limits the last day by hours, or the last thirty by days.
    fn try_from(Range { from, to, bucket }: Range) -> Result<Self, Problem> {
        let usual = match bucket {
            Bucket::Hour => TimeDelta::days(1),
            Bucket::Day => TimeDelta::days(30),
        };
        let now = Utc::now();
        let to = to.unwrap_or(now).min(now);
        let from = match from {
            Some(from) => from,
            None => to.checked_sub_signed(usual).unwrap_or(to),
        };
        if !micros::in_calendar(&from) {
            return Err(Problem::invalid("from", "the range must lie within the years 0 to 9999"));
        }
        if from >= to {
            return Err(Problem::invalid("from", "must be before to, and in the past"));
        }
        if (to - from).num_seconds() > MOST_BUCKETS * bucket.length().num_seconds() {
            return Err(Problem::invalid(
                "from",
                format!("at most {MOST_BUCKETS} buckets in one answer: choose a shorter range or days"),
            ));
        }
        Ok(Self { from, to, bucket })
    }
}

impl Figures {
    fn new(row: &Row, seconds: f64, batteries: f64) -> Self {
        let mean = |sum: f64, count: f64| (count > 0.0).then_some(sum / count);
        let held = mean(row.booked_seconds, seconds).unwrap_or_default();
        Self {
            bookings: row.bookings,
            collections: row.collections,
            cancellations: row.cancellations,
            expiries: row.expiries,
            mean_seconds_to_collection: mean(row.collection_seconds, count(row.collections)),
            mean_booked_batteries: held,
            occupancy_percent: mean(100.0 * held, batteries),
        }
    }
}

impl Statistics {
    fn new(span: Span, rows: &[Row], batteries: i64) -> Self {
        let Span { from, to, bucket } = span;
        let batteries = count(batteries);
        let items = rows.iter().map(|row| {
            let start = row.start.max(from);
            let end = (row.start + bucket.length()).min(to);
            Interval { start: row.start, figures: Figures::new(row, seconds(end - start), batteries) }
        });
        let total = rows.iter().cloned().reduce(|sum, row| Row {
            start: sum.start,
            bookings: sum.bookings + row.bookings,
            collections: sum.collections + row.collections,
            cancellations: sum.cancellations + row.cancellations,
            expiries: sum.expiries + row.expiries,
            collection_seconds: sum.collection_seconds + row.collection_seconds,
            booked_seconds: sum.booked_seconds + row.booked_seconds,
        });
        let none = Row {
            start: from.duration_trunc(bucket.length()).unwrap_or(from),
            bookings: 0,
            collections: 0,
            cancellations: 0,
            expiries: 0,
            collection_seconds: 0.0,
            booked_seconds: 0.0,
        };
        let total = Figures::new(&total.unwrap_or(none), seconds(to - from), batteries);
        Self { from, to, bucket, items: items.collect(), total }
    }
}

fn seconds(delta: TimeDelta) -> f64 {
    delta.as_seconds_f64()
}

/// Counts stay far below 2^53, where a float stops being exact.
#[expect(clippy::as_conversions, reason = "there is no other way from an i64 to a float")]
fn count(number: i64) -> f64 {
    number as f64
}

/// A station's statistics and the network's.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/stations/{station_id}/stats").get(of_station).unknown(|_| stations::unknown_station()),
        routes::at("/stats").get(of_network),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(of_station, of_network))]
pub(crate) struct Documents;

/// A station's statistics.
#[utoipa::path(get, path = "/stations/{station_id}/stats/", operation_id = "station_statistics", tag = "stations", params(("station_id" = StationId, Path), Range),
    responses((status = 200, body = Statistics), (status = 404, description = "`station-not-found`")), security(("bearer" = [])))]
async fn of_station(
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
            let there = batteries::table.filter(batteries::station_id.eq(id)).count();
            let there: i64 = there.get_result(connection).await?;
            Ok::<_, Error>(Statistics::new(span, &read(connection, Some(id), span).await?, there))
        })
        .await?;
    Ok(Json(statistics))
}

/// The network's statistics.
#[utoipa::path(get, path = "/stats/", operation_id = "network_statistics", tag = "network", params(Range), responses((status = 200, body = Statistics)), security(("bearer" = [])))]
async fn of_network(
    caller: Caller,
    range: Query<Range>,
    database: Data<Database>,
) -> Result<Json<Statistics>, Problem> {
    caller.require_admin()?;
    let span = Span::try_from(range.0)?;
    let statistics = database
        .run(async move |connection| {
            let there = batteries::table.filter(batteries::station_id.is_not_null()).count();
            let there: i64 = there.get_result(connection).await?;
            Ok::<_, Error>(Statistics::new(span, &read(connection, None, span).await?, there))
        })
        .await?;
    Ok(Json(statistics))
}

async fn read(
    connection: &mut AsyncPgConnection,
    station: Option<StationId>,
    span: Span,
) -> Result<Vec<Row>, Error> {
    let query = diesel::sql_query("SELECT * FROM inventory.statistics($1, $2, $3, $4)")
        .bind::<Nullable<BigInt>, _>(station)
        .bind::<Timestamptz, _>(span.from)
        .bind::<Timestamptz, _>(span.to)
        .bind::<Text, _>(span.bucket.name());
    Ok(query.load(connection).await?)
}
