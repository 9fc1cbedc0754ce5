//! Every program ended and waited for, as a new version would be brought in.

use crate::fault::Ground;
use crate::patience;
use crate::rest;
use crate::targets::Part;

/// In the order in which nothing waits for what comes later.
const ORDER: [Part; 6] =
    [Part::Inventory, Part::Booking, Part::Gateway, Part::Door, Part::Broker, Part::Database];

pub(super) async fn restart_all(ground: &Ground) -> anyhow::Result<()> {
    for part in ORDER {
        for program in ground.targets.members(part) {
            let before = program.pid();
            program.terminate();
            let another = async || program.pid().is_some_and(|pid| Some(pid) != before);
            patience::until(&format!("{} runs again", program.name), another).await?;
            rest::all_ready(&ground.targets).await?;
        }
    }
    Ok(())
}
