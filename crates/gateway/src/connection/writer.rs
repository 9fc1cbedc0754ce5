//! The only part that waits for the client: takes what is ready and writes it, each write within its time.

use std::time::Duration;

use actix_ws::{Closed, Session};
use bytes::Bytes;
use bytestring::ByteString;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::disconnect::Disconnect;
use crate::hub::Subscription;

/// What the reading side has to say, beside the events.
#[derive(Debug)]
pub(super) enum Control {
    /// A message of the gateway's own.
    Text(ByteString),
    /// Are you there?
    Ping,
    /// The answer to the client's ping frame.
    Pong(Bytes),
}

pub(super) struct Writer {
    pub(super) session: Session,
    pub(super) subscription: Subscription,
    pub(super) control: mpsc::Receiver<Control>,
    pub(super) write_timeout: Duration,
}

impl Writer {
    /// Writes the greeting and then whatever comes, until the hub ends the subscription or the client does
    /// not take it. Dropped by the reading side when that ends first.
    pub(super) async fn run(&mut self, greeting: Vec<ByteString>) -> Disconnect {
        for frame in greeting {
            if let Err(disconnect) = self.write(Control::Text(frame)).await {
                return disconnect;
            }
        }
        loop {
            let next = tokio::select! {
                // Events first: a pong then says that everything before it has been sent.
                biased;
                frame = self.subscription.queue.recv() => match frame {
                    Some(frame) => Control::Text(frame),
                    None => return self.subscription.ended().unwrap_or(Disconnect::ByClient),
                },
                Some(control) = self.control.recv() => control,
            };
            if let Err(disconnect) = self.write(next).await {
                return disconnect;
            }
        }
    }

    async fn write(&mut self, control: Control) -> Result<(), Disconnect> {
        let session = &mut self.session;
        let write = async {
            match control {
                Control::Text(text) => session.text(text).await,
                Control::Ping => session.ping(b"").await,
                Control::Pong(payload) => session.pong(&payload).await,
            }
        };
        match timeout(self.write_timeout, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Closed)) => Err(Disconnect::ByClient),
            Err(_) => Err(Disconnect::TooSlow),
        }
    }
}
