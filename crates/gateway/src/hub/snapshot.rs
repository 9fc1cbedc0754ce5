//! Putting the chunks of a snapshot together. Chunks of two snapshots may interleave after a change of
//! leader; the newest revision wins.

use std::collections::{HashMap, HashSet};

use events::{Revision, SnapshotChunk, SnapshotId, StationId, StationState};

#[derive(Default)]
pub(super) struct Assembly {
    current: Option<Partial>,
}

struct Partial {
    id: SnapshotId,
    chunks: u32,
    seen: HashSet<u32>,
    whole: Whole,
}

/// A complete snapshot.
pub(super) struct Whole {
    pub(super) revision: Revision,
    /// It may show changes whose updates follow.
    pub(super) ahead: bool,
    pub(super) stations: HashMap<StationId, StationState>,
}

impl Assembly {
    /// Adds a chunk; returns the snapshot when it was the last one missing.
    pub(super) fn add(&mut self, chunk: SnapshotChunk) -> Option<Whole> {
        let newer = self.current.as_ref().is_none_or(|current| {
            current.id != chunk.snapshot_id && current.whole.revision <= chunk.revision
        });
        if newer {
            self.current = Some(Partial {
                id: chunk.snapshot_id,
                chunks: chunk.chunks,
                seen: HashSet::new(),
                whole: Whole { revision: chunk.revision, ahead: chunk.ahead, stations: HashMap::new() },
            });
        }
        let current = self.current.as_mut().filter(|current| current.id == chunk.snapshot_id)?;
        current.seen.insert(chunk.chunk);
        current
            .whole
            .stations
            .extend(chunk.stations.into_iter().map(|station| (station.station_id, station)));
        if u32::try_from(current.seen.len()) != Ok(current.chunks) {
            return None;
        }
        self.current.take().map(|complete| complete.whole)
    }
}
