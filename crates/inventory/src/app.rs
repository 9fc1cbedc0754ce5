//! The service put together: its facts and its routes on what every owner of tables has.

use actix_web::web::Data;
use metrics_exporter_prometheus::PrometheusHandle;
use service::owner::{self, Parts};

use crate::facts::StationFacts;
use crate::settings::Settings;
use crate::{batteries, history, stations};

/// The inventory service, bound and not yet running.
pub type App = owner::App<StationFacts>;

/// Binds the port and makes the parts.
///
/// # Errors
/// When a setting can't be used or the port is taken.
pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<App> {
    let Settings { http, database, broker, auth, limits, relay, batteries: rules, telemetry: _ } = settings;
    let parts = Parts { http, database, broker, auth, limits, relay, metrics };
    App::build(parts, rules, move |config| {
        config
            .app_data(Data::new(rules))
            .configure(stations::routes)
            .configure(batteries::routes)
            .configure(history::routes);
    })
}
