#![doc = include_str!("../README.md")]

mod app;
mod batteries;
mod error;
mod facts;
mod history;
pub mod metrics;
mod quota;
mod schema;
mod settings;
mod stations;
mod statistics;
mod transaction;

pub use app::{App, build, document, endpoints};
pub use facts::{ReadyFacts, StationFacts};
pub use settings::{BatterySettings, QuotaSettings, RetentionSettings, Settings};
