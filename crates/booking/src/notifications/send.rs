//! `POST /notifications/`: an admin writes to one user. It is in the inbox first and live at once.

use actix_web::HttpResponse;
use actix_web::web::Data;
use database::{Database, call};
use diesel::deserialize::{self, FromSql, FromSqlRow, Queryable};
use diesel::pg::{Pg, PgValue};
use events::{Level, UserId};
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem, Text};
use utoipa::ToSchema;

use super::{Notification, Row};
use crate::error::Error;
use crate::schema::{NotificationColumns, NotificationRecord, send_notification};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNotification {
    user_id: UserId,
    #[schema(inline)]
    title: Text<1, 200>,
    #[schema(inline)]
    message: Text<1, 2_000>,
    level: Level,
}

/// A notification that the function of the database returned.
#[derive(Debug, FromSqlRow)]
struct Returned(Row);

impl FromSql<NotificationRecord, Pg> for Returned {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let columns = FromSql::<NotificationRecord, Pg>::from_sql(value)?;
        Ok(Self(Queryable::<NotificationColumns, Pg>::build(columns)?))
    }
}

/// Sends a message to one user.
///
/// For admins. It reaches the user's screens at once, and stays in the inbox. It is not translated.
#[utoipa::path(
    post,
    path = "/notifications/",
    operation_id = "send_notification",
    tag = "notifications",
    request_body = NewNotification,
    responses(
        (status = 201, description = "The message as it stands in the inbox.", body = Notification),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn send(
    caller: Caller,
    body: Body<NewNotification>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let NewNotification { user_id, title, message, level } = body.0;
    let Returned(sent) = database
        .run(async move |connection| {
            let sent = send_notification(user_id, title.0, message.0, level);
            call(connection, sent).await.map_err(Error::from)
        })
        .await?;
    wake.committed();
    Ok(HttpResponse::Created().json(Notification::from(sent)))
}
