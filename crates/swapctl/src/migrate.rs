//! `swapctl migrate`: the schema's history, forwards and back.

use anyhow::{Context, anyhow};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use indicatif::ProgressBar;
use secrecy::{ExposeSecret, SecretString};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// What to do with the schema.
#[derive(Debug, Default, clap::Args)]
pub struct Arguments {
    /// Take the last N migrations back. Data in what they made is lost.
    #[arg(long, value_name = "N")]
    pub revert: Option<usize>,
}

/// Runs or reverts migrations and says which.
///
/// # Errors
/// Names the migration that failed; it has left nothing behind.
pub async fn run(url: &SecretString, arguments: &Arguments) -> anyhow::Result<()> {
    let connection = AsyncPgConnection::establish(url.expose_secret())
        .await
        .context("connecting to Postgres; is it running, and did the bootstrap make the roles?")?;
    let mut harness = AsyncMigrationHarness::new(connection);
    match arguments.revert {
        Some(count) => {
            for _ in 0..count {
                let version = harness
                    .revert_last_migration(MIGRATIONS)
                    .map_err(|error| anyhow!("reverting a migration: {error}"))?;
                println!("reverted {version}");
            }
        }
        None => {
            let pending = harness
                .pending_migrations(MIGRATIONS)
                .map_err(|error| anyhow!("reading the schema's history: {error}"))?;
            let bar = ProgressBar::new(pending.len().try_into().unwrap_or(u64::MAX));
            for migration in &pending {
                let name = migration.name().to_string();
                harness.run_migration(migration).map_err(|error| anyhow!("migration {name}: {error}"))?;
                bar.inc(1);
                bar.println(format!("migrated {name}"));
            }
            bar.finish_and_clear();
            println!("the schema is up to date ({} migrations run)", pending.len());
        }
    }
    Ok(())
}

/// How many migrations the database lacks.
///
/// # Errors
/// When the history can't be read.
pub fn pending(connection: AsyncPgConnection) -> anyhow::Result<usize> {
    AsyncMigrationHarness::new(connection)
        .pending_migrations(MIGRATIONS)
        .map(|pending| pending.len())
        .map_err(|error| anyhow!("reading the schema's history: {error}"))
}
