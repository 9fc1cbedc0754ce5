//! `GET /user/notifications/`: the caller's inbox, oldest first after `after=<id>`.

use actix_web::web::{Data, Json};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use service::page::{Limit, after_id};
use service::{Caller, Page, Problem, Query};
use utoipa::{IntoParams, ToSchema};

use super::{Notification, Row};
use crate::error::Error;
use crate::schema::notifications;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// The id of the last notification that is known.
    after: Option<String>,
    /// Only those that are unread.
    #[serde(default)]
    unread: bool,
}

/// A page of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Inbox {
    items: Vec<Notification>,
    /// What to send as `after` for the next page; `null` on the last.
    next: Option<String>,
    /// How many notifications are unread in the whole inbox.
    unread: i64,
}

/// The caller's inbox, oldest first.
///
/// For any user. Ids are gapless for a user: what a screen has heard live and what it reads here can be merged by id.
#[utoipa::path(
    get,
    path = "/user/notifications/",
    operation_id = "read_inbox",
    tag = "notifications",
    params(Filter),
    responses((status = 200, description = "A page of notifications.", body = Inbox)),
    security(("bearer" = [])),
)]
pub(super) async fn inbox(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Inbox>, Problem> {
    let Filter { limit, after, unread: only_unread } = filter.0;
    let after = after_id(after.as_deref())?.unwrap_or(0);
    let (rows, unread): (Vec<Row>, i64) = database
        .run(async move |connection| {
            let own = notifications::table.filter(notifications::user_id.eq(caller.user_id));
            let mut listed = own
                .filter(notifications::notification_id.gt(after))
                .order(notifications::notification_id)
                .limit(limit.with_one_more())
                .into_boxed();
            if only_unread {
                listed = listed.filter(notifications::read_at.is_null());
            }
            let listed = listed.select(Row::as_select()).load(connection).await?;
            let unread = own.filter(notifications::read_at.is_null()).count().get_result(connection).await?;
            Ok::<_, Error>((listed, unread))
        })
        .await?;
    let Page { items, next } = limit.page(rows, |row| row.notification_id);
    let items = items.into_iter().map(Notification::from).collect();
    Ok(Json(Inbox { items, next, unread }))
}
