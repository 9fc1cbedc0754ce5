//! Notifications for browsers that are closed (Web Push): the subscriptions, and a worker that sends. A trigger queues
//! what is to be sent, in the transaction of the notification; the relay and its outbox know nothing of it.

mod endpoint;
mod key;
mod message;
mod read_key;
mod send;
mod subscribe;
mod unsubscribe;
mod worker;

pub(crate) use worker::Pusher;

use std::sync::Arc;

use service::Problem;
use service::routes::{self, Resource};
use utoipa::OpenApi;

use crate::settings::PushSettings;
use key::VapidKey;

/// Whether and how to push. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Push {
    /// Without a key push is off.
    key: Option<Arc<VapidKey>>,
    settings: PushSettings,
}

impl Push {
    /// Reads the settings.
    ///
    /// # Errors
    /// When the key is none.
    pub(crate) fn new(settings: PushSettings) -> anyhow::Result<Self> {
        let key = settings.vapid_private_key.as_ref();
        let key = key.map(|key| VapidKey::new(key, settings.contact.clone())).transpose()?;
        Ok(Self { key: key.map(Arc::new), settings })
    }

    /// The key, or that push is off.
    fn require_key(&self) -> Result<&VapidKey, Problem> {
        self.key.as_deref().ok_or_else(|| Problem::not_found("push-off", "Push is not set up here."))
    }
}

/// `/push-key` and `/user/push-subscriptions`.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/push-key").get(read_key::read_key),
        routes::at("/user/push-subscriptions").post(subscribe::subscribe).delete(unsubscribe::unsubscribe),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(read_key::read_key, subscribe::subscribe, unsubscribe::unsubscribe))]
pub(crate) struct Documents;
