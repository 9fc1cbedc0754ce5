#![doc = include_str!("../README.md")]

mod backlog;
mod facts;
mod health;
mod leader;
pub mod metrics;
mod position;
mod relay;
mod session;
mod settings;
mod snapshots;
mod wake;

pub use facts::{Batch, Entry, Facts};
pub use health::RelayHealth;
pub use relay::{Drained, Relay, RelayError};
pub use settings::RelaySettings;
pub use wake::Wake;
