//! Proxies that fall silent, slow down and cut connections. The one in front of a broker can hold deliveries back: it
//! knows as much of AMQP 0.9.1's framing as it needs to tell a delivery from everything else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// AMQP 0.9.1, section 2.3: type, channel and size in front of a payload, one byte behind it.
const HEADER: usize = 7;
/// Class `basic`, method `deliver`, at the beginning of a method frame's payload.
const DELIVER: [u8; 4] = [0, 60, 0, 60];

/// What the proxy lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// Everything.
    All,
    /// Everything but messages of subscriptions, which wait.
    NoDeliveries,
    /// Everything, each part of up to 4 KiB so much later than the one before it.
    Slowly(Duration),
    /// Nothing; connections stay open.
    Nothing,
    /// Connections are cut and refused.
    Cut,
}

/// A proxy for any protocol.
pub struct Proxy {
    passing: watch::Sender<Passing>,
}

impl Proxy {
    /// Listens at one address in front of another one.
    ///
    /// # Panics
    /// When the address is taken.
    pub async fn start(listen: &str, target: &str) -> Self {
        let listener = TcpListener::bind(listen).await.unwrap_or_else(|error| panic!("{listen}: {error}"));
        let passing = watch::Sender::new(Passing::All);
        tokio::spawn(accept(listener, target.to_owned(), passing.subscribe(), Answers::Bytes));
        Self { passing }
    }

    /// Changes what is let through.
    pub fn pass(&self, passing: Passing) {
        self.passing.send_replace(passing);
    }
}

/// A proxy in front of a broker; it ends with this value.
pub struct BrokerProxy {
    address: SocketAddr,
    passing: Arc<watch::Sender<Passing>>,
}

impl BrokerProxy {
    /// Listens in front of the broker at this address.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(broker: &str) -> Self {
        let broker = Url::parse(broker).expect("a broker URL");
        let target = format!("{}:{}", broker.host_str().expect("a host"), broker.port().unwrap_or(5672));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let passing = Arc::new(watch::Sender::new(Passing::All));
        tokio::spawn(accept(listener, target, passing.subscribe(), Answers::Frames));
        Self { address, passing }
    }

    /// The broker's URL by way of the proxy.
    ///
    /// # Panics
    /// When it is no URL.
    #[must_use]
    pub fn url(&self, broker: &str) -> String {
        let mut url = Url::parse(broker).expect("a broker URL");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(self.address.port())).expect("a port");
        url.into()
    }

    /// Changes what is let through.
    pub fn pass(&self, passing: Passing) {
        self.passing.send_replace(passing);
    }
}

/// What a proxy takes the target's answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    Bytes,
    /// AMQP.
    Frames,
}

async fn accept(listener: TcpListener, target: String, state: watch::Receiver<Passing>, answers: Answers) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(connect(client, target.clone(), state.clone(), answers));
    }
}

async fn connect(client: TcpStream, target: String, state: watch::Receiver<Passing>, answers: Answers) {
    if *state.borrow() == Passing::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut cut = state.clone();
    let back = async {
        match answers {
            Answers::Bytes => bytes(from_server, to_client, state.clone()).await,
            Answers::Frames => frames(from_server, to_client, state.clone()).await,
        }
    };
    tokio::select! {
        () = bytes(from_client, to_server, state.clone()) => {}
        () = back => {}
        _ = cut.wait_for(|passing| *passing == Passing::Cut) => {}
    }
}

/// Passes on whatever is said.
async fn bytes(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Passing>) {
    let mut buffer = vec![0; 65_536];
    loop {
        let slow = matches!(*state.borrow(), Passing::Slowly(_));
        let most = if slow { 4_096 } else { buffer.len() };
        let Ok(count @ 1..) = from.read(&mut buffer[..most]).await else { return };
        let passing = state.wait_for(|passing| *passing != Passing::Nothing).await.map(|passing| *passing);
        let Ok(passing) = passing else { return };
        if let Passing::Slowly(pause) = passing {
            tokio::time::sleep(pause).await;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Passes on what the broker says, frame by frame; those of a delivery stand one behind the other on a channel.
async fn frames(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Passing>) {
    let mut delivering = false;
    loop {
        let mut frame = vec![0; HEADER];
        if from.read_exact(&mut frame).await.is_err() {
            return;
        }
        let size = u32::from_be_bytes([frame[3], frame[4], frame[5], frame[6]]);
        let mut rest = vec![0; usize::try_from(size).expect("a frame fits") + 1];
        if from.read_exact(&mut rest).await.is_err() {
            return;
        }
        let is_method = frame[0] == 1;
        if is_method {
            delivering = rest.starts_with(&DELIVER);
        }
        frame.extend(rest);
        let held = |passing: Passing| match passing {
            Passing::All | Passing::Slowly(_) | Passing::Cut => false,
            Passing::NoDeliveries => delivering,
            Passing::Nothing => true,
        };
        let open = state.wait_for(|passing| !held(*passing)).await.is_ok();
        if !open || to.write_all(&frame).await.is_err() {
            return;
        }
    }
}
