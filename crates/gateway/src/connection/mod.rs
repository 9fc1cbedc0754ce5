//! One WebSocket: what its client says, and when it is gone. The worker writes events to it; this task reads,
//! and writes what the socket did not take at once.

pub(crate) mod input;
mod rate;
pub(crate) mod wire;

use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use service::Caller;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::disconnect::Disconnect;
use crate::hub::{Channel, Join};
use crate::limits::Admitted;
use crate::protocol::{self, BadMessage, ClientMessage, MOST_CHANNELS};
use crate::worker::{Client, Output, Pumped, Worker};
use input::{Input, Received};
use rate::Allowance;

/// Bytes read at once.
const READ: usize = 4 * 1024;
/// How long saying goodbye may take.
const CLOSING: Duration = Duration::from_secs(1);

/// The conversation with one client.
pub(crate) struct Connection {
    worker: Rc<Worker>,
    client: Rc<Client>,
    input: Input,
    allowance: Allowance,
    bad_in_a_row: u32,
    caller: Option<Caller>,
    /// Its place within the limits, given back when the connection ends.
    _admitted: Admitted,
}

impl Connection {
    /// A connection to a client that the worker has taken in; `read` came behind the handshake.
    pub(crate) fn new(
        worker: Rc<Worker>,
        client: Rc<Client>,
        caller: Option<Caller>,
        admitted: Admitted,
        read: BytesMut,
    ) -> Self {
        if let Some(caller) = caller {
            client.expire_with(&caller);
        }
        Self {
            worker,
            client,
            input: Input::new(protocol::LARGEST_FRAME, read),
            allowance: Allowance::new(protocol::RATE, protocol::BURST, Instant::now()),
            bad_in_a_row: 0,
            caller,
            _admitted: admitted,
        }
    }

    /// Serves the client until it, the worker or time ends the connection.
    pub(crate) async fn run(mut self) {
        let disconnect = self.serve().await;
        self.worker.remove(&self.client);
        metrics::counter!("swapwire_gateway_closes_total", "code" => disconnect.name()).increment(1);
        if let Output::Socket(socket) = &self.client.output {
            // Nobody may be there to read it: it must not hold this task.
            let _ = timeout(CLOSING, say_goodbye(socket, &self.client, disconnect)).await;
        }
    }

    async fn serve(&mut self) -> Disconnect {
        let client = Rc::clone(&self.client);
        let Output::Socket(socket) = &client.output else { return Disconnect::ByClient };
        if let Err(disconnect) = self.understand_all().await {
            return disconnect;
        }
        loop {
            if let Some(disconnect) = client.ended() {
                return disconnect;
            }
            let pumped = if client.is_current() { Ok(Pumped::Current) } else { client.pump(&self.worker) };
            let interest = match pumped {
                Err(disconnect) => return disconnect,
                Ok(Pumped::Current) => Interest::READABLE,
                Ok(Pumped::Blocked) => Interest::READABLE | Interest::WRITABLE,
                Ok(Pumped::More) => {
                    tokio::task::yield_now().await;
                    continue;
                }
            };
            let result = tokio::select! {
                ready = socket.ready(interest) => match ready {
                    Ok(ready) if ready.is_readable() || ready.is_read_closed() => self.read(socket).await,
                    Ok(_) => Ok(()),
                    Err(_) => Err(Disconnect::ByClient),
                },
                () = client.woken() => Ok(()),
            };
            if let Err(disconnect) = result {
                return disconnect;
            }
        }
    }

    async fn read(&mut self, socket: &TcpStream) -> Result<(), Disconnect> {
        let taken = {
            let mut buffer = [0; READ];
            match socket.try_read(&mut buffer) {
                Ok(0) => return Err(Disconnect::ByClient),
                Ok(count) => {
                    self.input.take(buffer.get(..count).unwrap_or_default());
                    true
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => false,
                Err(_) => return Err(Disconnect::ByClient),
            }
        };
        if taken { self.understand_all().await } else { Ok(()) }
    }

    async fn understand_all(&mut self) -> Result<(), Disconnect> {
        while let Some(received) = self.input.next()? {
            self.client.heard();
            if received != Received::Pong && !self.allowance.take(Instant::now()) {
                return Err(Disconnect::TooFast);
            }
            match received {
                Received::Pong => {}
                Received::Ping(payload) => self.client.say(wire::pong(&payload)),
                Received::Text(text) => self.understand(ClientMessage::parse(&text)).await?,
                Received::Binary(_) => self.understand(Err(BadMessage::InvalidJson)).await?,
            }
        }
        Ok(())
    }

    async fn understand(&mut self, message: Result<ClientMessage, BadMessage>) -> Result<(), Disconnect> {
        let result = match message {
            Ok(ClientMessage::Ping { timestamp }) => {
                self.client.say(protocol::pong(&timestamp).wire().clone());
                Ok(())
            }
            Ok(ClientMessage::Authenticate { token }) => {
                self.authenticate(&token)?;
                Ok(())
            }
            // Boxed: it is rare, and every idle connection would hold room for it.
            Ok(ClientMessage::Subscribe { channels, since }) => {
                Box::pin(self.subscribe(&channels, since)).await
            }
            Ok(ClientMessage::Unsubscribe { channels }) => self.unsubscribe(&channels),
            Err(bad) => Err(bad),
        };
        match result {
            Ok(()) => self.bad_in_a_row = 0,
            Err(bad) => {
                self.bad_in_a_row += 1;
                if self.bad_in_a_row >= protocol::BAD_MESSAGES {
                    return Err(Disconnect::BadMessages);
                }
                self.client.say(protocol::error(bad).wire().clone());
            }
        }
        Ok(())
    }

    /// A new token for the same rider lets the connection live on.
    fn authenticate(&mut self, token: &str) -> Result<(), Disconnect> {
        let Some(present) = self.caller else { return Ok(()) };
        match self.worker.gateway.authenticator.verify(token) {
            Ok(renewed) if renewed.user_id == present.user_id => {
                self.client.expire_with(&renewed);
                self.caller = Some(renewed);
                Ok(())
            }
            _ => Err(Disconnect::TokenExpired),
        }
    }

    async fn subscribe(&self, names: &[String], since: Option<String>) -> Result<(), BadMessage> {
        let mut wanted = self.station_channels(names)?;
        wanted.retain(|channel| !self.client.has(*channel));
        if self.client.channel_count() + wanted.len() > MOST_CHANNELS {
            return Err(BadMessage::TooManyChannels);
        }
        let (hub, settings) = (&self.worker.gateway.hub, &self.worker.gateway.settings);
        let mut joins = Vec::with_capacity(wanted.len());
        for channel in wanted {
            hub.known(channel, settings.unknown_station_wait())
                .await
                .map_err(|_| BadMessage::UnknownChannel)?;
            if let Some(since) = &since {
                hub.catches_up(channel, since, settings.unknown_station_wait()).await;
            }
            joins.push(Join { channel, since: since.clone() });
        }
        self.client.join(joins);
        Ok(())
    }

    fn unsubscribe(&self, names: &[String]) -> Result<(), BadMessage> {
        let channels = self.station_channels(names)?;
        for channel in &channels {
            self.worker.unfollow(&self.client, *channel);
        }
        self.client.say(protocol::unsubscribed(&channels).wire().clone());
        Ok(())
    }

    /// Reads names; a rider's socket carries nothing but the rider's channel.
    fn station_channels(&self, names: &[String]) -> Result<Vec<Channel>, BadMessage> {
        if self.caller.is_some() {
            return Err(BadMessage::StationSocketsOnly);
        }
        let mut channels: Vec<Channel> = Vec::new();
        for name in names {
            let channel = name.parse().map_err(|_| BadMessage::UnknownChannel)?;
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Ok(channels)
    }
}

/// Sends what is left and the close frame, and waits for the client's own: a socket that is dropped with
/// bytes unread resets the connection, and the frame is lost.
async fn say_goodbye(socket: &TcpStream, client: &Client, disconnect: Disconnect) -> std::io::Result<()> {
    for bytes in client.last_words().into_iter().chain([wire::close(disconnect)]) {
        let mut bytes = &bytes[..];
        while !bytes.is_empty() {
            socket.writable().await?;
            match socket.try_write(bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
    if disconnect == Disconnect::ByClient {
        return Ok(());
    }
    // On the heap: every idle connection would hold room for it.
    let mut scrap = vec![0; READ];
    loop {
        socket.readable().await?;
        match socket.try_read(&mut scrap) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
