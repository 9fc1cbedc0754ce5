//! The faults, one at a time. Each begins while the load is at work and has ended when `inject` returns.

mod broker;
mod database;
mod leader;
mod restart;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use rand::RngExt;
use rand::rngs::StdRng;
use testbed::{Passing, Proxy};
use tokio::time::sleep;

use crate::history::{History, What};
use crate::load::Load;
use crate::targets::{Member, Part, Targets};

/// What a fault acts on.
pub struct Ground {
    /// The system.
    pub targets: Targets,
    /// Its links, as the targets name them.
    pub links: Vec<Proxy>,
    /// Where the beginning of a fault is written down.
    pub history: Arc<History>,
}

/// A fault.
#[derive(Debug, Clone)]
pub enum Fault {
    /// kill -9 of a program and all that it has started.
    Kill(Member),
    /// SIGSTOP for some seconds, then SIGCONT.
    Freeze(Member),
    /// Every program, one after the other, is ended and waited for.
    RollingRestart,
    /// The broker believes that its disk is nearly full: publishers are blocked.
    DiskAlarm,
    /// The same about its memory.
    MemoryAlarm,
    /// The stream is deleted and made anew, empty.
    StreamAnew,
    /// The service whose relay leads is frozen for longer than its session lives, while another one stands by.
    LeaderFrozen(Part),
    /// A link, by its index, is cut, silent or slow for some seconds.
    Link(usize, Passing),
    /// The clock of a program steps by so many seconds, and back again.
    Clock(String, i64),
    /// The database's file system is full.
    DiskFull,
    /// Each fsync of the database takes longer.
    SlowDisk,
    /// The database is replaced by a copy made a while ago.
    Restore,
}

/// How much later than the one before it each part of up to 4 KiB passes a slow link.
const SLOWLY: Duration = Duration::from_millis(40);
/// Steps of clocks, in seconds: below the lifetime of a token.
const STEPS: [i64; 2] = [-300, 300];
/// An fsync of a slow disk, in milliseconds.
const SLOW_FSYNC_MS: u32 = 150;
/// The dial that holds the milliseconds of a slow fsync.
const DISK: &str = "disk";

impl Fault {
    /// Every fault that can be injected into these targets.
    pub fn all(targets: &Targets) -> Vec<Self> {
        let mut faults = Vec::new();
        faults.extend(targets.programs.iter().cloned().map(Self::Kill));
        faults.extend(targets.programs.iter().cloned().map(Self::Freeze));
        faults.extend([Self::RollingRestart, Self::DiskAlarm, Self::MemoryAlarm, Self::StreamAnew]);
        faults.extend([Part::Inventory, Part::Booking].map(Self::LeaderFrozen));
        for link in 0..targets.links.len() {
            faults.extend(
                [Passing::Cut, Passing::Nothing, Passing::Slowly(SLOWLY)]
                    .map(|passing| Self::Link(link, passing)),
            );
        }
        if let Some(dials) = &targets.dials {
            for member in &targets.programs {
                let name = &member.program.name;
                if dials.join(clock_of(name)).exists() {
                    faults.extend(STEPS.map(|step| Self::Clock(name.clone(), step)));
                }
            }
            faults.extend(dials.join(DISK).exists().then_some(Self::SlowDisk));
        }
        faults.extend(targets.database_volume.is_some().then_some(Self::DiskFull));
        faults.push(Self::Restore);
        faults
    }

    /// Its name in the table.
    pub fn name(&self, targets: &Targets) -> String {
        match self {
            Self::Kill(member) => format!("{}: kill -9", member.program.name),
            Self::Freeze(member) => format!("{}: SIGSTOP, SIGCONT", member.program.name),
            Self::RollingRestart => "rolling restart of everything".into(),
            Self::DiskAlarm => "rabbitmq: disk alarm".into(),
            Self::MemoryAlarm => "rabbitmq: memory alarm".into(),
            Self::StreamAnew => "rabbitmq: stream deleted and made anew".into(),
            Self::LeaderFrozen(part) => {
                format!("{part:?} frozen past its session, another leads").to_lowercase()
            }
            Self::Link(link, passing) => {
                let name = targets.links.get(*link).map_or("", |link| link.name.as_str());
                let state = match passing {
                    Passing::Cut => "cut",
                    Passing::Slowly(_) => "slow",
                    Passing::Nothing | Passing::NoDeliveries => "silent",
                    Passing::All => "open",
                };
                format!("link {name}: {state}")
            }
            Self::Clock(name, step) => format!("{name}: clock steps by {step:+} s and back"),
            Self::DiskFull => "postgres: disk full".into(),
            Self::SlowDisk => format!("postgres: each fsync takes {SLOW_FSYNC_MS} ms longer"),
            Self::Restore => "postgres: restored from a backup under live clients".into(),
        }
    }

    /// Injects the fault and ends it.
    ///
    /// # Errors
    /// When the fault can't be injected or ended.
    pub async fn inject(&self, ground: &Ground, load: &Load, chance: &mut StdRng) -> anyhow::Result<()> {
        let hold = Duration::from_millis(chance.random_range(2_000..4_000));
        if !matches!(self, Self::Restore | Self::LeaderFrozen(_)) {
            ground.begin(self);
        }
        match self {
            Self::Kill(member) => member.program.kill(),
            Self::Freeze(member) => {
                let frozen = member.program.freeze();
                sleep(hold).await;
                drop(frozen);
            }
            Self::RollingRestart => restart::all(ground).await?,
            Self::DiskAlarm => broker::disk_alarm(&ground.targets, hold).await?,
            Self::MemoryAlarm => broker::memory_alarm(&ground.targets, hold).await?,
            Self::StreamAnew => testbed::Broker::of_instance().recreate_stream().await,
            Self::LeaderFrozen(part) => leader::freeze(ground, self, *part).await?,
            Self::Link(link, passing) => {
                let link = ground.links.get(*link).context("a link")?;
                link.pass(*passing);
                sleep(hold).await;
                link.pass(Passing::All);
            }
            Self::Clock(name, step) => {
                let file = ground.dial(&clock_of(name))?;
                turn(&file, &format!("{step:+}"))?;
                sleep(hold).await;
                turn(&file, "+0")?;
            }
            Self::DiskFull => database::fill_disk(ground, hold).await?,
            Self::SlowDisk => {
                let file = ground.dial(DISK)?;
                turn(&file, &SLOW_FSYNC_MS.to_string())?;
                sleep(hold).await;
                turn(&file, "0")?;
            }
            Self::Restore => database::restore(ground, self, load).await?,
        }
        Ok(())
    }
}

impl Ground {
    /// Writes down that a fault begins.
    fn begin(&self, fault: &Fault) {
        self.history.add(What::FaultBegan { fault: fault.name(&self.targets) });
    }

    fn dial(&self, name: &str) -> anyhow::Result<PathBuf> {
        Ok(self.targets.dials.as_ref().context("the targets have no dials")?.join(name))
    }
}

/// The dial that a program's clock is set by.
fn clock_of(program: &str) -> String {
    format!("clock-{program}")
}

/// Programs read their dials all the time: a new value must appear whole.
fn turn(dial: &Path, value: &str) -> anyhow::Result<()> {
    let new = dial.with_extension("new");
    std::fs::write(&new, format!("{value}\n"))?;
    std::fs::rename(new, dial).with_context(|| dial.display().to_string())
}

/// Runs a command on a thread of its own; fails with its output when the command does.
async fn run(mut command: Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = output.with_context(|| program.clone())?;
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    ensure!(output.status.success(), "{program}: {}", said.concat());
    Ok(())
}
