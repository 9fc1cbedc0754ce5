//! What all connections of a gateway share.

use std::sync::Arc;

use service::Authenticator;
use service::rate::{RateSettings, Rates};

use crate::limits::Limits;
use crate::settings::GatewaySettings;

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) settings: Arc<GatewaySettings>,
    pub(crate) limits: Arc<Limits>,
    /// Counts tokens that are refused on plain requests.
    pub(crate) rates: Arc<Rates>,
}

impl Gateway {
    pub(crate) fn new(authenticator: Arc<Authenticator>, settings: GatewaySettings) -> Self {
        let rates = RateSettings {
            address_per_s: settings.connections.refused_tokens_per_s,
            address_burst: settings.connections.refused_tokens_burst,
            trusted_proxies: settings.trusted_proxies.clone(),
            ..RateSettings::default()
        };
        Self {
            authenticator,
            limits: Arc::new(Limits::new(settings.connections)),
            settings: Arc::new(settings),
            rates: Arc::new(Rates::new(rates)),
        }
    }
}
