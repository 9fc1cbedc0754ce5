#![doc = include_str!("../README.md")]

mod admission;
mod app;
mod asyncapi;
#[cfg(feature = "conformance")]
pub mod conformance;
mod connection;
mod context;
mod disconnect;
mod feed;
mod hub;
mod limits;
mod listener;
mod origin;
mod protocol;
mod settings;
mod sse;
mod upgrade;
mod worker;

pub use app::App;
pub use asyncapi::asyncapi;
pub use settings::{ConnectionLimits, GatewaySettings, ReplaySettings, Settings};
