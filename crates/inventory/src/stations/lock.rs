//! The lock of a station, which its bookings share.

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::StationId;

use crate::schema::lock_station;

/// Waits for the bookings that are being made at the station, and goes before later ones.
pub(super) async fn lock(connection: &mut AsyncPgConnection, id: StationId) -> QueryResult<()> {
    diesel::select(lock_station(id)).execute(connection).await?;
    Ok(())
}
