#![doc = include_str!("../README.md")]

mod functions;
mod history;
mod migrate;
mod version;

pub use migrate::{MigrateError, Migrated, Reverted, Standing, migrate, revert, standing};
pub use version::{SchemaError, schema_fits};
