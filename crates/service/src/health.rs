//! Whether a process lives, whether it can serve (each dependency by name), and its metrics. Operations ask on the
//! service's own port; admins read the same through nginx.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Json};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::routes;
use crate::{Caller, Problem};

/// A check must answer within this, or counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Option<String>, String>> + Send>> + Send + Sync>;

/// What a check says of a dependency that is well.
pub trait Leader {
    /// The address of the node that answered, if there may be several.
    fn address(self) -> Option<String>;
}

impl Leader for () {
    fn address(self) -> Option<String> {
        None
    }
}

impl Leader for String {
    fn address(self) -> Option<String> {
        Some(self)
    }
}

/// What a service depends on.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Needed, Check)>,
}

/// What the loss of a dependency means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    /// Nothing can be served without it: unready.
    ToServe,
    /// Requests are served, and something waits until it is back: degraded, and still ready.
    ToCatchUp,
}

/// How a part does.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthReport)]
struct Report {
    /// `ready`; `degraded`: it serves, and something waits for a dependency; `unready`.
    #[schema(value_type = String, example = "ready")]
    status: &'static str,
    /// Each dependency by its name: `ok`, or what is wrong with it.
    #[schema(value_type = BTreeMap<String, String>)]
    dependencies: BTreeMap<&'static str, String>,
    /// Where a dependency with several nodes is led from, or read from: `host:port` of the node in use.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"postgres": "10.0.0.2:5432"}))]
    leaders: BTreeMap<&'static str, String>,
}

/// The parts whose health can be read, as nginx names them: it alone knows all.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthParts)]
struct Parts {
    /// Their names.
    #[schema(example = json!(["inventory", "booking", "gateway-1"]))]
    parts: Vec<String>,
}

/// What the API documents say of the health of parts.
#[derive(OpenApi)]
#[openapi(paths(list_parts, report))]
pub struct Documents;

impl Readiness {
    /// Adds a dependency without which nothing is served; `check` says in words what is wrong with it,
    /// and may name the node that answered.
    #[must_use]
    pub fn with<F, Fut, L>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<L, String>> + Send + 'static,
        L: Leader,
    {
        self.add(name, Needed::ToServe, check)
    }

    /// Adds a dependency whose loss only delays something: the service stays ready.
    #[must_use]
    pub fn with_deferrable<F, Fut, L>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<L, String>> + Send + 'static,
        L: Leader,
    {
        self.add(name, Needed::ToCatchUp, check)
    }

    fn add<F, Fut, L>(mut self, name: &'static str, needed: Needed, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<L, String>> + Send + 'static,
        L: Leader,
    {
        self.checks.push((
            name,
            needed,
            Arc::new(move || {
                let checked = check();
                Box::pin(async move { checked.await.map(Leader::address) })
            }),
        ));
        self
    }

    async fn report(&self) -> Report {
        let mut dependencies = BTreeMap::new();
        let mut leaders = BTreeMap::new();
        let mut status = "ready";
        for (name, needed, check) in &self.checks {
            let state = match tokio::time::timeout(CHECK_TIMEOUT, check()).await {
                Ok(Ok(leader)) => {
                    leaders.extend(leader.map(|address| (*name, address)));
                    "ok".to_owned()
                }
                Ok(Err(problem)) => problem,
                Err(_) => "does not answer".to_owned(),
            };
            if state != "ok" {
                status = match needed {
                    Needed::ToServe => "unready",
                    Needed::ToCatchUp if status == "ready" => "degraded",
                    Needed::ToCatchUp => status,
                };
            }
            dependencies.insert(*name, state);
        }
        Report { status, dependencies, leaders }
    }
}

/// The endpoints that [`Documents`] documents. They are nginx' own and lead to each part's `/health/report`.
#[must_use]
pub fn endpoints() -> Vec<String> {
    vec!["GET /health/parts/".into(), "GET /health/parts/{part}/".into()]
}

/// Mounts `/health/live`, `/health/ready`, `/health/report` and `/metrics`.
pub fn routes(config: &mut web::ServiceConfig) {
    routes::at("/health/report").get(report).mount(config);
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(render_metrics));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Report {
        status: "live",
        dependencies: BTreeMap::new(),
        leaders: BTreeMap::new(),
    })
}

async fn ready(readiness: web::Data<Readiness>) -> HttpResponse {
    let report = readiness.report().await;
    let status = if report.status == "unready" { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    HttpResponse::build(status).json(report)
}

/// The names of the parts whose health can be read.
///
/// For anybody.
#[utoipa::path(
    get,
    path = "/health/parts/",
    operation_id = "list_parts",
    tag = "health",
    responses((status = 200, description = "The names.", body = Parts)),
)]
#[expect(dead_code, reason = "nginx answers it")]
fn list_parts() {}

/// How a part does.
///
/// For admins. The report says how the part does: the status is 200 also for a part that is unready, and 503 for one
/// that does not answer.
#[utoipa::path(
    get,
    path = "/health/parts/{part}/",
    operation_id = "read_part",
    tag = "health",
    params(
        (
            "part" = String,
            Path,
            description = "One of `GET /health/parts/`.",
            example = "inventory",
        ),
    ),
    responses(
        (status = 200, description = "The report of the part.", body = Report),
        (status = 404, description = "`not-found`: there is no such part."),
    ),
    security(("bearer" = [])),
)]
async fn report(caller: Caller, readiness: web::Data<Readiness>) -> Result<Json<Report>, Problem> {
    caller.require_admin()?;
    Ok(Json(readiness.report().await))
}

async fn render_metrics(metrics: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render())
}
