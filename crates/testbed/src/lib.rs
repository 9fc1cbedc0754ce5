#![doc = include_str!("../README.md")]

mod api;
mod broker;
mod collector;
mod database;
pub mod environment;
mod events;
mod program;
mod proxy;
pub mod raw;
mod screen;

pub use crate::api::{Answer, Api, token, token_in};
pub use crate::broker::{Broker, Log, Role, Told};
pub use crate::collector::{Collected, Collector};
pub use crate::database::{Database, migrations};
pub use crate::events::EventStream;
pub use crate::program::{Frozen, Program};
pub use crate::proxy::{BrokerProxy, Passing, Proxy};
pub use crate::screen::{Screen, Upgrade};

use std::time::Duration;

/// How long anything awaited may take before the test fails. Long, because a loaded machine is no defect.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Awaits something that must happen.
///
/// # Panics
/// When it does not, with the name of what was awaited.
pub async fn eventually<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what}: not within {PATIENCE:?}"),
    }
}

/// Asks again and again, each time right after the last answer, until it says yes.
///
/// # Panics
/// When it never does.
pub async fn until<F: AsyncFnMut() -> bool>(what: &str, mut ask: F) {
    eventually(what, async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
