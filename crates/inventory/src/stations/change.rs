//! `PATCH /stations/{id}/`: the owner renames, moves, opens or closes a station.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::{StationId, StationStatus};
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem, Text};
use utoipa::ToSchema;

use super::lock::lock;
use super::{Latitude, Longitude, Station, read, require_owner};
use crate::schema::stations;
use crate::transaction;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = StationPatch)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[schema(inline)]
    name: Option<Text<1, 200>>,
    status: Option<StationStatus>,
    /// What an operator says about the status.
    #[schema(inline)]
    status_message: Option<Text<0, 500>>,
    latitude: Option<Latitude>,
    longitude: Option<Longitude>,
}

#[derive(AsChangeset)]
#[diesel(table_name = stations)]
struct Columns {
    name: Option<String>,
    status: Option<StationStatus>,
    status_message: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl From<Change> for Columns {
    fn from(change: Change) -> Self {
        Self {
            name: change.name.map(|name| name.0),
            status: change.status,
            status_message: change.status_message.map(|message| message.0),
            latitude: change.latitude.map(|latitude| latitude.0),
            longitude: change.longitude.map(|longitude| longitude.0),
        }
    }
}

impl Columns {
    fn is_empty(&self) -> bool {
        matches!(
            self,
            Self { name: None, status: None, status_message: None, latitude: None, longitude: None }
        )
    }
}

/// Changes a station's name, location, status or message.
///
/// For its owner, and admins. A station that isn't `online` takes no bookings.
#[utoipa::path(
    patch,
    path = "/stations/{station_id}/",
    operation_id = "change_station",
    tag = "stations",
    params(("station_id" = StationId, Path)),
    request_body = Change,
    responses(
        (status = 200, description = "The station after the change.", body = Station),
        (status = 404, description = "`station-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn change(
    caller: Caller,
    station: Path<StationId>,
    body: Body<Change>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<Json<Station>, Problem> {
    caller.require_operator()?;
    let id = station.into_inner();
    let columns = Columns::from(body.0);
    let station = transaction::acting(caller, &database, async move |connection| {
        require_owner(connection, caller, id).await?;
        if !columns.is_empty() {
            lock(connection, id).await?;
            diesel::update(stations::table.find(id)).set(columns).execute(connection).await?;
        }
        read::find(connection, id).await
    })
    .await?;
    wake.committed();
    Ok(Json(station))
}
