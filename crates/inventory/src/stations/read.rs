//! `GET /stations/{id}/`: one station, for anybody.

use actix_web::web::{Data, Json, Path};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::StationId;
use service::Problem;
use service::database::Database;

use super::Station;
use crate::error::Error;
use crate::schema::station_states;

#[utoipa::path(get, path = "/stations/{station_id}/", operation_id = "read_station", tag = "stations", params(("station_id" = StationId, Path)), responses((status = 200, body = Station), (status = 404, description = "`station-not-found`")))]
pub(super) async fn read(
    station: Path<StationId>,
    database: Data<Database>,
) -> Result<Json<Station>, Problem> {
    let id = station.into_inner();
    Ok(Json(database.run(async move |connection| find(connection, id).await).await?))
}

/// The station, or that there is none.
pub(crate) async fn find(connection: &mut AsyncPgConnection, id: StationId) -> Result<Station, Error> {
    station_states::table
        .find(id)
        .select(Station::as_select())
        .first(connection)
        .await
        .optional()?
        .ok_or(Error::StationNotFound)
}
