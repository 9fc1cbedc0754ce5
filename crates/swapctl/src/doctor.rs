//! `swapctl doctor`: checks every dependency from the outside in, and says what to do.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::settings::Settings;

const TIMEOUT: Duration = Duration::from_secs(5);
/// What the definitions file declares.
const QUEUES: [&str; 3] = ["swap.realtime", "booking.battery-ready", "swap.dead-letters"];

/// A queue or a user of the management API.
#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The answer of `/health/ready`.
#[derive(Deserialize)]
struct Report {
    dependencies: BTreeMap<String, String>,
}

/// How to print what was found.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One JSON object instead of lines: `{"ok", "checks": [{"name", "ok", "detail", "remedy"}]}`.
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Serialize)]
struct Findings {
    ok: bool,
    checks: Vec<Check>,
}

/// One dependency.
#[derive(Serialize)]
struct Check {
    name: String,
    ok: bool,
    /// What is there, or what is wrong.
    detail: String,
    /// What to do about it; null if nothing is wrong.
    remedy: Option<&'static str>,
}

/// Checks everything and prints it.
///
/// # Errors
/// When any check failed.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let checks = check_all(settings).await?;
    let failed = checks.iter().filter(|check| !check.ok).count();
    let findings = Findings { ok: failed == 0, checks };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        findings.checks.iter().for_each(Check::print);
    }
    ensure!(failed == 0, "{failed} of the checks failed");
    Ok(())
}

async fn check_all(settings: &Settings) -> anyhow::Result<Vec<Check>> {
    let client = Client::builder().timeout(TIMEOUT).build()?;
    let mut checks = vec![
        Check::new(
            "Postgres",
            schema(settings).await,
            "start it (`make run`); if it runs, check [database] url; if the schema is old, run `swapctl migrate`",
        ),
        Check::new(
            "RabbitMQ",
            broker(settings, &client).await,
            "start it (`make run`); if queues are missing, load deploy/rabbitmq/definitions.json",
        ),
    ];
    let own = [("inventory", &settings.endpoints.inventory), ("booking", &settings.endpoints.booking)];
    let own = own.into_iter().map(|(name, url)| (name.to_owned(), url));
    let gateways = (1..).zip(&settings.endpoints.gateways).map(|(n, url)| (format!("gateway-{n}"), url));
    for (name, url) in own.chain(gateways) {
        let remedy = "read its log; a dependency that is not ok is named above";
        checks.push(Check::new(&name, ready(&client, url).await, remedy));
    }
    checks.push(Check::new(
        "nginx",
        through_nginx(settings, &client).await,
        "start it (`make run`); if it runs, read its error log: the services behind it may be down",
    ));
    Ok(checks)
}

impl Check {
    fn new(name: &str, result: anyhow::Result<String>, remedy: &'static str) -> Self {
        let name = name.to_owned();
        match result {
            Ok(detail) => Self { name, ok: true, detail, remedy: None },
            Err(error) => Self { name, ok: false, detail: format!("{error:#}"), remedy: Some(remedy) },
        }
    }

    fn print(&self) {
        let Self { name, detail, .. } = self;
        match self.remedy {
            None => println!("ok    {name}: {detail}"),
            Some(remedy) => println!("FAIL  {name}: {detail}\n      what to do: {remedy}"),
        }
    }
}

async fn schema(settings: &Settings) -> anyhow::Result<String> {
    let standing = database::standing(&settings.database.url).await?;
    ensure!(standing.pending == 0, "{} migrations are pending", standing.pending);
    ensure!(standing.functions, "the functions are not those of this program");
    Ok("the schema is up to date".into())
}

async fn broker(settings: &Settings, client: &Client) -> anyhow::Result<String> {
    let base = settings.endpoints.management.as_str().trim_end_matches('/').to_owned();
    let get = async |path: &str| -> anyhow::Result<Vec<Named>> {
        let mut url = Url::parse(&format!("{base}{path}"))?;
        let (user, password) = (url.username().to_owned(), url.password().map(ToOwned::to_owned));
        let _ = (url.set_username(""), url.set_password(None));
        let response = client.get(url).basic_auth(user, password).send().await?.error_for_status()?;
        Ok(response.json().await?)
    };
    let queues = get("/api/queues").await.context("the management API")?;
    for needed in QUEUES {
        ensure!(queues.iter().any(|queue| queue.name == needed), "queue {needed} is missing");
    }
    let users = get("/api/users").await?;
    let guest = users.iter().any(|user| user.name == "guest");
    ensure!(!guest, "the user guest exists: delete it (rabbitmqctl delete_user guest)");
    Ok(format!("{} queues, no guest", queues.len()))
}

async fn ready(client: &Client, base: &Url) -> anyhow::Result<String> {
    let response = client.get(base.join("/health/ready")?).send().await.context("it does not answer")?;
    let status = response.status();
    let report: Report = response.json().await.context("its answer is no JSON")?;
    let unready: Vec<String> = report
        .dependencies
        .into_iter()
        .filter(|(_, state)| state != "ok")
        .map(|(name, state)| format!("{name}: {state}"))
        .collect();
    ensure!(status.is_success() && unready.is_empty(), "{}", unready.join(", "));
    Ok(format!("ready at {base}"))
}

async fn through_nginx(settings: &Settings, client: &Client) -> anyhow::Result<String> {
    let url = settings.http("/stations/?limit=1")?;
    client.get(url.clone()).send().await.context("it does not answer")?.error_for_status()?;
    Ok(format!("answers {url}"))
}
