#![doc = include_str!("../README.md")]

mod app;
mod asyncapi;
mod clients;
#[cfg(feature = "conformance")]
pub mod conformance;
mod context;
mod feed;
pub mod fuzzing;
mod http;
mod hub;
mod limits;
pub mod metrics;
mod protocol;
mod settings;
mod wire;

pub use app::App;
pub use asyncapi::asyncapi;
pub use settings::{
    BacklogSettings, CompressionSettings, ConnectionLimits, GatewaySettings, ReplaySettings, Settings,
};
