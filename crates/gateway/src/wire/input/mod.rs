//! What a client sends, from bytes to messages (RFC 6455, section 5; RFC 7692, section 6).
//! An `Input` keeps only what is incomplete: between messages it owns no memory, and it never holds more than
//! the largest message and one header.

use super::deflate::{self, InflateError};
use frame::{Control, Header, Kind, PartialHeader, Payload};

mod frame;
#[cfg(test)]
mod tests;

/// A frame that is complete.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    /// A part of a message whose end is still to come.
    Fragment,
    /// The client closes, with a code or without.
    Close(Option<u16>),
}

/// Why nothing more can be read from a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Violation {
    /// The frames, or the compressed bytes, are not well-formed.
    Protocol,
    /// A text or a close reason is not UTF-8.
    NotText,
    /// A message is larger than allowed, before or after it is inflated.
    TooBig,
}

impl From<InflateError> for Violation {
    fn from(error: InflateError) -> Self {
        match error {
            InflateError::Invalid => Self::Protocol,
            InflateError::TooBig => Self::TooBig,
        }
    }
}

/// The reading side of a socket.
pub(crate) struct Input {
    /// The most bytes a message may have, compressed or not.
    largest: usize,
    /// Whether permessage-deflate was negotiated.
    deflate: bool,
    state: State,
    /// A message in fragments, while none of its frames is being read.
    message: Option<Box<Message>>,
}

/// What the next byte belongs to.
enum State {
    Header(PartialHeader),
    Control(Box<ControlFrame>),
    Data { payload: Payload, last: bool, message: Box<Message> },
}

impl Default for State {
    fn default() -> Self {
        Self::Header(PartialHeader::default())
    }
}

impl Input {
    /// Reads messages of at most `largest` bytes, compressed ones only if `deflate` was negotiated.
    pub(crate) fn new(largest: usize, deflate: bool) -> Self {
        Self { largest, deflate, state: State::default(), message: None }
    }

    /// Takes bytes from the front of the slice up to the end of a frame. `None` means that all are taken.
    /// After a violation, what follows has no meaning and must not be read.
    pub(crate) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<Received>, Violation> {
        loop {
            match std::mem::take(&mut self.state) {
                State::Header(mut partial) => match partial.take(bytes)? {
                    Some(header) => self.state = self.begin(&header)?,
                    None => {
                        self.state = State::Header(partial);
                        return Ok(None);
                    }
                },
                State::Control(mut frame) => {
                    if frame.payload.take(bytes, &mut frame.bytes) {
                        return frame.finish().map(Some);
                    }
                    self.state = State::Control(frame);
                    return Ok(None);
                }
                State::Data { mut payload, last, mut message } => {
                    let is_whole = payload.take(bytes, &mut message.bytes);
                    if is_whole && last {
                        return message.finish(self.largest).map(Some);
                    }
                    message.check()?;
                    if is_whole {
                        self.message = Some(message);
                        return Ok(Some(Received::Fragment));
                    }
                    self.state = State::Data { payload, last, message };
                    return Ok(None);
                }
            }
        }
    }

    /// Checks a header against the frames before it and gets ready for its payload.
    fn begin(&mut self, header: &Header) -> Result<State, Violation> {
        let length = usize::try_from(header.length).map_err(|_| Violation::TooBig)?;
        let payload = Payload::new(length, header.mask);
        let message = match header.kind {
            Kind::Control(control) => {
                return Ok(State::Control(Box::new(ControlFrame { control, payload, bytes: Vec::new() })));
            }
            Kind::Continuation => self.message.take().ok_or(Violation::Protocol)?,
            Kind::Text | Kind::Binary if self.message.is_some() => return Err(Violation::Protocol),
            Kind::Text | Kind::Binary if header.compressed && !self.deflate => {
                return Err(Violation::Protocol);
            }
            kind => Box::new(Message {
                is_text: kind == Kind::Text,
                compressed: header.compressed,
                bytes: Vec::new(),
                checked: 0,
            }),
        };
        if length > self.largest.saturating_sub(message.bytes.len()) {
            return Err(Violation::TooBig);
        }
        Ok(State::Data { payload, last: header.last, message })
    }
}

/// A control frame in progress; it may stand between the fragments of a message.
struct ControlFrame {
    control: Control,
    payload: Payload,
    bytes: Vec<u8>,
}

impl ControlFrame {
    fn finish(self) -> Result<Received, Violation> {
        match self.control {
            Control::Ping => Ok(Received::Ping(self.bytes)),
            Control::Pong => Ok(Received::Pong),
            Control::Close => close(&self.bytes),
        }
    }
}

/// RFC 6455, sections 5.5.1 and 7.4.
fn close(payload: &[u8]) -> Result<Received, Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(Received::Close(None)) } else { Err(Violation::Protocol) };
    };
    let code = u16::from_be_bytes(*code);
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Violation::Protocol);
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(Received::Close(Some(code))),
        Err(_) => Err(Violation::NotText),
    }
}

/// A data message in progress.
struct Message {
    is_text: bool,
    compressed: bool,
    /// The payload so far, unmasked but not inflated.
    bytes: Vec<u8>,
    /// The bytes in front that are whole valid characters of a text.
    checked: usize,
}

impl Message {
    /// Fails as soon as the text can't become valid. Looks only at new bytes and at the at most three of an
    /// incomplete character before them, so the cost stays linear when a text arrives byte by byte.
    fn check(&mut self) -> Result<(), Violation> {
        if !self.is_text || self.compressed {
            return Ok(());
        }
        let unchecked = self.bytes.get(self.checked..).unwrap_or_default();
        self.checked += match std::str::from_utf8(unchecked) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_some() => return Err(Violation::NotText),
            Err(error) => error.valid_up_to(),
        };
        Ok(())
    }

    /// The whole message. A text is checked once more as a whole, to become a `String`.
    fn finish(self, largest: usize) -> Result<Received, Violation> {
        let bytes = if self.compressed { deflate::inflate(&self.bytes, largest)? } else { self.bytes };
        if !self.is_text {
            return Ok(Received::Binary(bytes));
        }
        String::from_utf8(bytes).map(Received::Text).map_err(|_| Violation::NotText)
    }
}
