//! `GET /stations/{id}/history/`: what was done at a station, newest first, for its owner.

use actix_web::web::{Data, Json, Path};
use chrono::{DateTime, Utc};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{BatteryId, StationId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::page::{Limit, TimeCursor};
use service::{Caller, Page, Problem, Query};

use crate::error::Error;
use crate::schema::history;
use crate::stations;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<TimeCursor>,
}

/// A line of the history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Line {
    id: i64,
    #[serde(with = "events::micros")]
    at: DateTime<Utc>,
    /// What was done, for example `battery_booked`.
    action: String,
    battery_id: Option<BatteryId>,
    actor: Actor,
    /// The fields that changed, as `[before, after]`.
    changes: Value,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Actor {
    /// Somebody through the API.
    User { user_id: UserId },
    /// Nobody: the time of a booking was over.
    Time,
    /// Somebody with access to the database.
    Database,
}

type Row = (i64, DateTime<Utc>, String, Option<BatteryId>, Option<String>, Option<Value>, Option<UserId>);

impl From<Row> for Line {
    fn from((id, at, action, battery_id, cause, changes, user): Row) -> Self {
        let actor = match (user, cause.as_deref()) {
            (Some(user_id), _) => Actor::User { user_id },
            (None, Some("expired")) => Actor::Time,
            (None, _) => Actor::Database,
        };
        Self {
            id,
            at,
            action,
            battery_id,
            actor,
            changes: changes.unwrap_or_else(|| Value::Object([].into_iter().collect())),
        }
    }
}

/// What happened at a station, newest first.
///
/// For its owner, and admins.
#[utoipa::path(
    get,
    path = "/stations/{station_id}/history/",
    operation_id = "station_history",
    tag = "stations",
    params(("station_id" = StationId, Path), Filter),
    responses(
        (status = 200, description = "A page of the history.", body = Page<Line>),
        (status = 404, description = "`station-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn history(
    caller: Caller,
    station: Path<StationId>,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Line>>, Problem> {
    caller.require_operator()?;
    let station = station.into_inner();
    let Filter { limit, after } = filter.0;
    let rows: Vec<Row> = database
        .run(async move |connection| {
            stations::require_owner(connection, caller, station).await?;
            let mut query = history::table.filter(history::station_id.eq(station)).into_boxed();
            if let Some(TimeCursor { at, id }) = after {
                query = query.filter(history::at.lt(at).or(history::at.eq(at).and(history::id.lt(id))));
            }
            query
                .order((history::at.desc(), history::id.desc()))
                .limit(limit.with_one_more())
                .select((
                    history::id,
                    history::at,
                    history::action,
                    history::battery_id,
                    history::cause,
                    history::detail,
                    history::actor_id,
                ))
                .load(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    let lines = rows.into_iter().map(Line::from).collect();
    Ok(Json(limit.page(lines, |line: &Line| TimeCursor { at: line.at, id: line.id })))
}
