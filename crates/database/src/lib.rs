#![doc = include_str!("../README.md")]

mod connect;
mod error;
mod functions;
mod history;
mod migrate;
mod only_row;
mod pool;
mod settings;
mod transaction;
mod version;

pub use connect::{ConnectError, connect, drive, establish, wait_for_replica};
pub use error::{DatabaseError, Nature, Refusal};
pub use migrate::{MigrateError, Migrated, Reverted, Standing, migrate, revert, standing};
pub use only_row::only_row;
pub use pool::Database;
pub use settings::DatabaseSettings;
pub use transaction::{acting, atomically, call};
pub use version::{SchemaError, schema_fits};
