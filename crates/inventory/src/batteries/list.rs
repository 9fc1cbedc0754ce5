//! `GET /batteries/`: an operator's own. `GET /stations/{id}/batteries/`: those at a station, for anybody.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{BatteryState, StationId};
use serde::Deserialize;
use service::auth::Reader;
use service::page::{Limit, after_id};
use service::{Caller, Page, Problem, Query, Text};
use utoipa::IntoParams;

use super::{Battery, Label};
use crate::error::Error;
use crate::schema::batteries;
use crate::stations;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    state: Option<BatteryState>,
    /// What is printed on the battery, exactly.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    serial_number: Option<Label>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before.
    after: Option<String>,
}

/// The caller's batteries.
///
/// For operators; an admin reads everybody's.
#[utoipa::path(
    get,
    path = "/batteries/",
    operation_id = "list_own_batteries",
    tag = "batteries",
    params(Filter),
    responses((status = 200, description = "A page of batteries.", body = Page<Battery>)),
    security(("bearer" = [])),
)]
pub(super) async fn of_owner(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Battery>>, Problem> {
    caller.require_operator()?;
    list(filter.0, &database, Scope::Owner(caller)).await
}

/// The batteries at a station.
///
/// For anybody.
#[utoipa::path(
    get,
    path = "/stations/{station_id}/batteries/",
    operation_id = "list_batteries_at_station",
    tag = "stations",
    params(("station_id" = StationId, Path), Filter),
    responses(
        (status = 200, description = "A page of batteries.", body = Page<Battery>),
        (status = 404, description = "`station-not-found`"),
    ),
)]
pub(super) async fn at_station(
    _reader: Reader,
    station: Path<StationId>,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Battery>>, Problem> {
    list(filter.0, &database, Scope::Station(station.into_inner())).await
}

enum Scope {
    Owner(Caller),
    Station(StationId),
}

async fn list(filter: Filter, database: &Database, scope: Scope) -> Result<Json<Page<Battery>>, Problem> {
    let after = after_id(filter.after.as_deref())?;
    let limit = filter.limit;
    let rows: Vec<Battery> = database
        .run(async move |connection| {
            let mut query = batteries::table
                .filter(batteries::id.gt(after.unwrap_or(i64::MIN)))
                .order(batteries::id)
                .limit(limit.with_one_more())
                .select(Battery::as_select())
                .into_boxed();
            if let Some(state) = filter.state {
                query = query.filter(batteries::state.eq(state));
            }
            if let Some(Text(serial_number)) = filter.serial_number {
                query = query.filter(batteries::serial_number.eq(serial_number));
            }
            match scope {
                Scope::Owner(caller) => {
                    if let Some(owner) = caller.limited_to() {
                        query = query.filter(batteries::owner_id.eq(owner));
                    }
                }
                Scope::Station(station) => {
                    stations::find(connection, station).await?;
                    query = query.filter(batteries::station_id.eq(station));
                }
            }
            query.load(connection).await.map_err(Error::from)
        })
        .await?;
    Ok(Json(limit.page(rows, |battery| battery.id)))
}
