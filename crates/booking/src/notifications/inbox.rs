//! `GET /user/notifications/`: the caller's inbox, oldest first after `after=<id>`.

use actix_web::web::{Data, Json};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use service::database::Database;
use service::page::{Limit, after_id};
use service::{Caller, Page, Problem, Query};
use utoipa::IntoParams;

use super::Notification;
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
}

#[utoipa::path(get, path = "/user/notifications/", operation_id = "read_inbox", tag = "notifications", params(Filter), responses((status = 200, body = Page<Notification>)), security(("bearer" = [])))]
pub(super) async fn inbox(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Notification>>, Problem> {
    let Filter { limit, after } = filter.0;
    let after = after_id(after.as_deref())?.unwrap_or(0);
    let rows: Vec<Notification> = database
        .run(async move |connection| {
            notifications::table
                .filter(notifications::user_id.eq(caller.user_id))
                .filter(notifications::notification_id.gt(after))
                .order(notifications::notification_id)
                .limit(limit.with_one_more())
                .load(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    Ok(Json(limit.page(rows, |notification| notification.id)))
}
