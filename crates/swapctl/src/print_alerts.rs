//! `swapctl print-alerts`: takes what Alertmanager sends to a webhook and prints a line for each alert, for a network
//! that has no other place for alerts yet.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::web::{self, Json};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Context;
use serde::Deserialize;

/// Where to listen.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address and port; the webhook is `/alerts`.
    #[arg(long)]
    listen: String,
}

/// A message of Alertmanager, as far as it is printed. Its other fields are of no interest.
#[derive(Debug, Deserialize)]
struct Message {
    alerts: Vec<Alert>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    status: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: String,
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = |name: &str| self.labels.get(name).map_or("-", String::as_str);
        let annotation = |name: &str| self.annotations.get(name).map_or("-", String::as_str);
        write!(
            f,
            "{} {} {}: {} (since {}; {})",
            self.status,
            label("severity"),
            label("alertname"),
            annotation("summary"),
            self.starts_at,
            annotation("runbook"),
        )
    }
}

/// Prints alerts until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the address can't be listened on.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let app = || App::new().route("/alerts", web::post().to(print));
    let server = HttpServer::new(app).workers(1).bind(&arguments.listen);
    let server = server.with_context(|| format!("listening on {}", arguments.listen))?;
    Ok(server.run().await?)
}

async fn print(message: Json<Message>) -> HttpResponse {
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    for alert in &message.alerts {
        println!("{now} {alert}");
    }
    HttpResponse::NoContent().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_one_line_that_says_what_how_bad_and_where_to_read_on() {
        let message: Message = serde_json::from_value(serde_json::json!({
            "version": "4", "status": "firing", "receiver": "default",
            "alerts": [{
                "status": "firing", "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
                "labels": {"alertname": "DeadLetters", "severity": "warning", "queue": "swap.dead-letters"},
                "annotations": {
                    "summary": "2 messages could not be handled",
                    "runbook": "docs/runbook.md#dead-letters",
                },
            }],
        }))
        .unwrap();
        let lines: Vec<String> = message.alerts.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            ["firing warning DeadLetters: 2 messages could not be handled \
              (since 2026-01-01T00:00:00Z; docs/runbook.md#dead-letters)"]
        );
    }
}
