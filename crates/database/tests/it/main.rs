//! The schema's way forwards and back, on real Postgres.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod dump;
mod errors;
mod functions;
mod history;
mod hosts;
mod notifications;
mod replication;
mod versions;
