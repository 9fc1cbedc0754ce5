//! From the facts that triggers wrote to the events that screens get. Each touched station is read once, after its
//! facts; that one read gives the counts of every event about it. What only other services wait for goes out beside
//! this, in a lane of its own (`ready`).

mod reading;
mod ready;

use std::collections::HashMap;

use broker::topology::Needs;
use chrono::{DateTime, Utc};
use events::{
    Action, BatteryChange, BatteryId, BroadcastStatus, Event, EventId, InventoryUpdate, StationId,
    StationMessage, StationState, StationStatusChange,
};
use outbox::{Batch, Entry, Facts};
use serde::Deserialize;
use serde_json::Value;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, GenericClient, IsolationLevel, Statement};

use self::reading::{READ, Reading, RemovedStation};
pub use self::ready::ReadyFacts;

/// The lane of the screens: all that happens at stations.
pub struct StationFacts {
    facts: Statement,
    touched: Statement,
    removed: Statement,
    all: Statement,
}

impl Facts for StationFacts {
    const NAME: &'static str = "inventory";
    const LOCK: i64 = 0x7377_6170_0001;
    const TABLE: &'static str = "inventory.outbox";
    const LANE: &'static str = "kind <> 'battery_charged'";
    const WOKEN: bool = true;
    const QUEUE: Option<Needs> = None;
    const HAS_SNAPSHOT: bool = true;

    type Settings = ();

    async fn take_lead(client: &Client, (): &()) -> Result<Self, Error> {
        // nextval is not crash-safe by itself and a restored backup turns it back; the clock does not.
        client
            .batch_execute(
                "BEGIN; SET LOCAL synchronous_commit = on; \
                 SELECT setval('inventory.revision', greatest((SELECT last_value FROM inventory.revision), \
                     (extract(epoch FROM clock_timestamp()) * 1000)::bigint)); COMMIT",
            )
            .await?;
        Ok(Self {
            facts: client
                .prepare(&format!(
                    "SELECT id, event_id, kind, station_id, battery_ids, detail, occurred_at, traceparent \
                     FROM inventory.outbox WHERE id > $1 AND {} ORDER BY id LIMIT $2",
                    Self::LANE
                ))
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
            // Facts and stations of one instant: unless more facts wait, a snapshot shows what updates have published.
            let transaction =
                client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).start().await?;
            let facts = read_facts(&transaction, &self.facts, after, limit).await?;
            let read = Reading::from_rows(transaction.query(&self.all, &[]).await?);
            let removed = self.removed(&transaction, after, &facts, &read).await?;
            transaction.commit().await?;
            let ahead = i64::try_from(facts.len()).is_ok_and(|facts| facts >= limit);
            let snapshot = Some(read.snapshot(ahead));
            return Ok(Batch { snapshot, ..Self::batch(facts, &read, &removed) });
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
        Ok(Self::batch(facts, &read, &removed))
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
    fn batch(facts: Vec<Fact>, read: &Reading, removed: &HashMap<StationId, StationState>) -> Batch {
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
            let mut entries = state.map(|state| Self::tell(&group, state)).unwrap_or_default();
            match entries.last_mut() {
                Some(last) => last.completes = ids,
                None => batch.obsolete.extend(ids),
            }
            batch.entries.append(&mut entries);
        }
        batch
    }

    /// One station's messages: its state once, then what happened, in order.
    fn tell(group: &[Fact], state: &StationState) -> Vec<Entry> {
        let action = group.iter().map(|fact| action(&fact.kind)).reduce(Action::merge);
        let update = action.zip(group.last()).map(|(action, last)| {
            let update = InventoryUpdate { station: state.clone(), action };
            let id = last.event_id.derive("inventory_update");
            let event = Event::station(id, &StationMessage::InventoryUpdate(update));
            Event { traceparent: last.traceparent.clone(), ..event }
        });
        let happened = group.iter().filter_map(|fact| {
            let message = happened(fact, state)?;
            let event = Event::station(fact.event_id, &message);
            Some(Event { traceparent: fact.traceparent.clone(), ..event })
        });
        update.into_iter().chain(happened).map(|event| Entry::new(event, Vec::new())).collect()
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
    traceparent: Option<String>,
}

/// The `detail` of `station_status`.
#[derive(Deserialize)]
struct NewStatus {
    status: BroadcastStatus,
    message: String,
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
            traceparent: row.get("traceparent"),
        })
        .collect())
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
