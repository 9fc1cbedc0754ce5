//! `DELETE /stations/{id}/`: the owner gives a station up. Its batteries stay, at no station.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::StationId;
use outbox::Wake;
use service::{Caller, Problem};

use super::lock::lock;
use super::require_owner;
use crate::error::Error;
use crate::schema::stations;
use crate::transaction;

/// Removes a station.
///
/// For its owner, and admins. Its batteries stay registered. A station with a booked battery can't be removed.
#[utoipa::path(
    delete,
    path = "/stations/{station_id}/",
    operation_id = "remove_station",
    tag = "stations",
    params(("station_id" = StationId, Path)),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "`station-not-found`"),
        (status = 409, description = "`battery-booked`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn remove(
    caller: Caller,
    station: Path<StationId>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<HttpResponse, Problem> {
    caller.require_operator()?;
    let id = station.into_inner();
    transaction::acting(caller, &database, async move |connection| {
        require_owner(connection, caller, id).await?;
        lock(connection, id).await?;
        // A trigger refuses while a battery is booked there, for every writer.
        diesel::delete(stations::table.find(id)).execute(connection).await?;
        Ok::<_, Error>(())
    })
    .await?;
    wake.committed();
    Ok(HttpResponse::NoContent().finish())
}
