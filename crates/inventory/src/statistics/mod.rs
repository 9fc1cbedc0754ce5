//! What riders did: a station's statistics for its owner, the network's and its stations' for admins.

mod figures;
mod intervals;
mod range;
mod ranking;

use service::routes::{self, Resource};
use utoipa::OpenApi;

use crate::stations;

/// A station's statistics and the network's.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/stations/{station_id}/stats")
            .get(intervals::of_station)
            .unknown(|_| stations::unknown_station()),
        routes::at("/stats").get(intervals::of_network),
        routes::at("/stats/stations").get(ranking::rank),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(intervals::of_station, intervals::of_network, ranking::rank))]
pub(crate) struct Documents;
