//! The gateway against a real broker, from outside.

mod app;
mod channels;
mod feed;
mod protocol;
