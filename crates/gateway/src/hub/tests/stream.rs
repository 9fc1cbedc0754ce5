//! A log that grows by one message at a time, for the tests.

use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use events::{
    Action, BatteryChange, BroadcastStatus, Cursor, Decoded, Event, EventId, InventoryUpdate, NotificationId,
    Position, Revision, SnapshotChunk, SnapshotId, StationId, StationMessage, StationState, UserId,
};
use serde_json::Value;
use uuid::Uuid;

use crate::hub::intake::Intake;
use crate::hub::*;
use crate::protocol::Channel;

pub(crate) const LIMITS: ReplayLimits = ReplayLimits {
    messages: 1_000,
    bytes: 1 << 20,
    age: Duration::from_secs(3_600),
    positions: 1_000,
    riders: 100,
};
pub(crate) const ALL: Channel = Channel::AllStations;

pub(crate) fn state(id: i64, revision: i64) -> StationState {
    StationState {
        station_id: StationId(id),
        station_name: "Station".into(),
        latitude: 0.0,
        longitude: 0.0,
        status: BroadcastStatus::Online,
        available_batteries: 1,
        booked_batteries: 0,
        unavailable_batteries: 0,
        total_batteries: 1,
        revision: Revision(revision),
        timestamp: Utc::now(),
    }
}

pub(crate) fn at(id: i64, revision: i64, latitude: f64) -> StationState {
    StationState { latitude, ..state(id, revision) }
}

pub(crate) fn removed(id: i64, revision: i64) -> StationState {
    StationState { status: BroadcastStatus::Removed, ..state(id, revision) }
}

/// A log that grows by one message at a time.
pub(crate) struct Stream {
    pub(in crate::hub) intake: Intake,
    pub(crate) log: Log,
    pub(crate) next: u64,
}

impl Stream {
    pub(crate) fn new(limits: ReplayLimits) -> Self {
        Self { intake: Intake::default(), log: Log::new(limits), next: 0 }
    }

    /// Two stations at revision 1.
    pub(crate) fn live(limits: ReplayLimits) -> Self {
        let mut stream = Self::new(limits);
        stream.snapshot(1, vec![state(1, 1), state(2, 1)]);
        stream.log.set_live();
        stream
    }

    pub(crate) fn apply(&mut self, decoded: Decoded, body: &Bytes) -> Position {
        let passed = self.intake.take(self.next, decoded, body);
        self.log.apply(&passed);
        self.log.tidy(u64::MAX);
        self.next += 1;
        self.head()
    }

    pub(crate) fn head(&self) -> Position {
        self.log.position().unwrap()
    }

    pub(crate) fn snapshot(&mut self, revision: i64, stations: Vec<StationState>) -> Position {
        self.snapshot_of(revision, false, stations)
    }

    pub(crate) fn snapshot_of(
        &mut self,
        revision: i64,
        ahead: bool,
        stations: Vec<StationState>,
    ) -> Position {
        let chunk = SnapshotChunk {
            snapshot_id: SnapshotId(Uuid::new_v4()),
            revision: Revision(revision),
            chunk: 0,
            chunks: 1,
            ahead,
            stations,
        };
        self.apply(Decoded::Snapshot(EventId::random(), chunk), &Bytes::new())
    }

    pub(crate) fn update_for(&mut self, station: StationState, action: Action) -> Position {
        let update = InventoryUpdate { station, action };
        let event = Event::station(EventId::random(), &StationMessage::InventoryUpdate(update.clone()));
        self.apply(Decoded::Update(event.id, Box::new(update)), &event.body)
    }

    pub(crate) fn update(&mut self, id: i64, revision: i64) -> Position {
        self.update_for(state(id, revision), Action::Book)
    }

    pub(crate) fn event(&mut self, id: i64) -> Position {
        let change = BatteryChange {
            station_id: StationId(id),
            station_name: "Station".into(),
            battery_id: None,
            battery_ids: Vec::new(),
            available_batteries: 1,
            booked_batteries: 0,
            total_batteries: 1,
            revision: Revision(1),
            timestamp: Utc::now(),
        };
        let event = Event::station(EventId::random(), &StationMessage::BatteryBooked(change));
        self.apply(Decoded::Station(event.id, StationId(id)), &event.body)
    }

    pub(crate) fn notice(&mut self, user: i64, notification: i64) -> Position {
        self.notice_with(EventId::random(), user, notification)
    }

    pub(crate) fn notice_with(&mut self, event: EventId, user: i64, notification: i64) -> Position {
        let body = Bytes::from(format!("{{\"type\":\"notification\",\"notification_id\":{notification}}}"));
        let rider = Decoded::Rider(event, UserId(user), NotificationId(notification));
        self.apply(rider, &body)
    }

    pub(crate) fn start(&self, channel: Channel, since: Option<Since>) -> Start {
        self.log.start(channel, since.as_ref()).unwrap()
    }

    /// Everything that a client which starts like this is sent.
    pub(crate) fn sent(&self, channel: Channel, start: &Start) -> Vec<Value> {
        let mut seen = start.seen;
        let mut sent = Vec::new();
        loop {
            let batch = self.log.next_batch(&[channel], &seen, 1_024).unwrap();
            assert_eq!(batch.skipped, None);
            for message in &batch.messages {
                seen.position = message.item.at;
                let mut value: Value = serde_json::from_slice(&message.item.body).unwrap();
                value["at"] = message.item.shown.offset.into();
                sent.push(value);
            }
            if batch.is_last {
                return sent;
            }
        }
    }

    /// What a client gets that comes back with this cursor; `None` when it can't be had in full.
    pub(crate) fn resumed_with(&self, channel: Channel, since: Since) -> Option<Vec<Value>> {
        let start = self.start(channel, Some(since));
        start.recovered.then(|| self.sent(channel, &start))
    }

    /// The same with a cursor of the channel itself.
    pub(crate) fn resumed(&self, channel: Channel, position: Position) -> Option<Vec<Value>> {
        let cursor = Cursor::new(channel.cursor_kind(), position).to_string();
        self.resumed_with(channel, Since { cursor, scope: channel.area() })
    }

    pub(crate) fn rider_resumed(&self, user: i64, position: Position, notified: i64) -> Option<Vec<Value>> {
        let cursor = Cursor::of_user(position, NotificationId(notified)).to_string();
        self.resumed_with(Channel::User(UserId(user)), Since { cursor, scope: None })
    }
}

pub(crate) fn kinds(sent: &[Value]) -> Vec<(&str, i64)> {
    let number = |message: &Value| message["station_id"].as_i64().or(message["notification_id"].as_i64());
    sent.iter().map(|message| (message["type"].as_str().unwrap(), number(message).unwrap())).collect()
}
