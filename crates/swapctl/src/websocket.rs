//! `swapctl test-websocket`: from a fact in the database to a frame on a socket, the whole way.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::UserId;
use futures_util::StreamExt;
use indicatif::ProgressBar;
use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use service::auth::Role;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::settings::Settings;
use crate::token;

/// How long a message may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to test.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One station; without it all of them.
    #[arg(long)]
    station_id: Option<i64>,
    /// How many times, one after the other.
    #[arg(long, default_value_t = 1)]
    rounds: u32,
    /// Instead, book and cancel so many times through the API and time each booking until its rider's screen
    /// has it.
    #[arg(long, value_name = "N")]
    bookings: Option<u32>,
}

/// The rider of the bookings.
const RIDER: UserId = UserId(9_999);

/// What is read of a frame.
#[derive(Deserialize)]
struct Frame {
    r#type: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    complete: bool,
    station_id: Option<i64>,
    #[serde(default)]
    action: String,
}

/// What is read of an order.
#[derive(Deserialize)]
struct Booked {
    id: i64,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[derive(QueryableByName)]
struct Announced {
    #[diesel(sql_type = BigInt)]
    station_id: i64,
}

/// Triggers, listens and reports.
///
/// # Errors
/// When something did not arrive, or nothing could be tried.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(count) = arguments.bookings {
        return time_bookings(settings, count, arguments.station_id).await;
    }
    let path =
        arguments.station_id.map_or_else(|| "/ws/stations/".into(), |id| format!("/ws/stations/{id}/"));
    let url = settings.websocket(&path)?;
    let (mut socket, _) = connect_async(url.as_str()).await.with_context(|| format!("opening {url}"))?;
    let channel = greeting(&mut socket).await?;
    println!("listening on {channel} through {url}");
    let mut connection = settings.connect().await?;
    let mut latencies = Vec::new();
    let mut missing = 0;
    let bar = ProgressBar::new(arguments.rounds.into());
    for _ in 0..arguments.rounds {
        let (arrived, lost) = round(&mut socket, &mut connection, arguments.station_id).await?;
        if arguments.rounds == 1 {
            for (station, latency) in &arrived {
                println!("station {station}: inventory_update after {:.2} ms", milliseconds(*latency));
            }
        }
        for station in &lost {
            bar.println(format!("station {station}: nothing within {} s", PATIENCE.as_secs()));
        }
        missing += lost.len();
        latencies.extend(arrived.into_iter().map(|(_, latency)| latency));
        bar.inc(1);
    }
    bar.finish_and_clear();
    report(&mut latencies);
    anyhow::ensure!(missing == 0, "{missing} messages did not arrive; `swapctl doctor` says what is wrong");
    Ok(())
}

/// Books and cancels, one after the other; the time runs from sending the request to the rider's message.
async fn time_bookings(settings: &Settings, count: u32, station: Option<i64>) -> anyhow::Result<()> {
    let token = token::issue(settings, RIDER, Role::Rider, chrono::Duration::hours(1))?;
    let url = settings.websocket("/ws/notifications/")?;
    let mut request = url.as_str().into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
    let (mut socket, _) = connect_async(request).await.with_context(|| format!("opening {url}"))?;
    next(&mut socket).await?.context("the gateway closed the connection")?;
    let client = reqwest::Client::new();
    let orders = settings.http("/user/orders/")?;
    let body = serde_json::json!({ "station": station.unwrap_or(1) });
    let bar = ProgressBar::new(count.into());
    let mut latencies = Vec::new();
    for _ in 0..count {
        let posting = admitted(client.post(orders.clone()).bearer_auth(&token).json(&body));
        let watching = async {
            until(&mut socket, "booking_confirmed").await?;
            Ok(Instant::now())
        };
        let ((answer, sent), seen) = tokio::try_join!(posting, watching)?;
        latencies.push(seen - sent);
        let booked: Booked = answer.json().await?;
        let cancel = orders.join(&format!("{}/cancel/", booked.id))?;
        admitted(client.post(cancel).bearer_auth(&token)).await?;
        until(&mut socket, "booking_cancelled").await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("from the request to the rider's screen:");
    report(&mut latencies);
    Ok(())
}

/// Sends a request until the rate limit admits it. Returns the answer and when the request that it answers was sent.
async fn admitted(request: RequestBuilder) -> anyhow::Result<(Response, Instant)> {
    loop {
        let attempt = request.try_clone().context("a request that can't be sent again")?;
        let sent = Instant::now();
        let answer = attempt.send().await?;
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            return Ok((answer.error_for_status()?, sent));
        }
        let wait = answer.headers().get(RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1))).await;
    }
}

/// Waits for a message of this type.
async fn until(socket: &mut Socket, wanted: &str) -> anyhow::Result<()> {
    let waiting = async {
        while next(socket).await?.context("the gateway closed the connection")?.r#type != wanted {}
        Ok(())
    };
    tokio::time::timeout(PATIENCE, waiting).await.with_context(|| {
        format!("no {wanted} within {} s; `swapctl doctor` says what is wrong", PATIENCE.as_secs())
    })?
}

/// Reads up to the end of the snapshot, so that what follows is live. Returns the channel.
async fn greeting(socket: &mut Socket) -> anyhow::Result<String> {
    let mut channel = String::new();
    loop {
        let message = next(socket).await?.context("the gateway closed the connection")?;
        match message.r#type.as_str() {
            "connection_established" => channel = message.channel,
            "inventory_snapshot" if message.complete => return Ok(channel),
            _ => {}
        }
    }
}

/// Stations and how long each took, and those that never came.
type Outcome = (Vec<(i64, Duration)>, Vec<i64>);

async fn round(
    socket: &mut Socket,
    connection: &mut AsyncPgConnection,
    station: Option<i64>,
) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let announced: Vec<Announced> =
        sql_query("SELECT station_id FROM inventory.announce_stations($1) AS station_id")
            .bind::<Nullable<Array<BigInt>>, _>(station.map(|id| vec![id]))
            .load(connection)
            .await?;
    anyhow::ensure!(!announced.is_empty(), "there is no station to test: run `swapctl seed`");
    // Relays poll too; with the notification the figure is that of a service's commit.
    sql_query("NOTIFY swapwire_facts").execute(connection).await?;
    let mut waiting: HashSet<i64> = announced.iter().map(|row| row.station_id).collect();
    let mut arrived = Vec::new();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !waiting.is_empty() {
        let Ok(message) = tokio::time::timeout_at(deadline, next(socket)).await else { break };
        let message = message?.context("the gateway closed the connection")?;
        // Merged with a change of the same instant, the action is "update"; the station was published all the same.
        if message.r#type == "inventory_update"
            && matches!(message.action.as_str(), "test" | "update")
            && let Some(id) = message.station_id
            && waiting.remove(&id)
        {
            arrived.push((id, started.elapsed()));
        }
    }
    let mut lost: Vec<i64> = waiting.into_iter().collect();
    lost.sort_unstable();
    Ok((arrived, lost))
}

async fn next(socket: &mut Socket) -> anyhow::Result<Option<Frame>> {
    while let Some(message) = socket.next().await {
        match message.context("reading from the gateway")? {
            Message::Text(text) => return Ok(Some(serde_json::from_str(&text)?)),
            Message::Close(_) => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}

fn report(latencies: &mut [Duration]) {
    latencies.sort_unstable();
    let at = |percent: usize| {
        let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).copied().map_or(0.0, milliseconds)
    };
    println!(
        "{} messages arrived; latency p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        latencies.len(),
        at(50),
        at(99),
        at(100)
    );
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
