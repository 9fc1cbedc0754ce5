//! The booking service against real Postgres, from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod app;
mod facts;
mod forget;
mod holds;
mod idempotency;
mod lifetime;
mod notifications;
mod orders;
mod preferences;
mod properties;
mod push;
mod push_service;
mod race;
mod ready;
mod references;
mod relay;
mod retention;
mod robust;
mod texts;
