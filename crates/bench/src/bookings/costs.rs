//! What a booking costs each program of the instance in CPU time, from the kernel's accounting.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, ensure};
use testbed::Database;
use testbed::environment::variable;

use super::load::CLIENTS;
use crate::table::Table;

/// The kernel counts CPU time in hundredths of a second for every program that asks (USER_HZ in proc(5)).
const MS_PER_TICK: f64 = 10.0;
/// Counts the bookings.
pub(super) const ORDERS: &str = "SELECT count(*) FROM booking.orders";

/// Where a measurement begins.
pub struct Costs {
    orders: i64,
    used: BTreeMap<String, f64>,
}

impl Costs {
    /// Notes what has been used and booked so far.
    ///
    /// # Errors
    /// When the instance's supervisord does not run.
    pub async fn begin(database: &Database) -> anyhow::Result<Self> {
        Ok(Self { orders: database.number(ORDERS).await, used: used()? })
    }

    /// The table of what each program has used since then for each booking.
    ///
    /// # Errors
    /// When nothing was booked.
    pub async fn end(self, database: &Database) -> anyhow::Result<Table> {
        let used = used()?;
        let bookings = database.number(ORDERS).await - self.orders;
        ensure!(bookings > 0, "no booking was made");
        let mut table = Table::new(
            format!("CPU time of {bookings} bookings by {CLIENTS} clients, with all that follows from them"),
            &["program", "ms per booking"],
        );
        let each = |ms: f64| Ok::<f64, anyhow::Error>(ms / f64::from(i32::try_from(bookings)?));
        let mut rows = Vec::new();
        for (program, ms) in &used {
            rows.push((program.as_str(), each(ms - self.used.get(program).copied().unwrap_or_default())?));
        }
        rows.sort_by(|one, other| other.1.total_cmp(&one.1));
        rows.push(("all of them", rows.iter().map(|row| row.1).sum()));
        for (program, ms) in rows.into_iter().filter(|row| row.1 >= 0.005) {
            table.row([program.to_owned(), format!("{ms:.2}")]);
        }
        Ok(table)
    }
}

/// A process as /proc shows it.
struct Process {
    name: String,
    parent: u32,
    ms: f64,
}

/// Milliseconds of CPU time by program: of the instance's supervisord and everything below it, and of the riders.
fn used() -> anyhow::Result<BTreeMap<String, f64>> {
    let file = Path::new(&variable("SWAPWIRE_INSTANCE")).join("run/supervisord.pid");
    let supervisor = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let supervisor: u32 = supervisor.trim().parse().context("supervisord's pid")?;
    let processes = processes()?;
    let mut instance = BTreeSet::from([supervisor]);
    loop {
        let children = processes.iter().filter(|(_, process)| instance.contains(&process.parent));
        let with_children: BTreeSet<u32> =
            instance.iter().copied().chain(children.map(|(pid, _)| *pid)).collect();
        if with_children.len() == instance.len() {
            break;
        }
        instance = with_children;
    }
    let mut used = BTreeMap::new();
    for (pid, process) in processes {
        let riders = pid == std::process::id();
        if riders || instance.contains(&pid) {
            let name = if riders { "the riders themselves".to_owned() } else { process.name };
            *used.entry(name).or_default() += process.ms;
        }
    }
    Ok(used)
}

fn processes() -> io::Result<BTreeMap<u32, Process>> {
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that has ended meanwhile is nobody's.
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        let Some(mut process) = process(&stat) else { continue };
        // The kernel keeps 15 characters of a name.
        if process.name.len() == 15
            && let Ok(program) = fs::read_link(format!("/proc/{pid}/exe"))
            && let Some(name) = program.file_name().and_then(|name| name.to_str())
        {
            process.name = name.to_owned();
        }
        processes.insert(pid, process);
    }
    Ok(processes)
}

/// Reads `pid (name) state parent …`; the name may hold spaces and brackets.
fn process(stat: &str) -> Option<Process> {
    let (head, tail) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once(" (")?;
    let fields: Vec<&str> = tail.split(' ').collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
    let ms = f64::from(ticks(11)? + ticks(12)?) * MS_PER_TICK;
    Some(Process { name: name.to_owned(), parent: ticks(1)?, ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_from_what_the_kernel_says() {
        let stat =
            "42 (a (b) c) S 7 42 42 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 5 0 0 18446744073709551615";
        let process = process(stat).unwrap();
        assert_eq!((process.name.as_str(), process.parent), ("a (b) c", 7));
        assert!((process.ms - 2_000.0).abs() < 1e-9);
        assert!(super::process("42 (gone").is_none());
    }
}
