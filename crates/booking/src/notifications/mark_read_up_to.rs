//! `POST /user/notifications/read/`: the caller has read everything up to one notification.

use actix_web::HttpResponse;
use actix_web::web::Data;
use database::Database;
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::NotificationId;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use crate::error::Error;
use crate::schema::notifications;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadMark {
    /// The last notification that was read; it need not be there.
    up_to: NotificationId,
}

/// Marks everything up to a notification as read. What was read before keeps its time.
///
/// For riders. What came later stays unread.
#[utoipa::path(
    post,
    path = "/user/notifications/read/",
    operation_id = "mark_notifications_read_up_to",
    tag = "notifications",
    request_body = ReadMark,
    responses((status = 204, description = "All of them are read.")),
    security(("bearer" = [])),
)]
pub(super) async fn mark_read_up_to(
    caller: Caller,
    body: Body<ReadMark>,
    database: Data<Database>,
) -> Result<HttpResponse, Problem> {
    let up_to = body.0.up_to;
    database
        .run(async move |connection| {
            let unread = notifications::table
                .filter(notifications::user_id.eq(caller.user_id))
                .filter(notifications::notification_id.le(up_to))
                .filter(notifications::read_at.is_null());
            diesel::update(unread)
                .set(notifications::read_at.eq(now))
                .execute(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
