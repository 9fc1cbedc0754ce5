//! Why a connection ends: the table of close codes.

use actix_ws::{CloseCode, CloseReason};

/// A reason to close, with its code in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Disconnect {
    /// The client said goodbye or is gone.
    ByClient,
    /// A frame over the limit.
    TooBig,
    /// The gateway's own state starts over: reconnect after so many milliseconds.
    Restarting { retry_after_ms: u32 },
    /// Too many messages in a row that make no sense.
    BadMessages,
    /// The token has expired, or the new one is for somebody else.
    TokenExpired,
    /// No frame for too long.
    Silent,
    /// More was waiting than a client may have waiting.
    TooSlow,
    /// Too many messages.
    TooFast,
}

impl Disconnect {
    /// The name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ByClient => "by_client",
            Self::TooBig => "too_big",
            Self::Restarting { .. } => "restarting",
            Self::BadMessages => "bad_messages",
            Self::TokenExpired => "token_expired",
            Self::Silent => "silent",
            Self::TooSlow => "too_slow",
            Self::TooFast => "too_fast",
        }
    }

    /// The close frame; none when the client has closed already.
    pub(crate) fn close_reason(self) -> Option<CloseReason> {
        let (code, description) = match self {
            Self::ByClient => return None,
            Self::TooBig => (CloseCode::Size, "message too big".into()),
            Self::Restarting { retry_after_ms } => {
                (CloseCode::Restart, format!("{{\"retry_after_ms\":{retry_after_ms}}}"))
            }
            Self::BadMessages => (CloseCode::Other(4400), "too many bad messages".into()),
            Self::TokenExpired => (CloseCode::Other(4401), "token expired".into()),
            Self::Silent => (CloseCode::Other(4408), "no frame for too long".into()),
            Self::TooSlow => (CloseCode::Other(4409), "too slow: resume with the cursor".into()),
            Self::TooFast => (CloseCode::Other(4429), "too many messages".into()),
        };
        Some(CloseReason { code, description: Some(description) })
    }
}
