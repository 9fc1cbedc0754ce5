//! Why a connection ends: the table of close codes.

/// A reason to close, with its code in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Disconnect {
    /// The connection is gone, without a close frame.
    Lost,
    /// The client has closed; it gets its own code back (RFC 6455, section 5.5.1). A page that is left sends 1001.
    ByClient { code: Option<u16> },
    /// What came is no WebSocket.
    ProtocolError,
    /// A text message that is no text.
    NotText,
    /// A frame over the limit.
    TooBig,
    /// This gateway ends or starts over: reconnect after so many milliseconds.
    Restarting { retry_after_ms: u32 },
    /// Too many messages in a row that make no sense.
    BadMessages,
    /// The token has expired, or the new one is for somebody else.
    TokenExpired,
    /// No frame for too long.
    Silent,
    /// It missed what it may not miss, or does not take its greeting.
    TooSlow,
    /// Too many frames.
    TooFast,
}

impl Disconnect {
    /// The code as metrics show it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::ByClient { code: Some(1001) } => "1001",
            Self::ByClient { .. } => "1000",
            Self::ProtocolError => "1002",
            Self::NotText => "1007",
            Self::TooBig => "1009",
            Self::Restarting { .. } => "1012",
            Self::BadMessages => "4400",
            Self::TokenExpired => "4401",
            Self::Silent => "4408",
            Self::TooSlow => "4409",
            Self::TooFast => "4429",
        }
    }

    /// Code and reason of the close frame. No code is an empty frame.
    pub(crate) fn close_code(self) -> (Option<u16>, String) {
        let (code, reason) = match self {
            Self::Lost => return (None, String::new()),
            Self::ByClient { code } => return (code, String::new()),
            Self::ProtocolError => (1002, "protocol error".into()),
            Self::NotText => (1007, "not UTF-8".into()),
            Self::TooBig => (1009, "message too big".into()),
            Self::Restarting { retry_after_ms } => (1012, format!("{{\"retry_after_ms\":{retry_after_ms}}}")),
            Self::BadMessages => (4400, "too many bad messages".into()),
            Self::TokenExpired => (4401, "token expired".into()),
            Self::Silent => (4408, "no frame for too long".into()),
            Self::TooSlow => (4409, "too slow: resume with the cursor".into()),
            Self::TooFast => (4429, "too many messages".into()),
        };
        (Some(code), reason)
    }
}
