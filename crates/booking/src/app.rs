//! Puts the service together: its facts and its routes, on top of what every service with tables has.

use actix_web::web::Data;
use broker::{BrokerSettings, topology};
use metrics_exporter_prometheus::PrometheusHandle;
use service::application::{self, Parts};
use service::docs;
use service::health::Readiness;
use service::retention::Retention;
use service::routes::Resource;
use utoipa::OpenApi;

use crate::facts::RiderFacts;
use crate::orders::Sweeper;
use crate::push::{Push, Pusher};
use crate::settings::Settings;
use crate::{holds, notifications, orders, preferences, push, ready};

/// The booking service, bound and not yet running.
pub type App = application::App<RiderFacts>;

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
        orders: rules,
        retention,
        push,
        telemetry: _,
    } = settings;
    let retention = Retention::new(retention.archive.clone(), retention.rules()?)?;
    let push = Push::new(push)?;
    let for_handlers = Data::new(push.clone());
    let queue = broker.clone();
    let readiness = readiness(broker.clone());
    let parts = Parts { http, database, broker, auth, limits, relay, metrics, readiness };
    let app = App::build(parts, (), move |config| {
        config.app_data(Data::new(rules)).app_data(for_handlers.clone());
        for resource in resources() {
            resource.mount(config);
        }
    })?;
    Ok(app
        .with(|tools, shutdown| Sweeper::new(tools.database, tools.wake, rules).run(shutdown))
        .with(|tools, shutdown| retention.run(tools.database, shutdown))
        .with(|tools, shutdown| Pusher::new(tools.database, push).run(shutdown))
        .with(|tools, shutdown| ready::consume(queue, tools, shutdown)))
}

/// Only people handle dead letters, so readiness reports them.
fn readiness(broker: BrokerSettings) -> Readiness {
    Readiness::default().with_deferrable("dead_letters", move || {
        let broker = broker.clone();
        async move {
            match topology::dead_letters(&broker).await {
                Ok(0) => Ok(()),
                Ok(count) => Err(format!(
                    "{count} messages could not be handled and wait in {}",
                    topology::DEAD_LETTERS
                )),
                Err(error) => Err(error.to_string()),
            }
        }
    })
}

fn resources() -> Vec<Resource> {
    [orders::routes(), holds::routes(), notifications::routes(), preferences::routes(), push::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// Every endpoint, as `GET /user/orders/`.
#[must_use]
pub fn endpoints() -> Vec<String> {
    resources().iter().flat_map(|resource| resource.endpoints().collect::<Vec<_>>()).collect()
}

/// The OpenAPI of this service.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    docs::document(
        "Swapwire booking",
        "Orders, notifications and preferences.",
        [
            orders::Documents::openapi(),
            holds::Documents::openapi(),
            notifications::Documents::openapi(),
            preferences::Documents::openapi(),
            push::Documents::openapi(),
        ],
    )
}
