//! The bytes of the gateway's protocols: WebSocket frames in both directions, compression, and event streams.
//! Nothing here knows what a message means, when it is sent, or why a connection ends.

pub(crate) mod deflate;
pub(crate) mod input;
pub(crate) mod sse;
pub(crate) mod websocket;
