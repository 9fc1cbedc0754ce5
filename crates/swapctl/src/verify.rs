//! `swapctl verify`: whether the database, the outboxes and the gateways agree. It reads what a screen reads, at every
//! gateway's own port, and the database in transactions that can't write.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::sql_types::{BigInt, Double, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{Revision, StationId, StationState};
use futures_util::StreamExt;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use crate::settings::Settings;

/// How long a gateway may take for its snapshot.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two comparisons while something is still on its way.
const PAUSE: Duration = Duration::from_millis(250);

/// How long to wait.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Seconds in which all must agree once: what is on its way arrives meanwhile.
    #[arg(long, default_value_t = 10)]
    wait_s: u64,
    /// One JSON object instead of lines: `{"ok", "at_rest", "stations", "gateways", "differences": [{"kind", "gateway",
    /// "station_id", "detail"}]}`.
    #[arg(long)]
    json: bool,
}

/// A station as far as the database knows it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Double)]
    latitude: f64,
    #[diesel(sql_type = Double)]
    longitude: f64,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    available_batteries: i64,
    #[diesel(sql_type = BigInt)]
    booked_batteries: i64,
    #[diesel(sql_type = BigInt)]
    unavailable_batteries: i64,
    #[diesel(sql_type = BigInt)]
    total_batteries: i64,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Text)]
    outbox: String,
    #[diesel(sql_type = BigInt)]
    facts: i64,
}

#[derive(QueryableByName)]
struct Drawn {
    #[diesel(sql_type = BigInt)]
    revision: i64,
}

/// The database at one instant.
struct Truth {
    stations: BTreeMap<StationId, Row>,
    /// The last revision that was drawn. What a screen shows can't be newer.
    revision: Revision,
    waiting: Vec<Waiting>,
}

/// What is read of a frame.
#[derive(Deserialize)]
struct Frame {
    r#type: String,
    #[serde(default)]
    stations: Vec<StationState>,
    #[serde(default)]
    complete: bool,
}

type Screen = BTreeMap<StationId, StationState>;

/// Something that is not as it should be at rest.
#[derive(Debug)]
enum Difference {
    Outbox { outbox: String, facts: i64 },
    Changing { station: StationId },
    Silent { gateway: Url, error: anyhow::Error },
    Missing { gateway: Url, station: StationId },
    Surplus { gateway: Url, station: StationId },
    Shown { gateway: Url, station: StationId, what: String },
}

/// What was found.
#[derive(Serialize)]
struct Findings {
    ok: bool,
    /// Whether nothing was on its way: then differences stay.
    at_rest: bool,
    stations: usize,
    gateways: usize,
    differences: Vec<Finding>,
}

/// A difference as JSON has it.
#[derive(Serialize)]
struct Finding {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    station_id: Option<StationId>,
    /// The line that is printed without `--json`.
    detail: String,
}

impl Difference {
    /// Something is still on its way.
    fn is_motion(&self) -> bool {
        matches!(self, Self::Outbox { .. } | Self::Changing { .. })
    }

    fn finding(&self) -> Finding {
        let (kind, gateway, station_id) = match self {
            Self::Outbox { .. } => ("outbox", None, None),
            Self::Changing { station } => ("changing", None, Some(*station)),
            Self::Silent { gateway, .. } => ("silent", Some(gateway), None),
            Self::Missing { gateway, station } => ("missing", Some(gateway), Some(*station)),
            Self::Surplus { gateway, station } => ("surplus", Some(gateway), Some(*station)),
            Self::Shown { gateway, station, .. } => ("shown", Some(gateway), Some(*station)),
        };
        Finding { kind, gateway: gateway.cloned(), station_id, detail: self.to_string() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outbox { outbox, facts } => write!(f, "outbox of {outbox}: {facts} facts wait"),
            Self::Changing { station } => write!(f, "station {station}: changes while it is compared"),
            Self::Silent { gateway, error } => write!(f, "{gateway}: shows nothing: {error:#}"),
            Self::Missing { gateway, station } => write!(f, "{gateway}: station {station} is missing"),
            Self::Surplus { gateway, station } => {
                write!(f, "{gateway}: station {station} is shown and not in the database")
            }
            Self::Shown { gateway, station, what } => write!(f, "{gateway}: station {station}: {what}"),
        }
    }
}

/// Compares until all agree or the time is over, and prints what differed last.
///
/// # Errors
/// When something differs, or the database can't be read.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(arguments.wait_s);
    let mut connection = settings.connect().await?;
    loop {
        let findings = compare(settings, &mut connection).await?;
        if findings.ok || Instant::now() >= deadline {
            findings.print(arguments.json)?;
            let count = findings.differences.len();
            let motion = if findings.at_rest { "" } else { ", and not everything was at rest" };
            ensure!(findings.ok, "{count} differences after {} s{motion}", arguments.wait_s);
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Findings {
    fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let Self { stations, gateways, differences, .. } = self;
        if as_json {
            println!("{}", serde_json::to_string_pretty(self)?);
        } else if self.ok {
            println!(
                "the database and {gateways} gateways agree on {stations} stations; the outboxes are empty"
            );
        } else {
            differences.iter().for_each(|difference| println!("{}", difference.detail));
        }
        Ok(())
    }
}

/// What differs now.
async fn compare(settings: &Settings, connection: &mut AsyncPgConnection) -> anyhow::Result<Findings> {
    let before = Truth::read(connection).await?;
    let gateways = &settings.endpoints.gateways;
    let screens = join_all(gateways.iter().map(read_screen)).await;
    let after = Truth::read(connection).await?;
    let mut differences: Vec<Difference> = after.waiting().collect();
    // What changed meanwhile says nothing about the gateways.
    differences.extend(before.changed(&after).map(|station| Difference::Changing { station }));
    for (gateway, screen) in gateways.iter().zip(screens) {
        match screen {
            Ok(screen) => differences.extend(after.differences(&before, &screen, gateway)),
            Err(error) => differences.push(Difference::Silent { gateway: gateway.clone(), error }),
        }
    }
    Ok(Findings {
        ok: differences.is_empty(),
        at_rest: !differences.iter().any(Difference::is_motion),
        stations: after.stations.len(),
        gateways: gateways.len(),
        differences: differences.iter().map(Difference::finding).collect(),
    })
}

impl Truth {
    async fn read(connection: &mut AsyncPgConnection) -> anyhow::Result<Self> {
        let mut reading = connection.build_transaction().read_only().repeatable_read();
        let read: diesel::QueryResult<Self> = reading
            .run(async |connection| {
                let waiting = sql_query(
                    "SELECT 'inventory' AS outbox, count(*) AS facts FROM inventory.outbox \
                     UNION ALL SELECT 'booking', count(*) FROM booking.outbox",
                )
                .load(connection)
                .await?;
                let rows: Vec<Row> =
                    sql_query("SELECT * FROM inventory.station_states").load(connection).await?;
                let stations = rows.into_iter().map(|row| (StationId(row.id), row)).collect();
                let Drawn { revision } = sql_query("SELECT last_value AS revision FROM inventory.revision")
                    .get_result(connection)
                    .await?;
                Ok(Self { stations, revision: Revision(revision), waiting })
            })
            .await;
        read.context("reading the database; `swapctl doctor` says what is wrong")
    }

    fn waiting(&self) -> impl Iterator<Item = Difference> {
        let waiting = self.waiting.iter().filter(|waiting| waiting.facts > 0);
        waiting.map(|Waiting { outbox, facts }| Difference::Outbox { outbox: outbox.clone(), facts: *facts })
    }

    fn changed<'a>(&'a self, after: &'a Self) -> impl Iterator<Item = StationId> + 'a {
        let both =
            self.stations.keys().chain(after.stations.keys().filter(|id| !self.stations.contains_key(id)));
        both.copied().filter(|id| self.stations.get(id) != after.stations.get(id))
    }

    /// What a screen shows differently, of those stations that were the same before.
    fn differences(&self, before: &Self, screen: &Screen, gateway: &Url) -> Vec<Difference> {
        let is_steady = |id: &StationId| before.stations.get(id) == self.stations.get(id);
        let gateway = || gateway.clone();
        let in_database = self.stations.iter().filter(|(id, _)| is_steady(id));
        let surplus = screen.keys().filter(|id| is_steady(id) && !self.stations.contains_key(id));
        in_database
            .filter_map(|(&station, row)| match screen.get(&station) {
                None => Some(Difference::Missing { gateway: gateway(), station }),
                Some(shown) => row.differs_from(shown, self.revision).map(|what| Difference::Shown {
                    gateway: gateway(),
                    station,
                    what,
                }),
            })
            .chain(surplus.map(|&station| Difference::Surplus { gateway: gateway(), station }))
            .collect()
    }
}

impl Row {
    /// What a screen shows of the station that is not so, in words.
    fn differs_from(&self, shown: &StationState, last: Revision) -> Option<String> {
        let mut what = Vec::new();
        let mut compare = |name: &str, is: &dyn fmt::Display, shown: &dyn fmt::Display| {
            let (is, shown) = (is.to_string(), shown.to_string());
            if is != shown {
                what.push(format!("{name} is {is}, shown {shown}"));
            }
        };
        compare("station_name", &self.name, &shown.station_name);
        // On the way through JSON a number may lose its last digit, far below a millimetre.
        let text = |latitude: f64, longitude: f64| format!("{latitude:.9}, {longitude:.9}");
        let is = text(self.latitude, self.longitude);
        compare("location", &is, &text(shown.latitude, shown.longitude));
        let status = serde_json::to_value(shown.status).unwrap_or_default();
        compare("status", &self.status, &status.as_str().unwrap_or_default());
        compare("available_batteries", &self.available_batteries, &shown.available_batteries);
        compare("booked_batteries", &self.booked_batteries, &shown.booked_batteries);
        compare("unavailable_batteries", &self.unavailable_batteries, &shown.unavailable_batteries);
        compare("total_batteries", &self.total_batteries, &shown.total_batteries);
        // Screens would ignore what is published until the database has drawn as many.
        if shown.revision > last {
            what.push(format!("revision {} is shown, the last one is {last}", shown.revision));
        }
        (!what.is_empty()).then(|| what.join("; "))
    }
}

/// The snapshot that a gateway gives to a new screen.
async fn read_screen(gateway: &Url) -> anyhow::Result<Screen> {
    let mut url = gateway.join("/ws/stations/")?;
    let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
    url.set_scheme(scheme).map_err(|()| anyhow::anyhow!("it has no WebSocket address"))?;
    tokio::time::timeout(PATIENCE, read_snapshot(&url)).await.context("it takes too long")?
}

async fn read_snapshot(url: &Url) -> anyhow::Result<Screen> {
    let (mut socket, _) = connect_async(url.as_str()).await?;
    let mut screen = Screen::new();
    loop {
        let message = socket.next().await.context("it closed the connection")??;
        let Message::Text(text) = message else {
            ensure!(!message.is_close(), "it closed the connection");
            continue;
        };
        let frame: Frame = serde_json::from_str(&text)?;
        if frame.r#type == "inventory_snapshot" {
            screen.extend(frame.stations.into_iter().map(|state| (state.station_id, state)));
            if frame.complete {
                // It is gone all the same if this fails.
                let _ = socket.close(None).await;
                return Ok(screen);
            }
        }
    }
}
