//! `GET /batteries/{id}/`: one battery, for anybody with a token.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::BatteryId;
use service::{Caller, Problem};

use super::Battery;
use crate::error::Error;
use crate::schema::batteries;

/// One battery.
///
/// For anybody with a token.
#[utoipa::path(
    get,
    path = "/batteries/{battery_id}/",
    operation_id = "read_battery",
    tag = "batteries",
    params(("battery_id" = BatteryId, Path)),
    responses(
        (status = 200, description = "The battery.", body = Battery),
        (status = 404, description = "`battery-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn read(
    _caller: Caller,
    battery: Path<BatteryId>,
    database: Data<Database>,
) -> Result<Json<Battery>, Problem> {
    let id = battery.into_inner();
    let found = database
        .run(async move |connection| {
            batteries::table
                .find(id)
                .select(Battery::as_select())
                .first(connection)
                .await
                .optional()?
                .ok_or_else(|| not_found(id))
        })
        .await?;
    Ok(Json(found))
}

pub(super) fn not_found(id: BatteryId) -> Error {
    Error::BatteryNotFound(format!("There is no battery {id}."))
}
