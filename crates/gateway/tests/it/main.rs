//! The gateway against a real broker, from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod app;
mod channels;
mod ending;
mod feed;
mod protocol;
mod random;
mod resume;
mod slow;
mod sse;
mod subscribe;
