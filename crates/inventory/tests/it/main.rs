//! The inventory service against real Postgres and RabbitMQ, from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod app;
mod batteries;
mod busy;
mod constraints;
mod facts;
mod finding;
mod forms;
mod history;
mod lanes;
mod own;
mod placing;
mod plans;
mod privileges;
mod quota;
mod ranking;
mod relay;
mod retention;
mod schema;
mod stations;
mod statistics;
mod tables;
