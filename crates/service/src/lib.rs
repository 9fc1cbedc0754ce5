#![doc = include_str!("../README.md")]

pub mod access_log;
pub mod address;
#[cfg(feature = "database")]
pub mod application;
pub mod auth;
pub mod body;
pub mod docs;
pub mod health;
mod log_file;
pub mod metrics;
pub mod object;
pub mod page;
pub mod problem;
pub mod query;
pub mod rate;
pub mod representation;
#[cfg(feature = "database")]
pub mod retention;
pub mod routes;
#[cfg(feature = "database")]
mod schema;
pub mod server;
pub mod settings;
pub mod telemetry;
mod text;

pub use auth::{Authenticator, Caller, Role};
pub use body::Body;
pub use page::Page;
pub use problem::{FieldError, Problem};
pub use query::Query;
pub use text::Text;
