//! The gateway against a real broker, from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod app;
mod attacks;
mod channels;
mod closing;
mod compression;
mod ending;
mod feed;
mod innocent;
mod moves;
mod overload;
mod protocol;
mod quiet;
mod random;
mod resume;
mod silence;
mod slow;
mod sse;
mod subscribe;
mod view;
