//! Stopping and starting programs of the instance, as its operator would.

use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, ensure};
use testbed::environment::variable;

/// Stops a program and waits until it has ended.
///
/// # Errors
/// When the supervisor does not do it.
pub fn stop(program: &str) -> anyhow::Result<()> {
    let output = control("stop", program).output().context("supervisorctl")?;
    ensure!(output.status.success(), "stopping {program}: {}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// Starts a program. Whether it is ready is asked of the program: the supervisor answers seconds later.
///
/// # Errors
/// When there is no supervisor.
pub fn start(program: &str) -> anyhow::Result<()> {
    let mut starting = control("start", program).stdout(Stdio::null()).spawn().context("supervisorctl")?;
    thread::spawn(move || starting.wait());
    Ok(())
}

fn control(action: &str, program: &str) -> Command {
    let configuration = format!("{}/etc/supervisord.conf", variable("SWAPWIRE_INSTANCE"));
    let mut command = Command::new("supervisorctl");
    command.args(["-c", &configuration, action, program]);
    command
}
