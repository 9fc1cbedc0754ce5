#![doc = include_str!("../README.md")]

mod app;
mod connection;
mod context;
mod disconnect;
mod endpoints;
mod feed;
mod hub;
mod origin;
mod protocol;
mod settings;

pub use app::App;
pub use settings::{GatewaySettings, Settings};
