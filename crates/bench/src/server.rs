//! The servers that are compared.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;

use crate::dialect::Dialect;
use crate::gateway::Gateway;
use crate::peers::{Peer, Running};
use crate::process::{Process, free_port};

/// Who serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Our gateway, fed through RabbitMQ.
    Swapwire,
    /// One thread, one write for each client.
    Floor,
    /// actix-web and actix-ws, the ordinary way.
    ActixWs,
    /// actix-web and actix-ws for handshake and reading, messages written to the socket past them.
    ActixWsDirect,
    /// Bun's built-in server, a message published to a topic.
    Bun,
    /// The same, a message sent to each client.
    BunSend,
    /// One of those that only `PEERS=all` brings.
    Peer(Peer),
}

/// What it sends.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Turns a second.
    pub rate: f64,
    /// Messages in each turn.
    pub burst: usize,
    /// The first station that changes.
    pub first: i64,
    /// Stations that change, from the first on.
    pub changing: i64,
}

/// A running server.
pub enum Server {
    /// Ours.
    Swapwire(Box<Gateway>),
    /// Another one.
    Other(Process),
    /// One of those that only `PEERS=all` brings.
    Peer(Running),
}

impl Kind {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Swapwire => "Swapwire",
            Self::Floor => "the floor",
            Self::ActixWs => "actix-ws, Session::text",
            Self::ActixWsDirect => "actix-ws, direct writes",
            Self::Bun => "Bun, publish()",
            Self::BunSend => "Bun, send() to each",
            Self::Peer(peer) => peer.name(),
        }
    }

    /// What its clients speak, those that follow all stations.
    #[must_use]
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Peer(peer) => peer.dialect(),
            Self::Swapwire => Dialect::Snapshot,
            _ => Dialect::Frames(0),
        }
    }

    /// Where its clients of all stations connect.
    #[must_use]
    pub fn path(self) -> &'static str {
        if let Self::Peer(peer) = self { peer.path() } else { "/ws/stations/" }
    }

    /// Starts it for so many clients.
    ///
    /// # Errors
    /// When it can't be started here.
    pub fn start(self, pace: Pace, stations: usize, clients: usize) -> anyhow::Result<Server> {
        let port = free_port()?;
        let text = crate::gateway::sample();
        let paced = [port.to_string(), pace.rate.to_string(), pace.burst.to_string(), text.clone()];
        Ok(match self {
            Self::Peer(peer) => Server::Peer(peer.start(pace, clients, text)?),
            Self::Swapwire => Server::Swapwire(Box::new(Gateway::start(port, pace, stations)?)),
            Self::Floor | Self::ActixWs | Self::ActixWsDirect => {
                let program = std::env::current_exe()?;
                let command = match self {
                    Self::Floor => "floor",
                    Self::ActixWs => "actix-ws",
                    _ => "actix-ws-direct",
                };
                let arguments: Vec<String> = std::iter::once(command.to_owned()).chain(paced).collect();
                Server::Other(Process::start(&program.to_string_lossy(), &arguments, &[], port)?)
            }
            Self::Bun | Self::BunSend => {
                let bun = bun().context("Bun is not installed: run it through `make bench`")?;
                let way = if self == Self::BunSend { "send" } else { "publish" };
                let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/bun.ts").to_owned();
                let arguments: Vec<String> =
                    ["run".to_owned(), script].into_iter().chain(paced).chain([way.to_owned()]).collect();
                Server::Other(Process::start(&bun, &arguments, &[], port)?)
            }
        })
    }
}

/// Where `make bench` has put Bun.
#[must_use]
pub fn bun() -> Option<String> {
    std::env::var("SWAPWIRE_BENCH_BUN").ok().filter(|path| !path.is_empty())
}

impl Server {
    /// Where its WebSocket listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Swapwire(gateway) => gateway.process.address,
            Self::Other(process) => process.address,
            Self::Peer(running) => running.address,
        }
    }

    /// The CPU time that it has used.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        match self {
            Self::Swapwire(gateway) => gateway.process.cpu(),
            Self::Other(process) => process.cpu(),
            Self::Peer(running) => running.cpu(),
        }
    }

    /// Its resident memory in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn resident(&self) -> anyhow::Result<u64> {
        match self {
            Self::Swapwire(gateway) => gateway.process.resident(),
            Self::Other(process) => process.resident(),
            Self::Peer(running) => running.resident(),
        }
    }

    /// Everybody is there: messages may begin where they have not yet.
    ///
    /// # Errors
    /// When it does not take a publisher.
    pub fn begin(&mut self) -> anyhow::Result<()> {
        if let Self::Peer(running) = self { running.begin() } else { Ok(()) }
    }
}
