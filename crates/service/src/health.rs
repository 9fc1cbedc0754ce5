//! Whether a process lives, whether it can serve (each dependency by name), and its metrics.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

/// A check must answer within this, or counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

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

/// The answer of `/health/ready`.
#[derive(Serialize)]
struct Report {
    status: &'static str,
    dependencies: BTreeMap<&'static str, String>,
}

impl Readiness {
    /// Adds a dependency without which nothing is served; `check` says in words what is wrong with it.
    #[must_use]
    pub fn with<F, Fut>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.add(name, Needed::ToServe, check)
    }

    /// Adds a dependency whose loss delays something and refuses nobody: the service stays ready.
    #[must_use]
    pub fn with_deferrable<F, Fut>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.add(name, Needed::ToCatchUp, check)
    }

    fn add<F, Fut>(mut self, name: &'static str, needed: Needed, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, needed, Arc::new(move || Box::pin(check()))));
        self
    }

    async fn report(&self) -> Report {
        let mut dependencies = BTreeMap::new();
        let mut status = "ready";
        for (name, needed, check) in &self.checks {
            let state = match tokio::time::timeout(CHECK_TIMEOUT, check()).await {
                Ok(Ok(())) => "ok".to_owned(),
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
        Report { status, dependencies }
    }
}

/// Mounts `/health/live`, `/health/ready` and `/metrics`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(render_metrics));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Report { status: "live", dependencies: BTreeMap::new() })
}

async fn ready(readiness: web::Data<Readiness>) -> HttpResponse {
    let report = readiness.report().await;
    let status = if report.status == "unready" { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    HttpResponse::build(status).json(report)
}

async fn render_metrics(metrics: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.render())
}
