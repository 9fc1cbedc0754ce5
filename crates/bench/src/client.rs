//! The load: many WebSocket clients on one thread that count what they get and when.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::dialect::{Dialect, Ear, Heard};
use crate::frames::Frames;
use crate::stamp;

/// The longest that a crowd may take to gather.
const GATHERING: Duration = Duration::from_secs(60);

/// Clients that read.
pub struct Crowd {
    poll: Poll,
    events: Events,
    clients: Vec<Client>,
    buffer: Vec<u8>,
}

struct Client {
    socket: TcpStream,
    dialect: Dialect,
    state: State,
    frames: Frames,
    ear: Ear,
    /// When it was asked to connect, what it has had since, and when its greeting was complete.
    asked: Instant,
    had: usize,
    /// Bytes read until it was greeted, behind the handshake.
    greeting_bytes: usize,
    greeted: Option<Duration>,
}

enum State {
    Connecting {
        path: String,
    },
    /// The answer's head is not complete yet.
    Handshake(Vec<u8>),
    Open,
}

/// What was read.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Messages.
    pub messages: u64,
    /// Microseconds from when the server or its feeder stamped a message, of every 64th message.
    pub latencies_us: Vec<f64>,
    /// When each message came, if that was asked for, with the beginning of its text.
    pub stamps: Vec<(Instant, Vec<u8>)>,
}

impl Crowd {
    /// Opens so many sockets, `at_once` of them together, each on the path that `path` says, and waits until
    /// each has been greeted as its dialect has it.
    ///
    /// # Errors
    /// When one of them is refused or too late.
    pub fn gather(
        address: SocketAddr,
        count: usize,
        at_once: usize,
        path: impl Fn(usize) -> String,
        dialect: Dialect,
    ) -> anyhow::Result<Self> {
        let (poll, clients) = (Poll::new()?, Vec::with_capacity(count));
        let mut crowd =
            Self { poll, events: Events::with_capacity(1_024), clients, buffer: vec![0; 1 << 18] };
        let deadline = Instant::now() + GATHERING;
        while crowd.clients.len() < count || !crowd.is_gathered() {
            if Instant::now() > deadline {
                let late = count - crowd.greetings().len();
                bail!("{late} of {count} clients were not greeted within {GATHERING:?}");
            }
            if crowd.is_gathered() {
                let next = crowd.clients.len();
                for index in next..count.min(next + at_once) {
                    crowd.connect(address, index, path(index), dialect)?;
                }
            }
            crowd.turn(Duration::from_millis(100), |_, _| {})?;
        }
        Ok(crowd)
    }

    fn connect(
        &mut self,
        address: SocketAddr,
        index: usize,
        path: String,
        dialect: Dialect,
    ) -> anyhow::Result<()> {
        let mut socket = TcpStream::connect(address)?;
        self.poll.registry().register(&mut socket, Token(index), Interest::READABLE | Interest::WRITABLE)?;
        self.clients.push(Client {
            socket,
            dialect,
            state: State::Connecting { path },
            frames: Frames::default(),
            ear: Ear::new(dialect),
            asked: Instant::now(),
            had: 0,
            greeting_bytes: 0,
            greeted: (dialect.greeting() == 0).then_some(Duration::ZERO),
        });
        Ok(())
    }

    fn is_gathered(&self) -> bool {
        let ready = |client: &Client| matches!(client.state, State::Open) && client.greeted.is_some();
        self.clients.iter().all(ready)
    }

    /// How long each waited for its greeting.
    #[must_use]
    pub fn greetings(&self) -> Vec<Duration> {
        self.clients.iter().filter_map(|client| client.greeted).collect()
    }

    /// The bytes of a client's greeting, on the average.
    #[must_use]
    pub fn greeting_bytes(&self) -> usize {
        let bytes: usize = self.clients.iter().map(|client| client.greeting_bytes).sum();
        bytes / self.clients.len().max(1)
    }

    /// Reads for so long; `stamped` keeps when each message came.
    ///
    /// # Errors
    /// When a client is closed.
    pub fn read_for(&mut self, time: Duration, stamped: bool) -> anyhow::Result<Seen> {
        let until = Instant::now() + time;
        let mut seen = Seen::default();
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.turn(left, |now, start| {
                seen.messages += 1;
                if seen.messages % 64 == 0
                    && let Some(latency) = stamp::age_us(start)
                {
                    seen.latencies_us.push(latency);
                }
                if stamped {
                    seen.stamps.push((now, start.to_vec()));
                }
            })?;
        }
        Ok(seen)
    }

    fn turn(&mut self, wait: Duration, mut each: impl FnMut(Instant, &[u8])) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &self.events {
            let Token(index) = event.token();
            let Some(client) = self.clients.get_mut(index) else { continue };
            if event.is_writable() {
                client.ask().with_context(|| format!("client {index}"))?;
            }
            client.read(&mut self.buffer, &mut each).with_context(|| format!("client {index}"))?;
        }
        Ok(())
    }
}

impl Client {
    /// Sends the request to upgrade as soon as it is connected.
    fn ask(&mut self) -> anyhow::Result<()> {
        let State::Connecting { path } = &self.state else { return Ok(()) };
        self.socket.set_nodelay(true)?;
        let request = request(path, self.dialect.headers());
        self.socket.write_all(request.as_bytes()).context("sending the handshake")?;
        self.state = State::Handshake(Vec::new());
        Ok(())
    }

    /// Reads what there is.
    fn read(&mut self, buffer: &mut [u8], each: &mut impl FnMut(Instant, &[u8])) -> anyhow::Result<()> {
        loop {
            let count = match self.socket.read(buffer) {
                Ok(0) => bail!("closed by the server"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let now = Instant::now();
            let bytes = buffer.get(..count).unwrap_or_default();
            if let State::Handshake(answer) = &mut self.state {
                answer.extend(bytes);
                let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
                    continue;
                };
                if !answer.starts_with(b"HTTP/1.1 101") {
                    bail!("refused: {}", String::from_utf8_lossy(answer));
                }
                let rest = answer.split_off(end + 4);
                self.state = State::Open;
                if let Some(opening) = self.dialect.opening() {
                    self.socket.write_all(&opening).context("sending the first frame")?;
                }
                self.hear(&rest, now, each)?;
            } else {
                self.hear(bytes, now, each)?;
            }
            if count < buffer.len() {
                return Ok(());
            }
        }
    }

    fn hear(
        &mut self,
        bytes: &[u8],
        now: Instant,
        each: &mut impl FnMut(Instant, &[u8]),
    ) -> anyhow::Result<()> {
        let Self { frames, ear, had, greeted, greeting_bytes, dialect, .. } = self;
        *greeting_bytes += if greeted.is_none() { bytes.len() } else { 0 };
        let (mut answers, mut refused) = (Vec::new(), None);
        frames.read(bytes, |piece| {
            ear.hear(piece, |heard| match heard {
                Heard::Message(start) => {
                    *had += usize::from(greeted.is_some() || dialect.completes(start));
                    each(now, start);
                }
                Heard::Subscribed => *had += 1,
                Heard::Answer(frame) => answers.extend(frame),
                Heard::Refused(why) => refused = Some(why),
            });
        });
        if let Some(why) = refused {
            bail!("{why}");
        }
        if self.greeted.is_none() && self.had >= self.dialect.greeting() {
            self.greeted = Some(now - self.asked);
        }
        if !answers.is_empty() {
            self.socket.write_all(&answers).context("answering")?;
        }
        Ok(())
    }
}

fn request(path: &str, headers: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}
