//! What faults are done to: the programs of a system, where it is reached, and the links that can be cut. Read from a
//! file, so that one machine and a cluster are driven alike.

use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;
use testbed::Program;

/// A system under test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Where riders and screens connect.
    pub base: String,
    /// The gateways' own addresses.
    pub gateways: Vec<String>,
    /// The services' own addresses, for their health.
    pub services: Vec<String>,
    /// What can be killed and frozen.
    pub programs: Vec<Member>,
    /// What can be cut and slowed down. Opened by the driver.
    pub links: Vec<Link>,
    /// The folder of the files that programs read their clock and the slowness of their disk from.
    pub dials: Option<PathBuf>,
    /// The file system that holds the database alone, if it is small enough to be filled.
    pub database_volume: Option<PathBuf>,
    /// The folder of the programs of Postgres.
    pub postgres_bin: PathBuf,
    /// The folder of the programs of RabbitMQ.
    pub rabbitmq_bin: PathBuf,
}

/// A program and its part in the system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// What it is.
    pub part: Part,
    /// Where its processes are.
    pub program: Program,
}

/// The parts of a system; each may have several members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Stations and batteries.
    Inventory,
    /// Orders and notifications.
    Booking,
    /// Live connections.
    Gateway,
    /// RabbitMQ.
    Broker,
    /// Postgres.
    Database,
    /// nginx.
    Door,
}

/// A connection between two parts that leads through this process.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Who talks to whom.
    pub name: String,
    /// Where the one connects.
    pub listen: String,
    /// Where the other one listens.
    pub target: String,
}

impl Targets {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not there or not understood.
    pub fn read(path: &std::path::Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }

    /// The members of a part.
    pub fn members(&self, part: Part) -> impl Iterator<Item = &Program> {
        self.programs.iter().filter(move |member| member.part == part).map(|member| &member.program)
    }
}
