//! The lane of the booking service: a held battery that has reached the ready charge. It has a relay of its own. A
//! queue that accepts nothing holds this lane alone; the screens do not wait for it.

use broker::topology::Needs;
use events::{BatteryId, BatteryReady, Event, EventId, StationId};
use outbox::{Batch, Entry, Facts};
use serde::Deserialize;
use serde_json::Value;
use tokio_postgres::{Client, Error, Row, Statement};

use crate::settings::BatterySettings;

/// The charges of held batteries.
pub struct ReadyFacts {
    /// The charge in percent at which a held battery is ready.
    ready_percent: f64,
    facts: Statement,
}

/// The `detail` of `battery_charged`, in percent.
#[derive(Deserialize)]
struct Charged {
    from: f64,
    to: f64,
}

impl Facts for ReadyFacts {
    const NAME: &'static str = "battery_ready";
    const LOCK: i64 = 0x7377_6170_0003;
    const TABLE: &'static str = "inventory.outbox";
    const LANE: &'static str = "kind = 'battery_charged'";
    // A battery charges for hours, and the screens' wake-ups come hundreds of times a second.
    const WOKEN: bool = false;
    const QUEUE: Option<Needs> = Some(Needs::BatteryReady);
    const HAS_SNAPSHOT: bool = false;

    type Settings = BatterySettings;

    async fn take_lead(client: &Client, settings: &BatterySettings) -> Result<Self, Error> {
        let facts = client
            .prepare(&format!(
                "SELECT id, event_id, station_id, battery_ids, detail, occurred_at, traceparent FROM inventory.outbox \
                 WHERE id > $1 AND {} ORDER BY id LIMIT $2",
                Self::LANE
            ))
            .await?;
        Ok(Self { ready_percent: settings.ready_percent, facts })
    }

    async fn read(
        &mut self,
        client: &mut Client,
        after: i64,
        limit: i64,
        _with_snapshot: bool,
    ) -> Result<Batch, Error> {
        let rows = client.query(&self.facts, &[&after, &limit]).await?;
        let last = rows.last().map(|row| row.get("id"));
        let mut batch = Batch { facts: rows.len(), last, ..Batch::default() };
        for row in &rows {
            let fact: i64 = row.get("id");
            match self.ready(row) {
                Some(event) => batch.entries.push(Entry::new(event, vec![fact])),
                None => batch.obsolete.push(fact),
            }
        }
        Ok(batch)
    }
}

impl ReadyFacts {
    /// The event, if this charge has crossed the ready mark.
    fn ready(&self, row: &Row) -> Option<Event> {
        let Charged { from, to } = serde_json::from_value(row.get::<_, Option<Value>>("detail")?).ok()?;
        let ready = BatteryReady {
            station_id: StationId(row.get("station_id")),
            battery_id: BatteryId(*row.get::<_, Vec<i64>>("battery_ids").first()?),
            state_of_charge_percent: to,
            timestamp: row.get("occurred_at"),
        };
        let crossed = from < self.ready_percent && to >= self.ready_percent;
        crossed.then(|| {
            let event = Event::battery_ready(EventId(row.get("event_id")), &ready);
            Event { traceparent: row.get("traceparent"), ..event }
        })
    }
}
