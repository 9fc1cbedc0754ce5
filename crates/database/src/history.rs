//! The embedded migrations, and what of them a database has.

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::migrate::MigrateError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// The versions of the migrations that were replaced before the first release were dates with a number.
const LENGTH_OF_A_DATE: usize = "20261123000001".len();

/// A database's history, and the connection that reads and writes it.
pub(crate) struct History {
    harness: AsyncMigrationHarness<AsyncPgConnection>,
    applied: Vec<String>,
}

impl History {
    /// Reads it. Refuses a history that is not the beginning of ours.
    pub(crate) fn read(connection: AsyncPgConnection) -> Result<Self, MigrateError> {
        let mut harness = AsyncMigrationHarness::new(connection);
        let mut applied: Vec<String> = harness
            .applied_migrations()
            .map_err(MigrateError::history)?
            .iter()
            .map(ToString::to_string)
            .collect();
        applied.sort();
        let ours = versions()?;
        let foreign: Vec<&str> =
            applied.iter().filter(|version| !ours.contains(version)).map(String::as_str).collect();
        match foreign.first() {
            None => Ok(Self { harness, applied }),
            Some(first) if first.len() >= LENGTH_OF_A_DATE => {
                Err(MigrateError::BeforeTheFirstRelease { first: (*first).to_owned(), count: foreign.len() })
            }
            Some(_) => Err(MigrateError::FromANewerProgram { versions: foreign.join(", ") }),
        }
    }

    /// How many migrations the database has.
    pub(crate) fn len(&self) -> usize {
        self.applied.len()
    }

    /// The number of the last migration that the database has; 0 without any.
    pub(crate) fn version(&self) -> Result<i32, MigrateError> {
        self.applied.last().map_or(Ok(0), |version| number(version))
    }

    /// How many migrations the database lacks.
    pub(crate) fn pending(&self) -> Result<usize, MigrateError> {
        Ok(versions()?.len().saturating_sub(self.applied.len()))
    }

    /// Runs what is pending; returns the names.
    pub(crate) fn run_pending(&mut self) -> Result<Vec<String>, MigrateError> {
        let mut names = Vec::new();
        for migration in migrations()? {
            let version = migration.name().version().to_string();
            if self.applied.contains(&version) {
                continue;
            }
            let name = migration.name().to_string();
            let failed = |error| MigrateError::Migration { name: name.clone(), error };
            self.harness.run_migration(&migration).map_err(failed)?;
            self.applied.push(version);
            names.push(name);
        }
        Ok(names)
    }

    /// Takes the last `count` migrations back; returns their versions.
    pub(crate) fn revert(&mut self, count: usize) -> Result<Vec<String>, MigrateError> {
        let mut reverted = Vec::new();
        for _ in 0..count {
            let Some(name) = self.applied.pop() else { break };
            let failed = |error| MigrateError::Migration { name: name.clone(), error };
            self.harness.revert_last_migration(MIGRATIONS).map_err(failed)?;
            reverted.push(name);
        }
        Ok(reverted)
    }

    pub(crate) fn into_connection(self) -> AsyncPgConnection {
        self.harness.into_inner()
    }
}

fn migrations() -> Result<Vec<Box<dyn Migration<Pg>>>, MigrateError> {
    let mut all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(MigrateError::history)?;
    all.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    Ok(all)
}

fn versions() -> Result<Vec<String>, MigrateError> {
    Ok(migrations()?.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// The number of the last migration that this program knows.
pub(crate) fn last() -> Result<i32, MigrateError> {
    versions()?.last().map_or(Ok(0), |version| number(version))
}

fn number(version: &str) -> Result<i32, MigrateError> {
    version.parse().map_err(|_| MigrateError::History { error: format!("{version} is no number").into() })
}
