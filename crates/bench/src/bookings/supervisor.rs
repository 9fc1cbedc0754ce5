//! Stopping and starting programs of the instance, as its operator would.

use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, ensure};
use reqwest::Method;
use testbed::environment::variable;
use testbed::{Api, until};

/// Those that answer requests and publish facts.
pub const SERVICES: [&str; 2] = ["booking", "inventory"];

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

/// Waits until both services answer again and have what they need.
pub async fn services_ready() {
    for service in ["SWAPWIRE_TEST_BOOKING_URL", "SWAPWIRE_TEST_INVENTORY_URL"] {
        let api = Api::new(variable(service));
        until("the service is ready again", async || {
            let answer = api.try_send(Method::GET, "/health/ready", None).await;
            answer.is_ok_and(|answer| answer.status == 200)
        })
        .await;
    }
}

fn control(action: &str, program: &str) -> Command {
    let configuration = format!("{}/etc/supervisord.conf", variable("SWAPWIRE_INSTANCE"));
    let mut command = Command::new("supervisorctl");
    command.args(["-c", &configuration, action, program]);
    command
}
