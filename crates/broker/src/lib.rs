#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod publisher;
mod queue;
mod settings;
mod stream;
pub mod topology;

pub use error::BrokerError;
pub use publisher::{PublishFailure, Publisher};
pub use queue::{QueueMessage, QueueReader};
pub use settings::BrokerSettings;
pub use stream::{StartAt, StreamMessage, StreamReader};
