//! `swapctl setup`: secrets, settings, Postgres and RabbitMQ of an installation from packages. What the servers hold is
//! stated in `deploy/postgres/roles.sql`, `migrations` and `deploy/rabbitmq/definitions.json`, which are compiled in.

mod broker;
mod roles;
mod secrets;
mod templates;

use std::path::PathBuf;

use anyhow::Context;
use secrecy::SecretString;

use self::broker::Management;
use self::secrets::Secrets;
use self::templates::Hosts;

/// Where everything is, and whether to change anything.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Compare only; change nothing.
    #[arg(long)]
    check: bool,
    /// Make the settings of this machine from its secrets.env, and leave Postgres and RabbitMQ alone.
    #[arg(long, conflicts_with = "check")]
    settings_only: bool,
    /// The folder of the settings.
    #[arg(long, default_value = "/etc/swapwire")]
    folder: PathBuf,
    /// Postgres, as services reach it: host:port, several separated by commas.
    #[arg(long, default_value = "127.0.0.1:5432")]
    database_hosts: String,
    /// RabbitMQ, as services reach it: host:port, several separated by commas.
    #[arg(long, default_value = "127.0.0.1:5672")]
    broker_hosts: String,
}

/// Prepares or compares everything, and says what it found.
///
/// # Errors
/// Says what could not be prepared, or what differs.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.folder.join("secrets.env");
    let secrets = if arguments.check { Secrets::read(&file)? } else { Secrets::read_or_make(&file)? };
    let management = Management::from_environment()?;
    let hosts = Hosts {
        database_hosts: &arguments.database_hosts,
        broker_hosts: &arguments.broker_hosts,
        management: &management.address(),
    };
    if arguments.check {
        return check(&secrets, &hosts, management).await;
    }
    let written = templates::write(&arguments.folder, &secrets, &hosts)?;
    println!(
        "settings: {}",
        if written.is_empty() { "no service is installed here".into() } else { written.join(", ") }
    );
    if arguments.settings_only {
        return Ok(());
    }
    roles::make(&secrets)?;
    println!("Postgres: the roles and the database are there");
    let migrated = database::migrate(&migrator(&secrets, &hosts)?).await?;
    println!("Postgres: the schema is up to date ({} migrations run)", migrated.migrations.len());
    management.open(&secrets).await?.load(&secrets).await?;
    check(&secrets, &hosts, management).await
}

/// As a service sees it: each role logs in, the schema is this program's, the broker holds what is stated.
async fn check(secrets: &Secrets, hosts: &Hosts<'_>, management: Management) -> anyhow::Result<()> {
    for role in roles::NAMES {
        let url = SecretString::from(hosts.database_url(role, secrets)?);
        // Connecting is the check: the connection ends here.
        let connected = database::connect(&url, "swapwire setup").await;
        drop(connected.with_context(|| format!("as swapwire_{role}"))?);
    }
    println!("Postgres: {} log in", roles::NAMES.join(", "));
    let standing = database::standing(&migrator(secrets, hosts)?).await?;
    anyhow::ensure!(
        standing.pending == 0 && standing.functions,
        "the schema is not this program's: `swapctl migrate`"
    );
    management.open(secrets).await?.check(secrets).await
}

fn migrator(secrets: &Secrets, hosts: &Hosts<'_>) -> anyhow::Result<SecretString> {
    Ok(hosts.database_url("migrator", secrets)?.into())
}
