//! `PATCH /batteries/{id}/`: the owner takes a battery in or out of service, or reports its charge.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{BatteryId, BatteryState, UserId};
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::{Battery, Percent, read};
use crate::error::Error;
use crate::schema::batteries;
use crate::transaction;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BatteryPatch)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    state: Option<ServiceState>,
    state_of_charge_percent: Option<Percent>,
    state_of_health_percent: Option<Percent>,
}

/// The states that an owner may set; booked and collected are a rider's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ServiceState {
    Available,
    Charging,
    Faulty,
}

impl From<ServiceState> for BatteryState {
    fn from(state: ServiceState) -> Self {
        match state {
            ServiceState::Available => Self::Available,
            ServiceState::Charging => Self::Charging,
            ServiceState::Faulty => Self::Faulty,
        }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = batteries)]
struct Columns {
    state: Option<BatteryState>,
    state_of_charge_percent: Option<f64>,
    state_of_health_percent: Option<f64>,
}

/// Changes a battery's state, charge or health.
///
/// For its owner, and admins. The state of a booked battery follows its order and can't be set.
#[utoipa::path(
    patch,
    path = "/batteries/{battery_id}/",
    operation_id = "change_battery",
    tag = "batteries",
    params(("battery_id" = BatteryId, Path)),
    request_body = Change,
    responses(
        (status = 200, description = "The battery after the change.", body = Battery),
        (status = 404, description = "`battery-not-found`"),
        (status = 409, description = "`battery-booked`, `battery-collected`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn change(
    caller: Caller,
    battery: Path<BatteryId>,
    body: Body<Change>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<Json<Battery>, Problem> {
    caller.require_operator()?;
    let id = battery.into_inner();
    let columns = Columns {
        state: body.0.state.map(BatteryState::from),
        state_of_charge_percent: body.0.state_of_charge_percent.map(|percent| percent.0),
        state_of_health_percent: body.0.state_of_health_percent.map(|percent| percent.0),
    };
    let changed = transaction::acting(caller, &database, async move |connection| {
        let owner: UserId = batteries::table
            .find(id)
            .select(batteries::owner_id)
            .for_update()
            .first(connection)
            .await
            .optional()?
            .ok_or_else(|| read::not_found(id))?;
        if caller.limited_to().is_some_and(|caller| caller != owner) {
            return Err(Error::NotTheOwner);
        }
        if let Columns { state: None, state_of_charge_percent: None, state_of_health_percent: None } = columns
        {
            let query = batteries::table.find(id).select(Battery::as_select());
            return Ok(query.first(connection).await?);
        }
        // A trigger refuses the state of one that is booked or with a rider, for every writer.
        diesel::update(batteries::table.find(id))
            .set(columns)
            .returning(Battery::as_returning())
            .get_result(connection)
            .await
            .map_err(Error::from)
    })
    .await?;
    wake.committed();
    Ok(Json(changed))
}
