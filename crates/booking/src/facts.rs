//! Makes the messages for riders' screens of notifications: one of each, in their order.

use broker::topology::Needs;
use chrono::{DateTime, Utc};
use events::{
    BatteryId, BatteryInfo, Confirmation, Event, EventId, Notice, NotificationId, OrderId, OrderNotice,
    Rider, RiderMessage, StationId, UserId,
};
use outbox::{Batch, Entry, Facts};
use serde_json::Value;
use tokio_postgres::{Client, Error, Row, Statement};

use crate::texts::{self, Source, Text};

/// The outbox of the booking service.
pub struct RiderFacts {
    facts: Statement,
}

impl Facts for RiderFacts {
    const NAME: &'static str = "booking";
    const LOCK: i64 = 0x7377_6170_0002;
    const TABLE: &'static str = "booking.outbox";
    const LANE: &'static str = "true";
    const WOKEN: bool = true;
    const QUEUE: Option<Needs> = None;
    const HAS_SNAPSHOT: bool = false;

    type Settings = ();

    async fn take_lead(client: &Client, _: &()) -> Result<Self, Error> {
        let facts = client
            .prepare(
                "SELECT f.id, f.traceparent, n.event_id, n.user_id, n.notification_id, n.kind, n.params, n.locale, \
                        n.time_zone, n.created_at, v.id AS order_id, v.station_id, v.station_name, v.battery_id, v.serial_number, \
                        v.model, v.state_of_charge_percent, v.expires_at \
                 FROM (SELECT * FROM booking.outbox WHERE id > $1 ORDER BY id LIMIT $2) f \
                 JOIN booking.notifications n USING (user_id, notification_id) \
                 LEFT JOIN booking.order_views v ON v.id = n.order_id \
                 ORDER BY f.id",
            )
            .await?;
        Ok(Self { facts })
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
            match message(row) {
                Some(message) => {
                    let rider = Rider {
                        notification_id: NotificationId(row.get("notification_id")),
                        timestamp: row.get("created_at"),
                        message,
                    };
                    let event = Event::rider(EventId(row.get("event_id")), UserId(row.get("user_id")), rider);
                    let event = Event { traceparent: row.get("traceparent"), ..event };
                    batch.entries.push(Entry::new(event, vec![fact]));
                }
                None => {
                    tracing::error!(fact, "a notification of a kind that is never sent");
                    batch.obsolete.push(fact);
                }
            }
        }
        Ok(batch)
    }
}

/// The message of a row; `None` for a kind that the table's CHECK constraint does not admit.
fn message(row: &Row) -> Option<RiderMessage> {
    let kind: String = row.get("kind");
    let params: Value = row.get("params");
    let (locale, time_zone): (String, String) = (row.get("locale"), row.get("time_zone"));
    let source = Source { kind: &kind, params: &params, locale: &locale, time_zone: &time_zone };
    let Text { title, message, level } = texts::render(source);
    if kind == "notification" {
        return Some(RiderMessage::Notification(Notice { title, message, level }));
    }
    let booking_id = OrderId(row.get::<_, Option<i64>>("order_id")?);
    let station_id = StationId(row.get("station_id"));
    let station_name: String = row.get("station_name");
    if kind == "booking_confirmed" {
        return Some(RiderMessage::BookingConfirmed(Confirmation {
            booking_id,
            station_id,
            station_name,
            battery_id: BatteryId(row.get("battery_id")),
            battery_info: BatteryInfo {
                serial_number: row.get("serial_number"),
                model: row.get("model"),
                state_of_charge_percent: row.get("state_of_charge_percent"),
            },
            message,
            expires_at: row.get::<_, DateTime<Utc>>("expires_at"),
        }));
    }
    let notice = OrderNotice { booking_id, station_id, station_name, message };
    match kind.as_str() {
        "booking_ready" => Some(RiderMessage::BookingReady(notice)),
        "booking_collected" => Some(RiderMessage::BookingCollected(notice)),
        "booking_cancelled" => Some(RiderMessage::BookingCancelled(notice)),
        "booking_expired" => Some(RiderMessage::BookingExpired(notice)),
        "booking_expiring" => Some(RiderMessage::BookingExpiring(notice)),
        _ => None,
    }
}
