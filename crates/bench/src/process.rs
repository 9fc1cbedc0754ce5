//! Servers as processes of their own, pinned to a core; what they use is read from the kernel's accounting.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The core that servers run on. The load, the broker and the database have the other one.
const SERVER_CORE: &str = "0";
/// The core of everything else.
const OTHER_CORES: &str = "1";
const STARTING: Duration = Duration::from_secs(60);

/// A server; killed with this value.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts a program on the servers' core and waits until it listens on the port.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(
        program: &str,
        arguments: &[String],
        environment: &[(String, String)],
        port: u16,
    ) -> anyhow::Result<Self> {
        let child = Command::new("taskset")
            .args(["-c", SERVER_CORE, program])
            .args(arguments)
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut process = Self { child, address };
        let deadline = Instant::now() + STARTING;
        while TcpStream::connect(address).is_err() {
            if process.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("{program} does not listen on {address}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(process)
    }

    /// The CPU time that its threads have used.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            nanoseconds +=
                text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).context("schedstat")?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Its resident memory in bytes.
    ///
    /// # Errors
    /// When it has ended.
    pub fn resident(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("VmRSS")?.parse()?;
        Ok(kilobytes * 1_024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Moves this process to the cores that are not the servers'.
///
/// # Errors
/// When `taskset` is missing.
pub fn leave_the_servers_core() -> anyhow::Result<()> {
    let status = Command::new("taskset")
        .args(["-a", "-p", "-c", OTHER_CORES, &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status()
        .context("taskset")?;
    if status.success() { Ok(()) } else { bail!("taskset failed: are there two cores?") }
}

/// A port that was free a moment ago.
///
/// # Errors
/// When there is none.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
