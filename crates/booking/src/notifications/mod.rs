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
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::schema::notifications;

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
#[derive(Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = notifications, check_for_backend(Pg))]
struct Notification {
    #[expect(dead_code, reason = "a function returns all columns")]
    #[serde(skip)]
    user_id: UserId,
    #[diesel(column_name = notification_id)]
    id: NotificationId,
    event_id: Uuid,
    #[diesel(column_name = kind)]
    r#type: String,
    #[diesel(column_name = order_id)]
    booking_id: Option<OrderId>,
    title: String,
    message: String,
    level: Level,
    #[serde(with = "events::micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "events::micros::option")]
    read_at: Option<DateTime<Utc>>,
}
