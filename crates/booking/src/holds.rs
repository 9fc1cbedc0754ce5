//! `GET /user/holds/`: which batteries are held until when, for the stations' operator. It never says for whom.

use actix_web::web::{Data, Json};
use chrono::{DateTime, Utc};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{BatteryId, StationId, micros};
use serde::{Deserialize, Serialize};
use service::auth::Role;
use service::page::{Limit, TimeCursor};
use service::routes::{self, Resource};
use service::{Caller, Page, Problem, Query};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::error::Error;
use crate::schema::holds;

/// `/user/holds`.
pub(crate) fn routes() -> Vec<Resource> {
    vec![routes::at("/user/holds").get(list)]
}

/// What the API documents say of it.
#[derive(OpenApi)]
#[openapi(paths(list))]
pub(crate) struct Documents;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only those that end before this time.
    expires_before: Option<DateTime<Utc>>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<TimeCursor>,
}

/// A battery that is held for a rider.
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = holds)]
struct Hold {
    station_id: StationId,
    battery_id: BatteryId,
    #[serde(with = "events::micros")]
    booked_at: DateTime<Utc>,
    #[serde(with = "events::micros")]
    expires_at: DateTime<Utc>,
}

/// Holds at the caller's stations, those that end next first; an admin reads those of the whole network.
///
/// For operators and admins. Who holds a battery is not told.
#[utoipa::path(
    get,
    path = "/user/holds/",
    operation_id = "list_holds",
    tag = "orders",
    params(Filter),
    responses((status = 200, description = "A page of holds.", body = Page<Hold>)),
    security(("bearer" = [])),
)]
async fn list(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Hold>>, Problem> {
    if caller.role == Role::Rider {
        return Err(Problem::forbidden("Only operators see the holds at their stations."));
    }
    let Filter { expires_before, limit, after } = filter.0;
    if expires_before.is_some_and(|time| !micros::in_calendar(&time)) {
        return Err(Problem::invalid("expires_before", "must lie within the years 0 to 9999"));
    }
    // One active order per battery: a time and a battery name a hold.
    let TimeCursor { at, id } = after.unwrap_or(TimeCursor { at: DateTime::UNIX_EPOCH, id: 0 });
    let rows: Vec<Hold> = database
        .run(async move |connection| {
            let mut query = holds::table
                .filter(holds::expires_at.ge(at))
                .filter(holds::expires_at.gt(at).or(holds::battery_id.gt(id)))
                .order((holds::expires_at, holds::battery_id))
                .limit(limit.with_one_more())
                .select(Hold::as_select())
                .into_boxed();
            if let Some(owner) = caller.limited_to() {
                query = query.filter(holds::owner_id.eq(owner));
            }
            if let Some(before) = expires_before {
                query = query.filter(holds::expires_at.lt(before));
            }
            query.load(connection).await.map_err(Error::from)
        })
        .await?;
    Ok(Json(limit.page(rows, |hold: &Hold| TimeCursor { at: hold.expires_at, id: hold.battery_id.0 })))
}
