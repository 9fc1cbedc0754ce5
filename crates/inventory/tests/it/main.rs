//! The inventory service against real Postgres and RabbitMQ, from outside.

mod app;
mod batteries;
mod database;
mod relay;
mod stations;
