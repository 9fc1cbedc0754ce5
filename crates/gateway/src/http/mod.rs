//! The way in: the port, who may open which channel, the WebSocket handshake and the body of a stream of
//! Server-Sent Events. What is admitted is handed to a worker's clients.

mod admission;
mod listener;
mod origin;
mod path;
mod sse;
mod upgrade;

pub(crate) use listener::{Workers, bind};
