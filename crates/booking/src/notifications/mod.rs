//! The rider's inbox, and general notifications: a file for each use case; here the routes and what a
//! notification reads like.

mod inbox;
mod mark_read;
mod mark_read_up_to;
mod send;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use events::{Level, NotificationId, OrderId, UserId};
use serde::Serialize;
use serde_json::Value;
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::schema::notifications;
use crate::texts::{self, Source, Text};

/// `/user/notifications` and `/notifications`.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/user/notifications").get(inbox::inbox),
        routes::at("/user/notifications/read").post(mark_read_up_to::mark_read_up_to),
        routes::at("/user/notifications/{notification_id}/read")
            .post(mark_read::mark_read)
            .unknown(|_| Problem::not_found("notification-not-found", "There is no such notification.")),
        routes::at("/notifications").post(send::send),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(inbox::inbox, mark_read::mark_read, mark_read_up_to::mark_read_up_to, send::send))]
pub(crate) struct Documents;

/// A message in the inbox. `id` is the `notification_id` of the live message.
#[derive(Debug, Serialize, ToSchema)]
struct Notification {
    id: NotificationId,
    event_id: Uuid,
    r#type: String,
    booking_id: Option<OrderId>,
    /// One line, in the language that the user had chosen when it was written.
    title: String,
    /// The text, in the same language, with times in the time zone that the user had chosen.
    message: String,
    level: Level,
    #[serde(with = "events::micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "events::micros::option")]
    read_at: Option<DateTime<Utc>>,
}

/// A row of `booking.notifications`, all its columns: a function returns them.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = notifications, check_for_backend(Pg))]
struct Row {
    #[expect(dead_code, reason = "its reader is its owner")]
    user_id: UserId,
    notification_id: NotificationId,
    event_id: Uuid,
    kind: String,
    order_id: Option<OrderId>,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
    params: Value,
    locale: String,
    time_zone: String,
    #[expect(dead_code, reason = "for the trigger that queues pushes")]
    push: bool,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let Row { kind, params, locale, time_zone, .. } = row;
        let source = Source { kind: &kind, params: &params, locale: &locale, time_zone: &time_zone };
        let Text { title, message, level } = texts::render(source);
        Self {
            id: row.notification_id,
            event_id: row.event_id,
            r#type: kind,
            booking_id: row.order_id,
            title,
            message,
            level,
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}
