//! Programs under an instance's supervisor: their processes, and what an operator or a fault does to them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::environment::variable;

/// A program that a supervisor starts again whenever it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The name that its supervisor knows it by.
    pub name: String,
    /// The settings file of that supervisor.
    supervisor: PathBuf,
}

/// Stopped processes; they go on when this value ends.
#[derive(Debug)]
#[must_use = "the processes go on when this value ends"]
pub struct Frozen(Vec<u32>);

impl Program {
    /// A program of the instance under test.
    #[must_use]
    pub fn of_instance(name: &str) -> Self {
        let supervisor = PathBuf::from(variable("SWAPWIRE_INSTANCE")).join("etc/supervisord.conf");
        Self { name: name.to_owned(), supervisor }
    }

    /// The process that the supervisor watches; `None` while there is none.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        let output = self.supervisorctl("pid").output().expect("supervisorctl");
        String::from_utf8_lossy(&output.stdout).trim().parse().ok().filter(|pid| *pid > 0)
    }

    /// SIGTERM: the supervisor starts it again once it has ended.
    ///
    /// # Panics
    /// When it does not run.
    pub fn terminate(&self) {
        signal("TERM", &[self.running()]);
    }

    /// SIGKILL for the program and all that it has started, at once.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&self) {
        signal("KILL", &with_descendants(self.running()));
    }

    /// SIGSTOP for the program and all that it has started.
    ///
    /// # Panics
    /// When it does not run.
    pub fn freeze(&self) -> Frozen {
        let root = self.running();
        let mut frozen = Vec::new();
        // A process that is not stopped yet may start another one.
        loop {
            let found = with_descendants(root);
            if found.len() == frozen.len() {
                return Frozen(frozen);
            }
            signal("STOP", &found);
            frozen = found;
        }
    }

    /// Stops it and waits until it has ended; it stays away.
    ///
    /// # Panics
    /// When the supervisor does not do it.
    pub fn stop(&self) {
        let output = self.supervisorctl("stop").output().expect("supervisorctl");
        let answer = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "stopping {}: {answer}", self.name);
    }

    /// Starts it unless it runs. Whether it is ready is asked of the program: the supervisor answers seconds later.
    ///
    /// # Panics
    /// When there is no supervisorctl.
    pub fn start(&self) {
        let mut starting = self.supervisorctl("start").stdout(Stdio::null()).spawn().expect("supervisorctl");
        std::thread::spawn(move || starting.wait());
    }

    fn running(&self) -> u32 {
        self.pid().unwrap_or_else(|| panic!("{} does not run", self.name))
    }

    fn supervisorctl(&self, action: &str) -> Command {
        let mut command = Command::new("supervisorctl");
        command.arg("-c").arg(&self.supervisor).args([action, &self.name]);
        command
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("CONT", &self.0);
    }
}

/// Sends a signal; a process that has just ended needs none.
fn signal(name: &str, processes: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).arg("--").args(processes.iter().map(ToString::to_string));
    let _ = kill.stderr(Stdio::null()).status().expect("kill");
}

/// A process and all that descend from it: Postgres gives each of its processes a group of its own.
fn with_descendants(root: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // pid (name) state parent …; the name may hold anything.
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        parents.extend(parent.map(|parent: u32| (process, parent)));
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        next += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(process: u32) -> Option<char> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit_once(')')?.1.trim_start().chars().next()
    }

    #[test]
    fn a_frozen_process_stops_with_its_descendants_and_goes_on() {
        let mut child = Command::new("sh").args(["-c", "sleep 60 & wait"]).spawn().unwrap();
        while with_descendants(child.id()).len() < 2 {
            std::thread::yield_now();
        }
        let family = with_descendants(child.id());
        signal("STOP", &family);
        let frozen = Frozen(family.clone());
        while family.iter().any(|process| state(*process) != Some('T')) {
            std::thread::yield_now();
        }
        drop(frozen);
        while family.iter().any(|process| state(*process) == Some('T')) {
            std::thread::yield_now();
        }
        signal("KILL", &family);
        child.wait().unwrap();
    }
}
