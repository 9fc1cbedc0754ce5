//! `PATCH /stations/{id}/`: the owner renames, moves, opens or closes a station.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{StationId, StationStatus};
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::{Latitude, Longitude, Name, Station, StatusMessage, read};
use crate::error::Error;
use crate::history;
use crate::schema::{lock_station, stations};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = StationPatch)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    name: Option<Name>,
    status: Option<StationStatus>,
    status_message: Option<StatusMessage>,
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

/// Changes a station's name, place, status or message.
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
    let station = history::acting(caller, &database, async move |connection| {
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

/// Waits for the bookings that are being made at the station, and goes before later ones.
pub(super) async fn lock(connection: &mut AsyncPgConnection, id: StationId) -> Result<(), Error> {
    diesel::select(lock_station(id)).execute(connection).await?;
    Ok(())
}

/// Refuses a caller who does not own the station; an admin owns all.
pub(crate) async fn require_owner(
    connection: &mut AsyncPgConnection,
    caller: Caller,
    id: StationId,
) -> Result<(), Error> {
    let owner: i64 = stations::table
        .find(id)
        .select(stations::owner_id)
        .first(connection)
        .await
        .optional()?
        .ok_or(Error::StationNotFound)?;
    if caller.is_admin() || owner == caller.user_id.0 { Ok(()) } else { Err(Error::NotTheOwner) }
}
