#![doc = include_str!("../README.md")]

mod check;
mod fault;
mod history;
mod load;
mod patience;
mod recovery;
mod rest;
mod table;
mod targets;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use events::StationId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use testbed::{Database, Proxy};
use tokio::time::Instant;

use crate::check::Judge;
use crate::fault::{Fault, Ground};
use crate::history::{History, What};
use crate::load::{Load, Scene};
use crate::table::Table;
use crate::targets::Targets;

/// Batteries of each station.
const BATTERIES: [i32; 6] = [12; 6];
/// Bookings before each fault.
const WORK: usize = 30;

#[derive(Parser)]
struct Arguments {
    /// The file that names programs, addresses and links.
    #[arg(long)]
    targets: PathBuf,
    /// The order and the length of the faults, and what riders do.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// No fault begins after so many minutes.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Only faults whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Where the table is written.
    #[arg(long)]
    markdown: PathBuf,
    /// Where the history is written.
    #[arg(long)]
    history: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_target(false)
        .with_ansi(false)
        .with_env_filter("swapwire_chaos=info")
        .init();
    let arguments = Arguments::parse();
    let targets = Targets::read(&arguments.targets)?;
    let mut links = Vec::new();
    for link in &targets.links {
        links.push(Proxy::start(&link.listen, &link.target).await);
    }
    // They wait for their links, which this process has opened just now.
    targets.programs.iter().for_each(|member| member.program.start());
    rest::all_ready(&targets).await?;
    let history = Arc::new(History::start(&arguments.history)?);
    let stations = Database::of_instance().await.stations(&BATTERIES).await;
    let stations: Vec<StationId> = stations.into_iter().map(StationId).collect();
    let (base, gateways) = (targets.base.clone(), targets.gateways.clone());
    let scene = Scene::new(base, gateways, stations, Arc::clone(&history), arguments.seed);
    let load = Load::start(Arc::new(scene));
    let ground = Ground { targets, links, history };
    run(&arguments, &ground, &load).await
}

/// Fault after fault until the time is over; fails if anything was ever wrong.
async fn run(arguments: &Arguments, ground: &Ground, load: &Load) -> anyhow::Result<()> {
    let mut chance = StdRng::seed_from_u64(arguments.seed);
    let mut faults = Fault::all(&ground.targets);
    faults.retain(|fault| fault.name(&ground.targets).contains(&arguments.only));
    ensure!(!faults.is_empty(), "no fault is called {:?}", arguments.only);
    faults.shuffle(&mut chance);
    let (mut judge, mut known) = (Judge::default(), BTreeSet::new());
    let mut table = Table::default();
    let end = Instant::now() + Duration::from_secs(arguments.minutes * 60);
    for (round, fault) in faults.iter().cycle().enumerate() {
        if Instant::now() >= end {
            break;
        }
        let name = fault.name(&ground.targets);
        let from = ground.history.len();
        rest::some_work(&ground.history, WORK).await?;
        fault.inject(ground, load, &mut chance).await.with_context(|| name.clone())?;
        ground.history.add(What::FaultEnded);
        let recovery = recovery::measure(&ground.history, from).await.with_context(|| name.clone())?;
        let found = rest::judge(&ground.targets, load, &ground.history, &mut judge, round).await;
        let found: Vec<_> = found.with_context(|| name.clone())?;
        let new: Vec<_> = found.into_iter().filter(|violation| known.insert(violation.clone())).collect();
        let (after, gap) = (recovery.after, recovery.gap);
        tracing::info!(round, ?after, ?gap, violations = new.len(), "{name}");
        new.iter().for_each(|violation| tracing::error!("{:?}: {}", violation.kind, violation.words));
        table.add(&name, recovery, &new);
        std::fs::write(&arguments.markdown, table.markdown())?;
    }
    println!("{}", table.markdown());
    ensure!(
        known.is_empty(),
        "{} violations; the history is in {}",
        known.len(),
        arguments.history.display()
    );
    Ok(())
}
