//! One client: what it is sent first, what it says, and when it is gone. Only the writer waits for the
//! client; this side keeps time, so a client that stops reading is still timed out.

mod rate;
mod writer;

use std::time::Duration;

use actix_ws::{AggregatedMessage, AggregatedMessageStream, MessageStream, ProtocolError, Session};
use bytestring::ByteString;
use chrono::{DateTime, Utc};
use events::STATIONS_PER_CHUNK;
use service::Caller;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use crate::context::Gateway;
use crate::disconnect::Disconnect;
use crate::hub::{Channel, Start};
use crate::protocol::{self, BadMessage, ClientMessage};
use rate::Allowance;
use writer::{Control, Writer};

/// Answers and pings that may wait for a client, beside the events.
const CONTROL_QUEUE: usize = 64;
/// How long a close frame may take to leave.
const CLOSING: Duration = Duration::from_secs(1);

/// A connection before it runs.
pub(crate) struct Connection {
    gateway: Gateway,
    channel: Channel,
    caller: Option<Caller>,
    start: Start,
}

impl Connection {
    pub(crate) fn new(gateway: Gateway, channel: Channel, caller: Option<Caller>, start: Start) -> Self {
        Self { gateway, channel, caller, start }
    }

    /// Serves the client until it, the hub or time ends the connection.
    pub(crate) async fn run(self, session: Session, messages: MessageStream) {
        let greeting = self.greeting();
        let (control, answers) = mpsc::channel(CONTROL_QUEUE);
        let mut writer = Writer {
            session: session.clone(),
            subscription: self.start.subscription,
            control: answers,
            write_timeout: self.gateway.settings.write_timeout(),
        };
        let mut reader = Reader {
            messages: messages
                .max_frame_size(protocol::LARGEST_FRAME)
                .aggregate_continuations()
                .max_continuation_size(protocol::LARGEST_FRAME),
            allowance: Allowance::new(protocol::RATE, protocol::BURST, Instant::now().into_std()),
            bad_in_a_row: 0,
            caller: self.caller,
            gateway: self.gateway.clone(),
            control,
        };
        let disconnect = tokio::select! {
            disconnect = reader.run() => disconnect,
            disconnect = writer.run(greeting) => disconnect,
        };
        self.gateway.hub.unsubscribe(&writer.subscription);
        metrics::counter!("swapwire_gateway_closes_total", "reason" => disconnect.name()).increment(1);
        // Nobody may be there to read the close frame: it must not hold this task.
        let _ = timeout(CLOSING, session.close(disconnect.close_reason())).await;
    }

    /// What a client is told first: where it is, and the state that the following messages change.
    fn greeting(&self) -> Vec<ByteString> {
        let heartbeat_s = self.gateway.settings.heartbeat_s;
        let position = self.start.position;
        if self.channel.user().is_some() {
            let cursor = events::UserCursor { cursor: position, notification_id: events::NotificationId(0) };
            return vec![protocol::connection_established(
                self.channel,
                Some(cursor.to_string()),
                heartbeat_s,
            )];
        }
        let stations: Vec<_> = self.start.stations.iter().map(AsRef::as_ref).collect();
        let parts = if stations.is_empty() {
            vec![&stations[..]]
        } else {
            stations.chunks(STATIONS_PER_CHUNK).collect()
        };
        let last = parts.len() - 1;
        std::iter::once(protocol::connection_established(self.channel, None, heartbeat_s))
            .chain(parts.into_iter().enumerate().map(|(part, stations)| {
                protocol::inventory_snapshot(stations, (part == last).then_some(position))
            }))
            .collect()
    }
}

/// What the client says, and whether it is still there.
struct Reader {
    messages: AggregatedMessageStream,
    allowance: Allowance,
    bad_in_a_row: u32,
    caller: Option<Caller>,
    gateway: Gateway,
    control: mpsc::Sender<Control>,
}

impl Reader {
    async fn run(&mut self) -> Disconnect {
        let settings = self.gateway.settings.clone();
        let mut heartbeat =
            tokio::time::interval_at(Instant::now() + settings.heartbeat(), settings.heartbeat());
        let mut silent_at = Instant::now() + settings.silence();
        loop {
            let expiry = self.caller.map(|caller| until(caller.expires_at));
            let result = tokio::select! {
                message = self.messages.recv() => {
                    silent_at = Instant::now() + settings.silence();
                    self.read(message)
                }
                _ = heartbeat.tick() => self.say(Control::Ping),
                () = tokio::time::sleep_until(silent_at) => Err(Disconnect::Silent),
                () = tokio::time::sleep(expiry.unwrap_or_default()), if expiry.is_some() => {
                    Err(Disconnect::TokenExpired)
                }
            };
            if let Err(disconnect) = result {
                return disconnect;
            }
        }
    }

    fn read(&mut self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<(), Disconnect> {
        match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(Disconnect::ByClient),
            Some(Err(ProtocolError::Overflow)) => Err(Disconnect::TooBig),
            Some(Err(_)) => Err(Disconnect::ByClient),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(message)) if !self.allowance.take(Instant::now().into_std()) => {
                drop(message);
                Err(Disconnect::TooFast)
            }
            Some(Ok(AggregatedMessage::Ping(payload))) => self.say(Control::Pong(payload)),
            Some(Ok(AggregatedMessage::Text(text))) => self.understand(ClientMessage::parse(&text)),
            Some(Ok(AggregatedMessage::Binary(_))) => self.understand(Err(BadMessage::InvalidJson)),
        }
    }

    fn understand(&mut self, message: Result<ClientMessage, BadMessage>) -> Result<(), Disconnect> {
        match message {
            Ok(ClientMessage::Ping { timestamp }) => {
                self.bad_in_a_row = 0;
                self.say(Control::Text(protocol::pong(&timestamp)))
            }
            Ok(ClientMessage::Authenticate { token }) => {
                self.bad_in_a_row = 0;
                self.authenticate(&token)
            }
            Err(bad) => {
                self.bad_in_a_row += 1;
                if self.bad_in_a_row >= protocol::BAD_MESSAGES {
                    return Err(Disconnect::BadMessages);
                }
                self.say(Control::Text(protocol::error(bad)))
            }
        }
    }

    /// A new token for the same rider lets the connection live on.
    fn authenticate(&mut self, token: &str) -> Result<(), Disconnect> {
        let Some(present) = self.caller else { return Ok(()) };
        match self.gateway.authenticator.verify(token) {
            Ok(renewed) if renewed.user_id == present.user_id => {
                self.caller = Some(renewed);
                Ok(())
            }
            _ => Err(Disconnect::TokenExpired),
        }
    }

    /// Never waits: a client that takes none of its answers is too slow.
    fn say(&self, control: Control) -> Result<(), Disconnect> {
        self.control.try_send(control).map_err(|_| Disconnect::TooSlow)
    }
}

fn until(time: DateTime<Utc>) -> Duration {
    (time - Utc::now()).to_std().unwrap_or_default()
}
