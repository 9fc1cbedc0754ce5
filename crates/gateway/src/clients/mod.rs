//! One worker thread's clients. A message goes straight to the sockets of those who have seen everything before it; a
//! client that can't take it has a position behind the log and reads from there when it can. No client has a queue.

mod allowance;
mod audience;
mod catch_up;
mod client;
mod conversation;
mod deadlines;
mod deliver;
mod encoding;
mod ending;
mod outbox;
mod requests;
mod retries;
mod sockets;
mod state;
mod timers;
mod worker;

pub(crate) use client::{Arrival, Connector};
pub(crate) use encoding::Format;
pub(crate) use retries::Retries;
pub(crate) use worker::{Worker, WorkerSetup};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worker_tests;
