//! The full state of the inventory, in chunks: what a gateway starts from and what heals drift.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Revision, StationState};

/// The most stations in one chunk, and in one `inventory_snapshot` frame to a client.
pub const STATIONS_PER_CHUNK: usize = 500;

/// Ties the chunks of one snapshot together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct SnapshotId(pub Uuid);

/// A part of a snapshot. It is complete when all `chunks` of its `snapshot_id` have been read; a
/// station that is in none of them and whose revision is below the snapshot's is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SnapshotChunk {
    /// The snapshot that this is a part of.
    pub snapshot_id: SnapshotId,
    /// The revision of the read that all chunks come from.
    pub revision: Revision,
    /// 0, 1, 2 …
    pub chunk: u32,
    /// How many there are, at least 1.
    pub chunks: u32,
    /// Whether facts were still waiting when it was read: it may show changes whose updates follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ahead: bool,
    /// The stations of this part, by id.
    pub stations: Vec<StationState>,
}
