//! The database: its disk is full; a copy takes its place.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use events::{NotificationId, UserId};
use testbed::Database;
use testbed::environment::variable;
use tokio::time::sleep;

use super::{Fault, Ground, run};
use crate::history::What;
use crate::load::Load;
use crate::rest;
use crate::targets::Part;

/// Bookings between the copy and its return.
const LOST_WORK: usize = 40;

/// Fills the file system; frees it again.
pub(super) async fn fill_disk(ground: &Ground, hold: Duration) -> anyhow::Result<()> {
    let volume = ground.targets.database_volume.as_ref().context("a volume")?;
    let ballast = volume.join("ballast");
    let database = Database::of_instance().await;
    fill(&ballast)?;
    // Space that Postgres had set aside is used up at once: it needs another file for its log and can't have it.
    for _ in 0..4 {
        let _ = database.psql.batch_execute("SELECT pg_switch_wal()").await;
    }
    sleep(hold).await;
    std::fs::remove_file(ballast).context("freeing the disk")
}

fn fill(ballast: &Path) -> anyhow::Result<()> {
    let mut file = std::fs::File::create(ballast)?;
    let mut part = vec![0; 1_048_576];
    // Smaller and smaller parts, until not even a page is left.
    while part.len() >= 4_096 {
        while file.write_all(&part).is_ok() {}
        part.truncate(part.len() / 2);
    }
    Ok(())
}

/// Copies the database at rest, lets the riders work, and puts the copy in its place.
pub(super) async fn restore(ground: &Ground, fault: &Fault, load: &Load) -> anyhow::Result<()> {
    let copy = Path::new(&variable("SWAPWIRE_INSTANCE")).join("run/chaos.dump");
    let resting = load.rest().await;
    ground.history.add(What::BackedUp);
    let mut dump = Command::new(ground.targets.postgres_bin.join("pg_dump"));
    dump.args(["--format=custom", "--create", "--file"]).arg(&copy).arg("--dbname").arg(url("swapwire"));
    run(dump).await?;
    drop(resting);
    rest::some_work(&ground.history, LOST_WORK).await?;

    ground.begin(fault);
    let services =
        || [Part::Booking, Part::Inventory].into_iter().flat_map(|part| ground.targets.members(part));
    services().for_each(testbed::Program::stop);
    let mut psql = Command::new(ground.targets.postgres_bin.join("psql"));
    let drop_database = "DROP DATABASE swapwire WITH (FORCE)";
    psql.args(["-X", "-q", "-c", drop_database, "--dbname"]).arg(url("postgres"));
    run(psql).await?;
    let mut pg_restore = Command::new(ground.targets.postgres_bin.join("pg_restore"));
    pg_restore.args(["--create", "--exit-on-error", "--dbname"]).arg(url("postgres")).arg(&copy);
    run(pg_restore).await?;
    let last = last_messages().await?;
    ground.history.add(What::Restored { last });
    services().for_each(testbed::Program::start);
    Ok(())
}

async fn last_messages() -> anyhow::Result<std::collections::BTreeMap<UserId, NotificationId>> {
    let database = Database::of_instance().await;
    let rows = database.psql.query("SELECT user_id, last_notification_id FROM booking.riders", &[]).await?;
    Ok(rows.iter().map(|row| (UserId(row.get(0)), NotificationId(row.get(1)))).collect())
}

/// The superuser's address of a database.
fn url(database: &str) -> String {
    let url = variable("SWAPWIRE_TEST_SUPERUSER_URL");
    url.rsplit_once('/').map_or_else(|| url.clone(), |(server, _)| format!("{server}/{database}"))
}
