//! What this gateway knows of the stream: the latest state of every station and a replay window of events. The feed
//! hands each message to [`Intake`] once; every worker thread applies the outcome to a [`Log`] of its own, so that
//! nobody waits for a lock. The hub knows neither AMQP nor sockets nor wire formats.

mod boxes;
mod forms;
mod grid;
mod intake;
mod item;
mod lag;
mod log;
mod marks;
mod pages;
mod publish;
mod recent;
mod resume;
mod riders;
mod snapshot;
mod stations;
mod window;

pub(crate) use boxes::Boxes;
pub(crate) use item::{About, Item};
pub(crate) use lag::{Batch, Message, Seen};
pub(crate) use log::{Log, Passed};
pub(crate) use pages::{Part, Text};
pub(crate) use publish::{FeedState, Hub, HubEvent, Inbox, WorkerState};
pub(crate) use resume::{Refused, Since, Start};
pub(crate) use window::ReplayLimits;

#[cfg(test)]
mod page_tests;
#[cfg(test)]
pub(crate) mod tests;
