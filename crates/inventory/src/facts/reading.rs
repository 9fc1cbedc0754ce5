//! Stations as one read finds them, and the snapshot that such a read gives.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use events::{
    BroadcastStatus, Event, Revision, STATIONS_PER_CHUNK, SnapshotChunk, SnapshotId, StationId, StationState,
};
use serde::Deserialize;
use tokio_postgres::Row;
use uuid::Uuid;

/// The columns of one read. The revision is drawn once for the read, also when no station is left to join.
pub(super) const READ: &str = "WITH drawn AS MATERIALIZED (SELECT nextval('inventory.revision') AS revision, clock_timestamp() AS at) \
     SELECT d.revision, d.at, s.id, s.name, s.latitude, s.longitude, s.status, s.available_batteries, \
            s.booked_batteries, s.unavailable_batteries, s.total_batteries \
     FROM drawn d LEFT JOIN inventory.station_states s";

/// The `detail` of `station_removed`.
#[derive(Deserialize)]
pub(super) struct RemovedStation {
    name: String,
    latitude: f64,
    longitude: f64,
}

/// Stations as they were at one instant.
pub(super) struct Reading {
    revision: Revision,
    at: DateTime<Utc>,
    pub(super) stations: HashMap<StationId, StationState>,
    /// In the order of the rows.
    ids: Vec<StationId>,
}

impl Reading {
    pub(super) fn from_rows(rows: Vec<Row>) -> Self {
        let mut reading =
            Self { revision: Revision(0), at: Utc::now(), stations: HashMap::new(), ids: Vec::new() };
        for row in rows {
            reading.revision = Revision(row.get("revision"));
            reading.at = row.get("at");
            // Without a station the row carries the revision alone.
            let Some(id) = row.get::<_, Option<i64>>("id").map(StationId) else { continue };
            let status: String = row.get("status");
            let state = StationState {
                station_id: id,
                station_name: row.get("name"),
                latitude: row.get("latitude"),
                longitude: row.get("longitude"),
                // A CHECK constraint admits no other names.
                status: status.parse().unwrap_or(BroadcastStatus::Offline),
                available_batteries: row.get("available_batteries"),
                booked_batteries: row.get("booked_batteries"),
                unavailable_batteries: row.get("unavailable_batteries"),
                total_batteries: row.get("total_batteries"),
                revision: reading.revision,
                timestamp: reading.at,
            };
            reading.ids.push(id);
            reading.stations.insert(id, state);
        }
        reading
    }

    pub(super) fn removed(&self, id: StationId, was: RemovedStation) -> StationState {
        StationState {
            station_id: id,
            station_name: was.name,
            latitude: was.latitude,
            longitude: was.longitude,
            status: BroadcastStatus::Removed,
            available_batteries: 0,
            booked_batteries: 0,
            unavailable_batteries: 0,
            total_batteries: 0,
            revision: self.revision,
            timestamp: self.at,
        }
    }

    /// All stations in chunks; `ahead` says that facts were still waiting.
    pub(super) fn snapshot(&self, ahead: bool) -> Vec<Event> {
        let snapshot_id = SnapshotId(Uuid::new_v4());
        let states: Vec<StationState> =
            self.ids.iter().filter_map(|id| self.stations.get(id)).cloned().collect();
        // A network without stations has a snapshot too: one empty chunk.
        let parts: Vec<&[StationState]> =
            if states.is_empty() { vec![&[]] } else { states.chunks(STATIONS_PER_CHUNK).collect() };
        let chunks = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        (0..)
            .zip(parts)
            .map(|(chunk, stations)| {
                let stations = stations.to_vec();
                let revision = self.revision;
                let chunk = SnapshotChunk { snapshot_id, revision, chunk, chunks, ahead, stations };
                Event::snapshot(self.at, &chunk)
            })
            .collect()
    }
}
