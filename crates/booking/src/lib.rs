#![doc = include_str!("../README.md")]

mod app;
mod error;
mod facts;
mod holds;
pub mod metrics;
mod notifications;
mod orders;
mod preferences;
mod push;
mod ready;
mod schema;
mod settings;
mod texts;

pub use app::{App, build, document, endpoints};
pub use facts::RiderFacts;
pub use settings::{RetentionSettings, Settings};
