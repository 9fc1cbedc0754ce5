//! A relay's leader that is frozen for longer than Postgres keeps its silent session. Another process of the service
//! takes the lead meanwhile; the frozen one wakes up and must not go on as if it led.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use testbed::{Database, Program};
use tokio::time::sleep;

use super::{Fault, Ground};
use crate::patience;
use crate::targets::Part;

/// `idle_session_timeout` of a leader is 5 s.
const PAST_THE_SESSION: Duration = Duration::from_secs(8);

pub(super) async fn freeze(ground: &Ground, fault: &Fault, part: Part) -> anyhow::Result<()> {
    let program = ground.targets.members(part).next().context("a service")?;
    let stand_in = start_another(program)?;
    let name = format!("swapwire {} relay", program.name);
    let database = Database::of_instance().await;
    let sessions = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'");
    patience::until("another one stands by", async || database.number(&sessions).await > 1).await?;
    ground.begin(fault);
    let frozen = program.freeze();
    sleep(PAST_THE_SESSION).await;
    drop(frozen);
    drop(stand_in);
    Ok(())
}

/// A process that is killed with this value.
struct StandIn(Child);

impl Drop for StandIn {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The same program with the same settings, on a port of its own; killed with the value.
fn start_another(program: &Program) -> anyhow::Result<StandIn> {
    let process = PathBuf::from("/proc").join(program.pid().context("a running service")?.to_string());
    let environment = std::fs::read(process.join("environ"))?;
    let environment = String::from_utf8(environment)?;
    let variables = environment.split('\0').filter_map(|variable| variable.split_once('='));
    Command::new(process.join("exe"))
        .env_clear()
        .envs(variables)
        .env("SWAP__HTTP__LISTEN", "127.0.0.1:0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("another process of the service")
        .map(StandIn)
}
