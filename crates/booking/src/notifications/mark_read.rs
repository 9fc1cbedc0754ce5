//! `POST /user/notifications/{id}/read/`: the caller has read it. Reading twice keeps the first time.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::NotificationId;
use service::{Caller, Problem};

use super::{Notification, Row};
use crate::error::Error;
use crate::schema::notifications;

/// Marks one notification as read. Reading twice keeps the first time.
///
/// For the user it was sent to.
#[utoipa::path(
    post,
    path = "/user/notifications/{notification_id}/read/",
    operation_id = "mark_notification_read",
    tag = "notifications",
    params(("notification_id" = NotificationId, Path)),
    responses(
        (
            status = 200,
            description = "The notification, with the time at which it was read.",
            body = Notification,
        ),
        (status = 404, description = "`notification-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn mark_read(
    caller: Caller,
    notification: Path<NotificationId>,
    database: Data<Database>,
) -> Result<Json<Notification>, Problem> {
    let id = notification.into_inner();
    let read = database
        .run(async move |connection| {
            let this = notifications::table.find((caller.user_id.0, id.0));
            diesel::update(this)
                .filter(notifications::read_at.is_null())
                .set(notifications::read_at.eq(now))
                .execute(connection)
                .await?;
            this.first::<Row>(connection).await.optional()?.ok_or(Error::NotificationNotFound)
        })
        .await?;
    Ok(Json(read.into()))
}
