//! Waiting for what must happen, on a machine that may be busy: the only times here are those after which it is given up.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

/// After this nothing is expected any more.
pub const GIVE_UP: Duration = Duration::from_secs(180);

/// Runs a command that must succeed, while everything else goes on.
///
/// # Errors
/// When it fails, with what it said.
pub async fn run(mut command: Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = output.with_context(|| program.clone())?;
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    ensure!(output.status.success(), "{program}: {}", said.concat());
    Ok(())
}

/// Asks again and again until the answer is yes.
///
/// # Errors
/// When it never is.
pub async fn until<F: AsyncFnMut() -> bool>(what: &str, mut ask: F) -> anyhow::Result<()> {
    let asking = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(GIVE_UP, asking).await.with_context(|| format!("given up after {GIVE_UP:?}: {what}"))
}
