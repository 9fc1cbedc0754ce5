//! Publishing to a real broker.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

mod nodes;
mod publishing;
