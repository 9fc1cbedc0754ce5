//! `GET /stations/{id}/`: one station, for anybody.

use actix_web::web::{Data, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::StationId;
use service::Problem;
use service::auth::Reader;
use service::representation::Representation;

use super::Station;
use super::geojson::{Format, StationFeature};
use super::list::Listed;
use crate::error::Error;
use crate::schema::station_states;

/// One station.
///
/// For anybody; as GeoJSON for whoever accepts that.
#[utoipa::path(
    get,
    path = "/stations/{station_id}/",
    operation_id = "read_station",
    tag = "stations",
    params(
        ("station_id" = StationId, Path),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is known."),
    ),
    responses(
        (
            status = 200,
            description = "The station.",
            content((Station = "application/json"), (StationFeature = "application/geo+json")),
            headers(("ETag" = String, description = "Names this state of it in this form.")),
        ),
        (status = 304, description = "It is what `If-None-Match` names."),
        (status = 404, description = "`station-not-found`"),
    ),
)]
pub(super) async fn read(
    _reader: Reader,
    station: Path<StationId>,
    format: Format,
    database: Data<Database>,
) -> Result<Representation, Problem> {
    let id = station.into_inner();
    let station = database.run(async move |connection| find(connection, id).await).await?;
    format.station(Listed::from(station))
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
