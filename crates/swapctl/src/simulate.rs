//! `swapctl simulate`: riders book, collect and cancel, operators bring batteries back, all through the HTTP
//! API, so that a screen shows life.

use std::time::Duration;

use anyhow::Context;
use events::UserId;
use indicatif::{ProgressBar, ProgressStyle};
use rand::RngExt;
use rand::seq::IndexedRandom;
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::auth::Role;
use tokio::time::MissedTickBehavior;

use crate::settings::Settings;
use crate::token;

/// Riders that the simulation acts for.
const RIDERS: std::ops::Range<i64> = 10_000..10_200;
/// Who brings batteries back: several, because one user may write so often only.
const ADMINS: std::ops::Range<i64> = 1..21;
/// Longer than anybody watches.
const TOKEN_TTL: chrono::Duration = chrono::Duration::days(30);

/// How busy the city is.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Actions a second.
    #[arg(long, default_value_t = 5.0, value_parser = rate)]
    rate: f64,
    /// Stop after so many actions instead of on Ctrl-C.
    #[arg(long)]
    actions: Option<u64>,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.01..=1_000.0).contains(&rate) => Ok(rate),
        _ => Err("must be between 0.01 and 1000 actions a second".into()),
    }
}

/// What the simulation reads of an answer; other fields don't matter to it.
#[derive(Deserialize)]
struct Id {
    id: i64,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Id>,
}

#[derive(Deserialize)]
struct Order {
    id: i64,
    battery: Id,
}

#[derive(Deserialize)]
struct Problem {
    detail: String,
}

#[derive(Deserialize)]
struct Orders {
    items: Vec<Order>,
}

/// An order in hand, and the token of its rider.
struct Hold {
    order: Order,
    rider: String,
}

struct City<'a> {
    settings: &'a Settings,
    client: Client,
    admins: Vec<String>,
    riders: Vec<String>,
    stations: Vec<i64>,
    booked: Vec<Hold>,
    /// Batteries on the road.
    out: Vec<i64>,
}

/// Runs until Ctrl-C or until the actions are done.
///
/// # Errors
/// When the API can't be reached at start.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let mut city = City::open(settings).await?;
    let bar = ProgressBar::new_spinner()
        .with_style(ProgressStyle::with_template("{spinner} {pos} actions, {msg}")?);
    let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / arguments.rate));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failures = 0_u64;
    while arguments.actions.is_none_or(|actions| bar.position() < actions) {
        tokio::select! {
            _ = tick.tick() => {}
            _ = tokio::signal::ctrl_c() => break,
        }
        if let Err(error) = city.act().await {
            failures += 1;
            bar.println(format!("{error:#}"));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        bar.inc(1);
        bar.set_message(format!(
            "{} booked, {} on the road, {failures} failures",
            city.booked.len(),
            city.out.len()
        ));
    }
    bar.finish();
    Ok(())
}

impl<'a> City<'a> {
    async fn open(settings: &'a Settings) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(Duration::from_secs(10)).build()?;
        let tokens = |mut users: std::ops::Range<i64>, role| {
            users.try_fold(Vec::new(), |mut tokens, user| {
                tokens.push(token::issue(settings, UserId(user), role, TOKEN_TTL)?);
                anyhow::Ok(tokens)
            })
        };
        let mut city = Self {
            admins: tokens(ADMINS, Role::Admin)?,
            settings,
            client,
            riders: tokens(RIDERS, Role::Rider)?,
            stations: Vec::new(),
            booked: Vec::new(),
            out: Vec::new(),
        };
        city.stations = city.ids("/stations/?limit=500").await?;
        anyhow::ensure!(!city.stations.is_empty(), "there are no stations: run `swapctl seed` first");
        // Batteries that an earlier simulation left collected; otherwise they would never come back.
        city.out = city.ids("/batteries/?state=collected&limit=500").await?;
        city.booked = city.holds().await?;
        Ok(city)
    }

    async fn ids(&self, path: &str) -> anyhow::Result<Vec<i64>> {
        let page: Items = self.page(path, self.admin()).await?;
        Ok(page.items.into_iter().map(|item| item.id).collect())
    }

    async fn holds(&self) -> anyhow::Result<Vec<Hold>> {
        let mut holds = Vec::new();
        for rider in &self.riders {
            let page: Orders = self.page("/user/orders/?status=booked", rider).await?;
            holds.extend(page.items.into_iter().map(|order| Hold { order, rider: rider.clone() }));
        }
        Ok(holds)
    }

    async fn page<T: DeserializeOwned>(&self, path: &str, token: &str) -> anyhow::Result<T> {
        let (_, page) = self.call(Method::GET, path, token, None).await?;
        serde_json::from_value(page).with_context(|| format!("the answer to {path}"))
    }

    fn admin(&self) -> &str {
        self.admins.choose(&mut rand::rng()).map_or("", String::as_str)
    }

    async fn act(&mut self) -> anyhow::Result<()> {
        let dice: f64 = rand::rng().random();
        if !self.out.is_empty() && (dice < 0.25 || self.out.len() > 40) {
            self.bring_back().await
        } else if !self.booked.is_empty() && (dice < 0.6 || self.booked.len() > 60) {
            self.finish_booking(dice < 0.5).await
        } else {
            self.book().await
        }
    }

    async fn book(&mut self) -> anyhow::Result<()> {
        let (station, rider) = {
            let mut random = rand::rng();
            (self.stations.choose(&mut random).copied(), self.riders.choose(&mut random).cloned())
        };
        let (Some(station), Some(rider)) = (station, rider) else { return Ok(()) };
        let (status, order) =
            self.call(Method::POST, "/user/orders/", &rider, Some(json!({ "station": station }))).await?;
        // An empty station or one under maintenance is life, not a failure.
        if status == StatusCode::CREATED {
            let order: Order = serde_json::from_value(order)?;
            self.booked.push(Hold { order, rider });
        }
        Ok(())
    }

    async fn finish_booking(&mut self, collect: bool) -> anyhow::Result<()> {
        let chosen = rand::rng().random_range(0..self.booked.len());
        let hold = self.booked.swap_remove(chosen);
        let verb = if collect { "collect" } else { "cancel" };
        let path = format!("/user/orders/{}/{verb}/", hold.order.id);
        match self.call(Method::POST, &path, &hold.rider, None).await {
            Ok((StatusCode::OK, _)) if collect => self.out.push(hold.order.battery.id),
            // It ended otherwise.
            Ok(_) => {}
            Err(error) => {
                self.booked.push(hold);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn bring_back(&mut self) -> anyhow::Result<()> {
        let Some(battery) = self.out.pop() else { return Ok(()) };
        let Some(station) = self.stations.choose(&mut rand::rng()).copied() else { return Ok(()) };
        let path = format!("/stations/{station}/batteries/");
        let body = json!({ "batteries": [battery] });
        let brought = self.call(Method::PUT, &path, self.admin(), Some(body)).await;
        if brought.is_err() {
            self.out.push(battery);
        }
        brought.map(drop)
    }

    /// Calls the API; an answer below 500 is an answer, except that it was too much.
    async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = self.client.request(method.clone(), self.settings.http(path)?).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = response.status();
        let body: Value = response.json().await.unwrap_or_default();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let problem: Problem = serde_json::from_value(body).unwrap_or(Problem { detail: String::new() });
            anyhow::bail!("{method} {path}: {status} {}", problem.detail);
        }
        Ok((status, body))
    }
}
