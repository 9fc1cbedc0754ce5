//! Who changed what and when. The database writes it, for every writer; an owner reads it here.

mod list;

use service::routes::{self, Resource};
use utoipa::OpenApi;

use crate::stations;

/// A station's history.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/stations/{station_id}/history")
            .get(list::history)
            .unknown(|_| stations::unknown_station()),
    ]
}

/// What the API documents say of it.
#[derive(OpenApi)]
#[openapi(paths(list::history))]
pub(crate) struct Documents;
