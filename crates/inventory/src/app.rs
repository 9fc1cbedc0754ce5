//! Puts the service together: its facts and its routes, on top of what every service with tables has.

use actix_web::web::Data;
use metrics_exporter_prometheus::PrometheusHandle;
use outbox::Relay;
use service::application::{self, Parts};
use service::docs;
use service::health::{self, Readiness};
use service::retention::Retention;
use service::routes::Resource;
use utoipa::OpenApi;

use crate::facts::{ReadyFacts, StationFacts};
use crate::settings::Settings;
use crate::{batteries, history, stations, statistics};

/// The inventory service, bound and not yet running.
pub type App = application::App<StationFacts>;

/// Binds the port and makes the parts.
///
/// # Errors
/// When a setting can't be used or the port is taken.
pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<App> {
    let Settings {
        http,
        database,
        broker,
        auth,
        limits,
        relay,
        batteries: rules,
        quota,
        retention,
        telemetry: _,
    } = settings;
    let retention = Retention::new(retention.archive.clone(), [retention.rule()])?;
    let ready = Relay::<ReadyFacts>::new(relay.clone(), rules, database.url.clone(), broker.clone());
    let health = ready.health();
    let readiness = Readiness::default()
        .with_deferrable("battery_ready_relay", move || std::future::ready(health.check()));
    let parts = Parts { http, database, broker, auth, limits, relay, metrics, readiness };
    let app = App::build(parts, (), move |config| {
        config.app_data(Data::new(rules)).app_data(Data::new(quota));
        for resource in resources() {
            resource.mount(config);
        }
    })?;
    Ok(app
        .with(|_, shutdown| ready.run(shutdown))
        .with(|tools, shutdown| retention.run(tools.database, shutdown)))
}

fn resources() -> Vec<Resource> {
    [stations::routes(), batteries::routes(), history::routes(), statistics::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// Every endpoint, as `GET /stations/{station_id}/`.
#[must_use]
pub fn endpoints() -> Vec<String> {
    resources().iter().flat_map(|resource| resource.endpoints().collect::<Vec<_>>()).collect()
}

/// The OpenAPI of this service.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    docs::document(
        "Swapwire inventory",
        "Stations and batteries.",
        [
            stations::Documents::openapi(),
            batteries::Documents::openapi(),
            history::Documents::openapi(),
            statistics::Documents::openapi(),
            health::Documents::openapi(),
        ],
    )
}
