//! The servers that only `PEERS=all` brings: how each is started, what is said to it, who publishes.
//! The programs and settings themselves are in `peers/`.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use crate::dialect::{Dialect, NATS_SUBJECT, STOMP_CONNECT, STOMP_DESTINATION};
use crate::process::{Process, free_port};
use crate::publisher::Publisher;
use crate::server::Pace;

/// Somebody else's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// `ws` on Node.
    Ws,
    /// Socket.IO on Node.
    SocketIo,
    /// Django Channels under Daphne, with Redis.
    Channels,
    /// RabbitMQ's Web STOMP.
    WebStomp,
    /// NATS with its WebSocket listener.
    Nats,
}

const PEERS: [Peer; 5] = [Peer::Ws, Peer::SocketIo, Peer::Nats, Peer::WebStomp, Peer::Channels];

/// A peer that runs.
pub struct Running {
    /// What its cost is the sum of.
    processes: Vec<Process>,
    /// Where its WebSocket listens.
    pub address: SocketAddr,
    publishing: Option<Publishing>,
    publisher: Option<Publisher>,
    folder: Option<PathBuf>,
}

/// What has to be said to it for messages to go out.
struct Publishing {
    address: SocketAddr,
    hello: String,
    message: String,
    pace: Pace,
}

/// Those that `make bench PEERS=all` has found or installed.
#[must_use]
pub fn installed() -> Vec<Peer> {
    let names = std::env::var("SWAPWIRE_BENCH_PEERS").unwrap_or_default();
    PEERS.into_iter().filter(|peer| names.split_whitespace().any(|name| name == peer.key())).collect()
}

impl Peer {
    /// What the scripts call it.
    fn key(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::SocketIo => "socket.io",
            Self::Channels => "channels",
            Self::WebStomp => "web-stomp",
            Self::Nats => "nats",
        }
    }

    /// Its name in tables, with the processes that count where there are several.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ws => "Node ws",
            Self::SocketIo => "Socket.IO",
            Self::Channels => "Django Channels (Daphne and Redis together)",
            Self::WebStomp => "RabbitMQ Web STOMP (the broker)",
            Self::Nats => "NATS (its WebSocket listener)",
        }
    }

    /// What its clients speak.
    #[must_use]
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Ws | Self::Channels => Dialect::Frames(0),
            Self::SocketIo => Dialect::SocketIo,
            Self::WebStomp => Dialect::Stomp,
            Self::Nats => Dialect::Nats,
        }
    }

    /// Where its clients connect.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Ws | Self::Channels | Self::Nats => "/",
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
            Self::WebStomp => "/ws",
        }
    }

    /// Starts it for so many clients.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn start(self, pace: Pace, clients: usize, text: String) -> anyhow::Result<Running> {
        match self {
            Self::Ws => node("ws.js", pace, text),
            Self::SocketIo => node("socketio.js", pace, text),
            Self::Channels => channels(pace, clients, text),
            Self::WebStomp => web_stomp(pace, &text),
            Self::Nats => nats(pace, &text),
        }
    }
}

impl Running {
    /// Everybody is there: the messages may begin.
    ///
    /// # Errors
    /// When it does not take a publisher.
    pub fn begin(&mut self) -> anyhow::Result<()> {
        if let Some(Publishing { address, hello, message, pace }) = &self.publishing {
            self.publisher = Some(Publisher::start(*address, hello, message, *pace)?);
        }
        Ok(())
    }

    /// The CPU time of all its processes.
    ///
    /// # Errors
    /// When one has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        self.processes.iter().map(Process::cpu).sum()
    }

    /// The resident memory of all its processes in bytes.
    ///
    /// # Errors
    /// When one has ended.
    pub fn resident(&self) -> anyhow::Result<u64> {
        self.processes.iter().map(Process::resident).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The publisher ends with the server, and what the server writes is removed last.
        self.processes.clear();
        self.publisher = None;
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn by_itself(processes: Vec<Process>, port: u16) -> Running {
    Running { processes, address: local(port), publishing: None, publisher: None, folder: None }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn script(name: &str) -> String {
    format!("{}/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run it through `make bench PEERS=all`"))
}

fn setting(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn node(name: &str, pace: Pace, text: String) -> anyhow::Result<Running> {
    let port = free_port()?;
    let arguments = [script(name), port.to_string(), pace.rate.to_string(), pace.burst.to_string(), text];
    let modules = format!("{}/node_modules", variable("SWAPWIRE_BENCH_FOLDER")?);
    let environment = [setting("NODE_PATH", modules), setting("NODE_ENV", "production")];
    Ok(by_itself(vec![Process::start("node", &arguments, &environment, port)?], port))
}

fn channels(pace: Pace, clients: usize, text: String) -> anyhow::Result<Running> {
    let (port, redis_port) = (free_port()?, free_port()?);
    let settings = [
        ("--port", redis_port.to_string()),
        ("--bind", "127.0.0.1".to_owned()),
        ("--save", String::new()),
        ("--appendonly", "no".to_owned()),
        ("--dir", std::env::temp_dir().to_string_lossy().into_owned()),
    ];
    let settings: Vec<String> =
        settings.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect();
    let redis = Process::start("redis-server", &settings, &[], redis_port)?;
    let environment = [
        setting("PYTHONPATH", script("")),
        setting("PYTHONDONTWRITEBYTECODE", 1),
        setting("BENCH_RATE", pace.rate),
        setting("BENCH_BURST", pace.burst),
        setting("BENCH_FRAME", text),
        setting("BENCH_CLIENTS", clients),
        setting("BENCH_REDIS_PORT", redis_port),
    ];
    let daphne = format!("{}/venv/bin/daphne", variable("SWAPWIRE_BENCH_FOLDER")?);
    let arguments = ["-v", "0", "-b", "127.0.0.1", "-p", &port.to_string(), "django_channels:application"]
        .map(ToOwned::to_owned);
    let daphne = Process::start(&daphne, &arguments, &environment, port)?;
    Ok(by_itself(vec![daphne, redis], port))
}

fn web_stomp(pace: Pace, text: &str) -> anyhow::Result<Running> {
    let (port, stomp, epmd, erlang) = (free_port()?, free_port()?, free_port()?, free_port()?);
    let folder = PathBuf::from(variable("SWAPWIRE_INSTANCE")?).join(format!("run/web-stomp-{port}"));
    // It would complain about every look whether it listens.
    let quietly = "exec epmd -address 127.0.0.1 -port \"$0\" 2>/dev/null";
    let names = Process::start("sh", &["-c".into(), quietly.into(), epmd.to_string()], &[], epmd)?;
    let mut arguments = vec![script("web_stomp.sh"), folder.to_string_lossy().into_owned()];
    arguments.extend([port, stomp, epmd, erlang].map(|port| port.to_string()));
    let broker = Process::start("sh", &arguments, &[], port);
    let publishing = Publishing {
        address: local(stomp),
        hello: STOMP_CONNECT.to_owned(),
        message: format!(
            "SEND\ndestination:{STOMP_DESTINATION}\ncontent-type:application/json\ncontent-length:{}\n\n{text}\0",
            text.len()
        ),
        pace,
    };
    let mut running = by_itself(vec![names], port);
    (running.publishing, running.folder) = (Some(publishing), Some(folder));
    // Only now, so that the folder goes when the broker did not come.
    running.processes.push(broker?);
    Ok(running)
}

fn nats(pace: Pace, text: &str) -> anyhow::Result<Running> {
    let (port, plain) = (free_port()?, free_port()?);
    let environment = [setting("BENCH_NATS_PORT", plain), setting("BENCH_WEBSOCKET_PORT", port)];
    let arguments = ["-c".to_owned(), script("nats.conf")];
    let server = Process::start(&variable("SWAPWIRE_BENCH_NATS")?, &arguments, &environment, port)?;
    let publishing = Publishing {
        address: local(plain),
        hello: "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\"}\r\n"
            .into(),
        message: format!("PUB {NATS_SUBJECT} {}\r\n{text}\r\n", text.len()),
        pace,
    };
    let mut running = by_itself(vec![server], port);
    running.publishing = Some(publishing);
    Ok(running)
}
