//! The machines of a cluster on this one: their processes, and their links to each other.

use std::process::{Command, Stdio};

/// A machine, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Machine(pub(crate) u32);

/// What runs on a machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Booking,
    Inventory,
    Gateway,
    Nginx,
    Etcd,
    Postgres,
    Rabbitmq,
}

/// Undone when it is dropped.
#[must_use = "the fault ends with this value"]
pub(crate) struct Healing(Vec<Vec<String>>);

impl Drop for Healing {
    fn drop(&mut self) {
        for command in &self.0 {
            run(command);
        }
    }
}

impl Part {
    /// How the kernel names its processes.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Booking => &["swapwire-bookin"],
            Self::Inventory => &["swapwire-invent"],
            Self::Gateway => &["swapwire-gatewa"],
            Self::Nginx => &["nginx"],
            Self::Etcd => &["etcd"],
            Self::Postgres => &["postgres", "patroni"],
            Self::Rabbitmq => &["beam.smp"],
        }
    }
}

impl Machine {
    /// As its namespace and its link are called.
    fn name(self) -> String {
        format!("swapwire-{}", self.0)
    }

    /// The processes of a part, Patroni and all of Postgres' included.
    fn processes(self, part: Part) -> Vec<String> {
        let output = Command::new("ip").args(["netns", "pids", &self.name()]).output().expect("ip");
        let pids = String::from_utf8(output.stdout).expect("text");
        let is_of_part = |pid: &&str| {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            part.names().contains(&name.trim())
        };
        let found: Vec<String> = pids.lines().filter(is_of_part).map(ToOwned::to_owned).collect();
        assert!(!found.is_empty(), "{part:?} does not run on {}", self.name());
        found
    }

    /// kill -9, all its processes at once; its supervisor starts it again.
    pub(crate) fn kill(self, part: Part) {
        run(&[vec!["kill".to_owned(), "-KILL".to_owned()], self.processes(part)].concat());
    }

    /// SIGSTOP: the kernel goes on taking connections and acknowledging bytes for it.
    pub(crate) fn freeze(self, part: Part) -> Healing {
        let processes = self.processes(part);
        let signal = |name: &str| [vec!["kill".to_owned(), format!("-{name}")], processes.clone()].concat();
        run(&signal("STOP"));
        Healing(vec![signal("CONT")])
    }

    /// Packets from and to it are lost without a word.
    pub(crate) fn cut_off(self) -> Healing {
        let set = |state: &str| words(&format!("ip link set {} {state}", self.name()));
        run(&set("down"));
        Healing(vec![set("up")])
    }
}

/// Packets between two machines are lost without a word; both hear the third one.
pub(crate) fn cut_between(one: u32, other: u32) -> Healing {
    let set = |number: u32, state: &str| {
        words(&format!("bridge link set dev {} isolated {state}", Machine(number).name()))
    };
    run(&set(one, "on"));
    run(&set(other, "on"));
    Healing(vec![set(one, "off"), set(other, "off")])
}

fn words(command: &str) -> Vec<String> {
    command.split(' ').map(ToOwned::to_owned).collect()
}

/// A process that has just ended needs no signal.
fn run(command: &[String]) {
    let (program, arguments) = command.split_first().expect("a program");
    let status = Command::new(program).args(arguments).stderr(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(status.success() || program == "kill", "{command:?}");
}
