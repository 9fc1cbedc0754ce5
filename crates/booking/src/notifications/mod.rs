//! The rider's inbox, and general notifications: a file for each use case; here the routes and what a
//! notification reads like.

mod inbox;
mod mark_read;
mod mark_read_up_to;
mod send;

use chrono::{DateTime, Utc};
use diesel::deserialize::Queryable;
use events::{Level, NotificationId, OrderId};
use serde::Serialize;
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

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
#[derive(Debug, Serialize, Queryable, ToSchema)]
struct Notification {
    #[serde(skip)]
    _user_id: i64,
    id: NotificationId,
    event_id: Uuid,
    r#type: String,
    booking_id: Option<OrderId>,
    title: String,
    message: String,
    level: Level,
    #[serde(with = "events::micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "events::micros::option")]
    read_at: Option<DateTime<Utc>>,
}

/// The columns of `booking.notifications`, in their order.
type Row = (
    i64,
    NotificationId,
    Uuid,
    String,
    Option<OrderId>,
    String,
    String,
    Level,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let (user_id, id, event_id, kind, booking_id, title, message, level, created_at, read_at) = row;
        Self {
            _user_id: user_id,
            id,
            event_id,
            r#type: kind,
            booking_id,
            title,
            message,
            level,
            created_at,
            read_at,
        }
    }
}
