//! What is sent on a connection beside the events: channels, the messages of clients and of the gateway, and the
//! reasons why a connection ends. It depends on no other part of the gateway.

mod channel;
mod disconnect;
mod incoming;
mod outgoing;
mod scope;

pub(crate) use channel::Channel;
pub(crate) use disconnect::Disconnect;
pub(crate) use incoming::{BadMessage, ClientMessage, Wanted};
pub(crate) use outgoing::{Greeting, InventorySnapshot, Outcome, Outgoing, Subscribed, snapshot_head};
pub(crate) use scope::Scope;

/// The largest frame that a client may send, in bytes; also the largest message once it is inflated.
pub(crate) const LARGEST_FRAME: usize = 4 * 1024;
/// Frames a second that a client may send for long.
pub(crate) const FRAMES_PER_S: u32 = 20;
/// Frames that a client may send at once.
pub(crate) const FRAME_BURST: u32 = 40;
/// Bad messages in a row after which the connection ends.
pub(crate) const MOST_BAD_MESSAGES: u8 = 10;
/// Channels that one socket may follow.
pub(crate) const MOST_CHANNELS: usize = 100;
