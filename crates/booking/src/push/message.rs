//! What a browser is sent: a notification, short enough for every push service, encrypted for it alone.

use events::{Level, MessageKind, NotificationId, OrderId};
use p256::PublicKey;
use serde::Serialize;

/// RFC 8030, section 7.2: every push service takes 4,096 bytes, of which encryption needs 103.
const MOST_BYTES: usize = 3_993;

/// A notification as a browser's service worker reads it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Message {
    pub(super) notification_id: NotificationId,
    pub(super) r#type: MessageKind,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) booking_id: Option<OrderId>,
}

/// Why a message can't be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsendable {
    /// The browser's key is not one; the table admits nothing of another length.
    #[error("the browser's key is no point of P-256")]
    Key,
    #[error("the text can't be written: {0}")]
    Text(#[from] serde_json::Error),
    #[error("encryption failed: {0}")]
    Encryption(web_push_native::Error),
}

impl Message {
    /// The JSON; a text that is too long for a push service is cut.
    fn text(mut self) -> Result<Vec<u8>, serde_json::Error> {
        loop {
            let text = serde_json::to_vec(&self)?;
            if text.len() <= MOST_BYTES {
                return Ok(text);
            }
            let keep = self.message.chars().count() * 3 / 4;
            self.message = self.message.chars().take(keep).chain(['…']).collect();
        }
    }

    /// Encrypts it for a browser (RFC 8291).
    pub(super) fn encrypted(self, p256dh: &[u8], auth: &[u8]) -> Result<Vec<u8>, Unsendable> {
        let key = PublicKey::from_sec1_bytes(p256dh).map_err(|_| Unsendable::Key)?;
        let auth: [u8; 16] = auth.try_into().map_err(|_| Unsendable::Key)?;
        web_push_native::encrypt(self.text()?, &key, &auth.into()).map_err(Unsendable::Encryption)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_notification_is_cut_to_what_every_push_service_takes() {
        let message = Message {
            notification_id: NotificationId(1),
            r#type: MessageKind::Notification,
            title: "\u{1}".repeat(200),
            message: "ባትሪ".repeat(500),
            level: Level::Info,
            booking_id: None,
        };
        let text = message.clone().text().unwrap();
        assert!((MOST_BYTES / 2..=MOST_BYTES).contains(&text.len()), "{}", text.len());
        assert!(String::from_utf8(text).unwrap().contains('…'));
        let short = Message { title: "T".into(), message: "M".into(), ..message };
        assert_eq!(
            String::from_utf8(short.text().unwrap()).unwrap(),
            r#"{"notification_id":1,"type":"notification","title":"T","message":"M","level":"info"}"#
        );
    }
}
