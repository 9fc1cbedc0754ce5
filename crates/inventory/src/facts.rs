//! From the facts that triggers wrote to the events that screens get. Each touched station is read once, after its
//! facts; that one read gives the counts of every event about it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use events::{
    Action, BatteryChange, BatteryId, BatteryReady, BroadcastStatus, Event, EventId, InventoryUpdate,
    Revision, STATIONS_PER_CHUNK, SnapshotChunk, SnapshotId, StationId, StationMessage, StationState,
    StationStatusChange,
};
use outbox::{Batch, Entry, Facts};
use serde::Deserialize;
use serde_json::Value;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, GenericClient, IsolationLevel, Row, Statement};
use uuid::Uuid;

use crate::settings::BatterySettings;

/// The inventory's outbox.
pub struct StationFacts {
    /// The charge in percent at which a held battery is ready.
    ready_percent: f64,
    facts: Statement,
    touched: Statement,
    removed: Statement,
    all: Statement,
}

/// The columns of one read. The revision is drawn once for the read, also when no station is left to join.
const READ: &str = "WITH drawn AS MATERIALIZED (SELECT nextval('inventory.revision') AS revision, clock_timestamp() AS at) \
     SELECT d.revision, d.at, s.id, s.name, s.latitude, s.longitude, s.status, s.available_batteries, \
            s.booked_batteries, s.unavailable_batteries, s.total_batteries \
     FROM drawn d LEFT JOIN inventory.station_states s";

impl Facts for StationFacts {
    const NAME: &'static str = "inventory";
    const LOCK: i64 = 0x7377_6170_0001;
    const TABLE: &'static str = "inventory.outbox";
    const HAS_SNAPSHOT: bool = true;

    type Settings = BatterySettings;

    async fn take_lead(client: &Client, settings: &BatterySettings) -> Result<Self, Error> {
        // nextval is not crash-safe by itself and a restored backup turns it back; the clock does not.
        client
            .batch_execute(
                "BEGIN; SET LOCAL synchronous_commit = on; \
                 SELECT setval('inventory.revision', greatest((SELECT last_value FROM inventory.revision), \
                     (extract(epoch FROM clock_timestamp()) * 1000)::bigint)); COMMIT",
            )
            .await?;
        Ok(Self {
            ready_percent: settings.ready_percent,
            facts: client
                .prepare(
                    "SELECT id, event_id, kind, station_id, battery_ids, detail, occurred_at \
                     FROM inventory.outbox WHERE id > $1 ORDER BY id LIMIT $2",
                )
                .await?,
            touched: client.prepare(&format!("{READ} ON s.id = ANY ($1)")).await?,
            removed: client
                .prepare(
                    "SELECT station_id, detail FROM inventory.outbox \
                     WHERE id > $1 AND kind = 'station_removed' AND station_id = ANY ($2)",
                )
                .await?,
            all: client.prepare(&format!("{READ} ON true ORDER BY s.id")).await?,
        })
    }

    async fn read(
        &mut self,
        client: &mut Client,
        after: i64,
        limit: i64,
        with_snapshot: bool,
    ) -> Result<Batch, Error> {
        if with_snapshot {
            // Facts and stations of one instant: a snapshot must not show what no update has published yet.
            let transaction =
                client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).start().await?;
            let facts = read_facts(&transaction, &self.facts, after, limit).await?;
            if i64::try_from(facts.len()).unwrap_or(i64::MAX) < limit {
                let read = Reading::from_rows(transaction.query(&self.all, &[]).await?);
                let removed = self.removed(&transaction, after, &facts, &read).await?;
                transaction.commit().await?;
                let snapshot = Some(read.snapshot());
                return Ok(Batch { snapshot, ..self.batch(facts, &read, &removed) });
            }
            transaction.commit().await?;
            return self.tell_about(client, after, facts).await;
        }
        let facts = read_facts(client, &self.facts, after, limit).await?;
        self.tell_about(client, after, facts).await
    }
}

impl StationFacts {
    /// Reads what the facts are about, after them, and makes their events.
    async fn tell_about(&self, client: &Client, after: i64, facts: Vec<Fact>) -> Result<Batch, Error> {
        if facts.is_empty() {
            return Ok(Batch::default());
        }
        let mut stations: Vec<i64> = facts.iter().map(|fact| fact.station.0).collect();
        stations.sort_unstable();
        stations.dedup();
        let parameters: [&(dyn ToSql + Sync); 1] = [&stations];
        let read = Reading::from_rows(client.query(&self.touched, &parameters).await?);
        let removed = self.removed(client, after, &facts, &read).await?;
        Ok(self.batch(facts, &read, &removed))
    }

    /// What deleted stations were, from the facts of their deletion.
    async fn removed(
        &self,
        client: &impl GenericClient,
        after: i64,
        facts: &[Fact],
        read: &Reading,
    ) -> Result<HashMap<StationId, StationState>, Error> {
        let gone: Vec<i64> = facts
            .iter()
            .filter(|fact| !read.stations.contains_key(&fact.station))
            .map(|fact| fact.station.0)
            .collect();
        if gone.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = client.query(&self.removed, &[&after, &gone]).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let was: RemovedStation = serde_json::from_value(row.get("detail")).ok()?;
                let id = StationId(row.get("station_id"));
                Some((id, read.removed(id, was)))
            })
            .collect())
    }

    /// The events of these facts: for each station, in the order in which they first appear, its state and then
    /// what happened.
    fn batch(&self, facts: Vec<Fact>, read: &Reading, removed: &HashMap<StationId, StationState>) -> Batch {
        let last = facts.last().map(|fact| fact.id);
        let mut batch = Batch { facts: facts.len(), last, ..Batch::default() };
        let mut order = Vec::new();
        let mut by_station: HashMap<StationId, Vec<Fact>> = HashMap::new();
        for fact in facts {
            let group = by_station.entry(fact.station).or_default();
            if group.is_empty() {
                order.push(fact.station);
            }
            group.push(fact);
        }
        for station in order {
            let Some(group) = by_station.remove(&station) else { continue };
            let ids: Vec<i64> = group.iter().map(|fact| fact.id).collect();
            let state = read.stations.get(&station).or_else(|| removed.get(&station));
            let mut entries = state.map(|state| self.tell(&group, state)).unwrap_or_default();
            match entries.last_mut() {
                Some(last) => last.completes = ids,
                None => batch.obsolete.extend(ids),
            }
            batch.entries.append(&mut entries);
        }
        batch
    }

    /// One station's messages: its state once, if it changed, then what happened, in order.
    fn tell(&self, group: &[Fact], state: &StationState) -> Vec<Entry> {
        let (charged, changed): (Vec<&Fact>, Vec<&Fact>) =
            group.iter().partition(|fact| fact.kind == "battery_charged");
        let action = changed.iter().map(|fact| action(&fact.kind)).reduce(Action::merge);
        let update = action.zip(changed.last()).map(|(action, last)| {
            let update = InventoryUpdate { station: state.clone(), action };
            let id = last.event_id.derive("inventory_update");
            Event::station(id, &StationMessage::InventoryUpdate(update))
        });
        let happened = changed.iter().filter_map(|fact| {
            let message = happened(fact, state)?;
            Some(Event::station(fact.event_id, &message))
        });
        let ready = charged.iter().filter_map(|fact| self.ready(fact));
        update
            .into_iter()
            .chain(happened)
            .chain(ready)
            .map(|event| Entry { event, completes: Vec::new() })
            .collect()
    }

    /// The event for the booking service when the charge of a held battery has crossed the ready mark.
    fn ready(&self, fact: &Fact) -> Option<Event> {
        let Charged { from, to } = serde_json::from_value(fact.detail.clone()?).ok()?;
        let crossed = from < self.ready_percent && to >= self.ready_percent;
        let ready = BatteryReady {
            station_id: fact.station,
            battery_id: *fact.batteries.first()?,
            state_of_charge_percent: to,
            timestamp: fact.at,
        };
        crossed.then(|| Event::battery_ready(fact.event_id, &ready))
    }
}

/// A row of the outbox.
struct Fact {
    id: i64,
    event_id: EventId,
    kind: String,
    station: StationId,
    batteries: Vec<BatteryId>,
    detail: Option<Value>,
    at: DateTime<Utc>,
}

/// The `detail` of `station_removed`.
#[derive(Deserialize)]
struct RemovedStation {
    name: String,
    latitude: f64,
    longitude: f64,
}

/// The `detail` of `station_status`.
#[derive(Deserialize)]
struct NewStatus {
    status: BroadcastStatus,
    message: String,
}

/// The `detail` of `battery_charged`, in percent.
#[derive(Deserialize)]
struct Charged {
    from: f64,
    to: f64,
}

async fn read_facts(
    client: &impl GenericClient,
    statement: &Statement,
    after: i64,
    limit: i64,
) -> Result<Vec<Fact>, Error> {
    let rows = client.query(statement, &[&after, &limit]).await?;
    Ok(rows
        .into_iter()
        .map(|row| Fact {
            id: row.get("id"),
            event_id: EventId(row.get("event_id")),
            kind: row.get("kind"),
            station: StationId(row.get("station_id")),
            batteries: row.get::<_, Vec<i64>>("battery_ids").into_iter().map(BatteryId).collect(),
            detail: row.get("detail"),
            at: row.get("occurred_at"),
        })
        .collect())
}

/// Stations as they were at one instant.
struct Reading {
    revision: Revision,
    at: DateTime<Utc>,
    stations: HashMap<StationId, StationState>,
    /// In the order of the rows.
    ids: Vec<StationId>,
}

impl Reading {
    fn from_rows(rows: Vec<Row>) -> Self {
        let mut reading =
            Self { revision: Revision(0), at: Utc::now(), stations: HashMap::new(), ids: Vec::new() };
        for row in rows {
            reading.revision = Revision(row.get("revision"));
            reading.at = row.get("at");
            // Without a station the row carries the revision alone.
            let Some(id) = row.get::<_, Option<i64>>("id").map(StationId) else { continue };
            let status: String = row.get("status");
            let state = StationState {
                station_id: id,
                station_name: row.get("name"),
                latitude: row.get("latitude"),
                longitude: row.get("longitude"),
                // A CHECK constraint admits no other names.
                status: status.parse().unwrap_or(BroadcastStatus::Offline),
                available_batteries: row.get("available_batteries"),
                booked_batteries: row.get("booked_batteries"),
                unavailable_batteries: row.get("unavailable_batteries"),
                total_batteries: row.get("total_batteries"),
                revision: reading.revision,
                timestamp: reading.at,
            };
            reading.ids.push(id);
            reading.stations.insert(id, state);
        }
        reading
    }

    fn removed(&self, id: StationId, was: RemovedStation) -> StationState {
        StationState {
            station_id: id,
            station_name: was.name,
            latitude: was.latitude,
            longitude: was.longitude,
            status: BroadcastStatus::Removed,
            available_batteries: 0,
            booked_batteries: 0,
            unavailable_batteries: 0,
            total_batteries: 0,
            revision: self.revision,
            timestamp: self.at,
        }
    }

    fn snapshot(&self) -> Vec<Event> {
        let snapshot_id = SnapshotId(Uuid::new_v4());
        let states: Vec<StationState> =
            self.ids.iter().filter_map(|id| self.stations.get(id)).cloned().collect();
        // A network without stations has a snapshot too: one empty chunk.
        let parts: Vec<&[StationState]> =
            if states.is_empty() { vec![&[]] } else { states.chunks(STATIONS_PER_CHUNK).collect() };
        let chunks = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        (0..)
            .zip(parts)
            .map(|(chunk, stations)| {
                let stations = stations.to_vec();
                let chunk = SnapshotChunk { snapshot_id, revision: self.revision, chunk, chunks, stations };
                Event::snapshot(self.at, &chunk)
            })
            .collect()
    }
}

fn action(kind: &str) -> Action {
    match kind {
        "station_created" => Action::Create,
        "station_status" | "station_removed" => Action::Status,
        "station_test" => Action::Test,
        "battery_added" => Action::Add,
        "battery_removed" => Action::Remove,
        "battery_booked" => Action::Book,
        "battery_collected" => Action::Collect,
        "battery_released" => Action::Release,
        _ => Action::Update,
    }
}

/// The event beside the station's state; for many facts the state is enough.
fn happened(fact: &Fact, state: &StationState) -> Option<StationMessage> {
    let status = |status, message| {
        StationMessage::StationStatus(StationStatusChange {
            station_id: fact.station,
            station_name: state.station_name.clone(),
            status,
            message,
            timestamp: fact.at,
        })
    };
    match fact.kind.as_str() {
        "battery_added" => Some(StationMessage::BatteryAdded(change(fact, state))),
        "battery_removed" => Some(StationMessage::BatteryRemoved(change(fact, state))),
        "battery_booked" => Some(StationMessage::BatteryBooked(change(fact, state))),
        "battery_collected" => Some(StationMessage::BatteryCollected(change(fact, state))),
        "battery_released" => Some(StationMessage::BatteryReleased(change(fact, state))),
        "station_removed" => Some(status(BroadcastStatus::Removed, String::new())),
        "station_status" => {
            let new: NewStatus = serde_json::from_value(fact.detail.clone()?).ok()?;
            Some(status(new.status, new.message))
        }
        _ => None,
    }
}

fn change(fact: &Fact, state: &StationState) -> BatteryChange {
    let (battery_id, battery_ids) = match fact.batteries.as_slice() {
        [one] => (Some(*one), Vec::new()),
        several => (None, several.to_vec()),
    };
    BatteryChange {
        station_id: fact.station,
        station_name: state.station_name.clone(),
        battery_id,
        battery_ids,
        available_batteries: state.available_batteries,
        booked_batteries: state.booked_batteries,
        total_batteries: state.total_batteries,
        revision: state.revision,
        timestamp: fact.at,
    }
}
