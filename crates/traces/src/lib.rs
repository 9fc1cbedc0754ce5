#![doc = include_str!("../README.md")]

mod export;
mod span;

pub use export::{TraceError, start, stop};
pub use span::{Kind, Span, current};
