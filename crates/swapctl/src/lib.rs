#![doc = include_str!("../README.md")]

pub mod demo_identities;
pub mod doctor;
pub mod forget_rider;
pub mod listen;
pub mod migrate;
pub mod print_alerts;
pub mod seed;
pub mod settings;
pub mod setup;
pub mod simulate;
pub mod token;
pub mod verify;
pub mod websocket;
