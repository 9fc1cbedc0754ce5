//! `POST /stations/`: an operator opens a station.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::StationId;
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem, Text};
use utoipa::ToSchema;

use super::{Latitude, Longitude, Station};
use crate::error::Error;
use crate::quota::{self, Kind};
use crate::schema::{station_states, stations};
use crate::settings::QuotaSettings;
use crate::transaction;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStation {
    #[schema(inline)]
    name: Text<1, 200>,
    latitude: Latitude,
    longitude: Longitude,
}

/// Creates a station.
///
/// For operators and admins. Who creates a station owns it.
#[utoipa::path(
    post,
    path = "/stations/",
    operation_id = "create_station",
    tag = "stations",
    request_body = NewStation,
    responses(
        (
            status = 201,
            description = "The station.",
            body = Station,
            headers(("Location" = String, description = "Where it is")),
        ),
        (status = 409, description = "`station-quota-reached`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn create(
    caller: Caller,
    body: Body<NewStation>,
    database: Data<Database>,
    wake: Data<Wake>,
    quota: Data<QuotaSettings>,
) -> Result<HttpResponse, Problem> {
    caller.require_operator()?;
    let (new, quota) = (body.0, **quota);
    let station: Station = transaction::acting(caller, &database, async move |connection| {
        quota::require(caller, Kind::Station, 1, quota, connection).await?;
        let id: StationId = diesel::insert_into(stations::table)
            .values((
                stations::owner_id.eq(caller.user_id),
                stations::name.eq(new.name.0),
                stations::latitude.eq(new.latitude.0),
                stations::longitude.eq(new.longitude.0),
            ))
            .returning(stations::id)
            .get_result(connection)
            .await?;
        let station = station_states::table.find(id).select(Station::as_select()).first(connection).await?;
        Ok::<_, Error>(station)
    })
    .await?;
    wake.committed();
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/stations/{}/", station.id))).json(station))
}
