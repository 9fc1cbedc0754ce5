#![doc = include_str!("../README.md")]

mod connect;
mod error;
mod functions;
mod history;
mod migrate;
mod pool;
mod settings;
mod transaction;
mod version;

pub use connect::{ConnectError, connect, establish};
pub use error::{DatabaseError, Nature, Refusal};
pub use migrate::{MigrateError, Migrated, Reverted, Standing, migrate, revert, standing};
pub use pool::Database;
pub use settings::DatabaseSettings;
pub use transaction::acting;
pub use version::{SchemaError, schema_fits};
