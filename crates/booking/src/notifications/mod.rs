//! The rider's inbox, and general notifications: a file for each use case; here the routes and what a
//! notification reads like.

mod inbox;
mod mark_read;
mod send;

use actix_web::web::{self, PathConfig, ServiceConfig};
use chrono::{DateTime, Utc};
use diesel::deserialize::Queryable;
use events::{Level, NotificationId, OrderId};
use serde::Serialize;
use service::{Problem, server};
use uuid::Uuid;

/// Mounts `/user/notifications` and `/notifications`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/user/notifications")
                .route(web::get().to(inbox::inbox))
                .default_service(server::only("GET")),
        )
        .service(
            web::resource("/user/notifications/{notification_id}/read")
                .app_data(PathConfig::default().error_handler(|_, _| {
                    Problem::not_found("notification-not-found", "There is no such notification.").into()
                }))
                .route(web::post().to(mark_read::mark_read))
                .default_service(server::only("POST")),
        )
        .service(
            web::resource("/notifications")
                .route(web::post().to(send::send))
                .default_service(server::only("POST")),
        );
}

/// A message in the inbox. `id` is the `notification_id` of the live message.
#[derive(Debug, Serialize, Queryable)]
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
