//! Whose a station is: only its owner, and an admin, may change it and read its history and statistics.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::StationId;
use service::Caller;

use crate::error::Error;
use crate::schema::stations;

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
