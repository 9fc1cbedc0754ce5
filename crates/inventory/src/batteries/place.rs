//! `PUT /stations/{id}/batteries/`: an operator adds batteries to a station, all or none.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel_async::RunQueryDsl;
use events::{BatteryId, StationId, UserId};
use outbox::Wake;
use serde::{Deserialize, Serialize};
use service::body::BulkBody;
use service::{Caller, Problem};
use utoipa::ToSchema;

use super::BULK;
use crate::error::Error;
use crate::schema::place_batteries;
use crate::settings::BatterySettings;
use crate::stations;
use crate::transaction;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Arriving {
    #[schema(value_type = Vec<i64>, max_items = 1000)]
    batteries: Ids,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<i64>")]
struct Ids(Vec<i64>);

impl TryFrom<Vec<i64>> for Ids {
    type Error = String;

    fn try_from(ids: Vec<i64>) -> Result<Self, Self::Error> {
        if ids.len() > BULK { Err(format!("at most {BULK} batteries in one request")) } else { Ok(Self(ids)) }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Placed {
    added: Vec<BatteryId>,
    already_here: Vec<BatteryId>,
}

/// Adds batteries to a station, all of them or none.
///
/// For the owner of both, and admins. Idempotent. A collected battery comes back as `available`, or as `charging` below
/// the ready charge.
#[utoipa::path(
    put,
    path = "/stations/{station_id}/batteries/",
    operation_id = "place_batteries",
    tag = "stations",
    params(("station_id" = StationId, Path)),
    request_body = Arriving,
    responses(
        (
            status = 200,
            description = "Which were added, and which were there already.",
            body = Placed,
        ),
        (status = 404, description = "`station-not-found`, `battery-not-found`"),
        (status = 409, description = "`battery-elsewhere`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn place(
    caller: Caller,
    station: Path<StationId>,
    body: BulkBody<Arriving>,
    database: Data<Database>,
    settings: Data<BatterySettings>,
    wake: Data<Wake>,
) -> Result<Json<Placed>, Problem> {
    caller.require_operator()?;
    let id = station.into_inner();
    let ids = body.0.batteries.0;
    let ready_percent = settings.ready_percent;
    let owner: Option<UserId> = caller.limited_to();
    let (added, already_here): (Vec<BatteryId>, Vec<BatteryId>) =
        transaction::acting(caller, &database, async move |connection| {
            stations::require_owner(connection, caller, id).await?;
            diesel::select(place_batteries(id, ids, owner, ready_percent))
                .get_result(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    wake.committed();
    Ok(Json(Placed { added, already_here }))
}
