//! What all connections of a gateway share.

use std::sync::Arc;

use service::Authenticator;

use crate::limits::Limits;
use crate::settings::GatewaySettings;

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) settings: Arc<GatewaySettings>,
    pub(crate) limits: Arc<Limits>,
}
