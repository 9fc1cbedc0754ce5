//! The roles and the database, made by psql from the script that `make run` uses.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use url::Url;

use super::secrets::Secrets;

const SCRIPT: &str = include_str!("../../../../deploy/postgres/roles.sql");
/// The roles that log in: `swapwire_` and this.
pub const NAMES: [&str; 3] = ["migrator", "inventory", "booking"];
/// A superuser's address; without it the user postgres connects to this machine's server by its socket.
const SUPERUSER: &str = "SWAPWIRE_SUPERUSER_URL";

/// Runs the script; running it again changes nothing but passwords that differ.
pub fn make(secrets: &Secrets) -> anyhow::Result<()> {
    let mut script = String::new();
    for role in NAMES {
        let password = secrets.need(&format!("{}_DB_PASSWORD", role.to_uppercase()))?;
        script.push_str(&format!("\\set {role}_password '{password}'\n"));
    }
    script.push_str(SCRIPT);
    let mut psql = psql()?
        .args(["-X", "-q", "-w", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-f", "-"])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("psql (package postgresql-client)")?;
    // By standard input: arguments are visible to every user of the machine. What psql has left unread, it explains.
    if let Some(mut input) = psql.stdin.take() {
        let _ = input.write_all(script.as_bytes());
    }
    ensure!(
        psql.wait()?.success(),
        "psql failed, see above; {SUPERUSER} names a superuser (postgres://user:password@host:port)"
    );
    Ok(())
}

fn psql() -> anyhow::Result<Command> {
    let Ok(url) = std::env::var(SUPERUSER) else {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "psql"]);
        return Ok(command);
    };
    let url: Url = url.parse().with_context(|| format!("{SUPERUSER} is no URL"))?;
    let mut command = Command::new("psql");
    command.env("PGHOST", url.host_str().unwrap_or("127.0.0.1")).env("PGUSER", url.username());
    command.env("PGPORT", url.port().unwrap_or(5432).to_string());
    command.env("PGPASSWORD", url.password().unwrap_or_default());
    Ok(command)
}
