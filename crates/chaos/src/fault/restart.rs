//! A rolling restart: every program is stopped and started, one after the other, as in an update.

use crate::fault::Ground;
use crate::rest;
use crate::targets::Part;

/// The order in which the parts restart.
const ORDER: [Part; 6] =
    [Part::Inventory, Part::Booking, Part::Gateway, Part::Door, Part::Broker, Part::Database];

pub(super) async fn all(ground: &Ground) -> anyhow::Result<()> {
    for part in ORDER {
        for program in ground.targets.members(part) {
            // By the supervisor: each program has its own signal for an orderly end.
            program.stop();
            program.start();
            rest::all_ready(&ground.targets).await?;
        }
    }
    Ok(())
}
