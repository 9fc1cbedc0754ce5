//! The load: many WebSocket clients on one thread that count what they get and when.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

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
    state: State,
    frames: Frames,
    /// When it was asked to connect, and when its greeting was complete.
    asked: Instant,
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

/// Finds where frames end without looking into them, but for the beginning of each.
#[derive(Default)]
struct Frames {
    head: Vec<u8>,
    left: usize,
    /// The first bytes of the present payload.
    start: Vec<u8>,
}

/// What a client calls its greeting complete by: so many frames.
pub type Greeting = usize;

/// What was read.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Frames.
    pub frames: u64,
    /// Bytes of payload.
    pub bytes: u64,
    /// When each frame came, if that was asked for, with the beginning of its text.
    pub stamps: Vec<(Instant, Vec<u8>)>,
}

/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 200;

impl Crowd {
    /// Opens so many sockets, `at_once` of them together, each on the path that `path` says, and waits until
    /// each has had `greeting` frames.
    ///
    /// # Errors
    /// When one of them is refused or too late.
    pub fn gather(
        address: SocketAddr,
        count: usize,
        at_once: usize,
        path: impl Fn(usize) -> String,
        greeting: Greeting,
    ) -> anyhow::Result<Self> {
        let (poll, clients) = (Poll::new()?, Vec::with_capacity(count));
        let mut crowd =
            Self { poll, events: Events::with_capacity(1_024), clients, buffer: vec![0; 1 << 18] };
        let deadline = Instant::now() + GATHERING;
        let mut had = vec![0; count];
        while crowd.clients.len() < count || !crowd.is_gathered() {
            if Instant::now() > deadline {
                let late = crowd.clients.iter().filter(|client| client.greeted.is_none()).count();
                bail!("{late} of {count} clients were not greeted within {GATHERING:?}");
            }
            if crowd.is_gathered() {
                let next = crowd.clients.len();
                for index in next..count.min(next + at_once) {
                    crowd.connect(address, index, path(index), greeting)?;
                }
            }
            crowd.turn(Duration::from_millis(100), |index, client, now, _| {
                had[index] += 1;
                if had[index] == greeting {
                    client.greeted = Some(now - client.asked);
                }
            })?;
        }
        Ok(crowd)
    }

    fn connect(
        &mut self,
        address: SocketAddr,
        index: usize,
        path: String,
        greeting: Greeting,
    ) -> anyhow::Result<()> {
        let mut socket = TcpStream::connect(address)?;
        self.poll.registry().register(&mut socket, Token(index), Interest::READABLE | Interest::WRITABLE)?;
        self.clients.push(Client {
            socket,
            state: State::Connecting { path },
            frames: Frames::default(),
            asked: Instant::now(),
            greeted: (greeting == 0).then_some(Duration::ZERO),
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

    /// Reads for so long; `stamped` keeps when each frame came.
    ///
    /// # Errors
    /// When a client is closed.
    pub fn read_for(&mut self, time: Duration, stamped: bool) -> anyhow::Result<Seen> {
        let until = Instant::now() + time;
        let mut seen = Seen::default();
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.turn(left, |_, _, now, (bytes, start)| {
                seen.frames += 1;
                seen.bytes += u64::try_from(bytes).unwrap_or(0);
                if stamped {
                    seen.stamps.push((now, start.to_vec()));
                }
            })?;
        }
        Ok(seen)
    }

    fn turn(
        &mut self,
        wait: Duration,
        mut each: impl FnMut(usize, &mut Client, Instant, (usize, &[u8])),
    ) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        for event in &self.events {
            let Token(index) = event.token();
            let client = &mut self.clients[index];
            if let State::Connecting { path } = &client.state
                && event.is_writable()
            {
                client.socket.set_nodelay(true)?;
                let request = request(path);
                client.socket.write_all(request.as_bytes()).context("sending the handshake")?;
                client.state = State::Handshake(Vec::new());
            }
            loop {
                let count = match client.socket.read(&mut self.buffer) {
                    Ok(0) => bail!("client {index} was closed by the server"),
                    Ok(count) => count,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error).context(format!("client {index}")),
                };
                let now = Instant::now();
                let mut bytes = &self.buffer[..count];
                let mut rest = Vec::new();
                if let State::Handshake(answer) = &mut client.state {
                    answer.extend(bytes);
                    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
                        continue;
                    };
                    if !answer.starts_with(b"HTTP/1.1 101") {
                        bail!("client {index} was refused: {}", String::from_utf8_lossy(answer));
                    }
                    rest.extend(&answer[end + 4..]);
                    bytes = &rest;
                    client.state = State::Open;
                }
                let mut frames = std::mem::take(&mut client.frames);
                frames.read(bytes, |length, start| each(index, client, now, (length, start)));
                client.frames = frames;
                if count < self.buffer.len() {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Frames {
    fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(usize, &[u8])) {
        while !bytes.is_empty() {
            if self.left == 0 {
                let Some((length, used)) = self.header(bytes) else { return };
                bytes = &bytes[used..];
                self.head.clear();
                self.start.clear();
                self.left = length;
                if length == 0 {
                    each(0, &[]);
                }
                continue;
            }
            let take = self.left.min(bytes.len());
            let wanted = LOOKED_AT.saturating_sub(self.start.len()).min(take);
            self.start.extend(&bytes[..wanted]);
            bytes = &bytes[take..];
            self.left -= take;
            if self.left == 0 {
                each(self.start.len(), &self.start);
            }
        }
    }

    /// The payload's length and how many of these bytes belong to the header; `None` while it is incomplete.
    fn header(&mut self, bytes: &[u8]) -> Option<(usize, usize)> {
        let before = self.head.len();
        self.head.extend(&bytes[..bytes.len().min(10 - before.min(10))]);
        let head = &self.head;
        let (length, size) = match head.get(1)? & 0x7f {
            126 => (usize::from(u16::from_be_bytes([*head.get(2)?, *head.get(3)?])), 4),
            127 => (usize::try_from(u64::from_be_bytes(head.get(2..10)?.try_into().ok()?)).ok()?, 10),
            short => (usize::from(short), 2),
        };
        Some((length, size - before))
    }
}

fn request(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}
