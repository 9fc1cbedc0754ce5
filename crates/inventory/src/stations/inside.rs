//! Which stations are inside a box.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{BoundingBox, StationId};

use crate::error::Error;
use crate::schema::stations;

/// The stations inside the box; `None`, which is all, without one.
pub(crate) async fn inside(
    connection: &mut AsyncPgConnection,
    area: Option<BoundingBox>,
) -> Result<Option<Vec<StationId>>, Error> {
    let Some(BoundingBox { west, south, east, north }) = area else { return Ok(None) };
    let (from_west, to_east) = (stations::longitude.ge(west), stations::longitude.le(east));
    let parallels = stations::table.filter(stations::latitude.between(south, north)).select(stations::id);
    let ids = if west <= east {
        parallels.filter(from_west.and(to_east)).load(connection).await?
    } else {
        parallels.filter(from_west.or(to_east)).load(connection).await?
    };
    Ok(Some(ids))
}
