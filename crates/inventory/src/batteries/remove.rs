//! `DELETE /stations/{id}/batteries/{battery_id}/`: an operator takes a battery away from a station.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{BatteryId, StationId};
use outbox::Wake;
use service::{Caller, Problem};

use crate::error::Error;
use crate::schema::batteries;
use crate::stations;
use crate::transaction;

/// Takes a battery out of a station.
///
/// For the owner of the station, and admins. The battery stays registered.
#[utoipa::path(
    delete,
    path = "/stations/{station_id}/batteries/{battery_id}/",
    operation_id = "remove_battery",
    tag = "stations",
    params(("station_id" = StationId, Path), ("battery_id" = BatteryId, Path)),
    responses(
        (status = 204, description = "It is out of the station."),
        (status = 404, description = "`station-not-found`, `battery-not-found`"),
        (status = 409, description = "`battery-booked`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn remove(
    caller: Caller,
    path: Path<(StationId, BatteryId)>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<HttpResponse, Problem> {
    caller.require_operator()?;
    let (station, battery) = path.into_inner();
    transaction::acting(caller, &database, async move |connection| {
        stations::require_owner(connection, caller, station).await?;
        // A trigger refuses one that is booked, for every writer.
        let removed =
            diesel::update(batteries::table.find(battery).filter(batteries::station_id.eq(station)))
                .set(batteries::station_id.eq(None::<StationId>))
                .execute(connection)
                .await?;
        if removed == 0 {
            return Err(Error::BatteryNotFound(format!("Battery {battery} is not at station {station}.")));
        }
        Ok(())
    })
    .await?;
    wake.committed();
    Ok(HttpResponse::NoContent().finish())
}
