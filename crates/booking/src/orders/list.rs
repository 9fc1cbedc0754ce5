//! `GET /user/orders/`: the rider's orders, newest first.

use actix_web::web::{Data, Json};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::OrderStatus;
use serde::Deserialize;
use service::page::{Limit, after_id};
use service::{Caller, Page, Problem, Query};
use utoipa::IntoParams;

use super::{Order, Row};
use crate::error::Error;
use crate::schema::order_views;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    status: Option<OrderStatus>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// `next` of the page before.
    after: Option<String>,
}

/// The caller's orders, newest first.
///
/// For riders, and admins, who may have orders too.
#[utoipa::path(
    get,
    path = "/user/orders/",
    operation_id = "list_orders",
    tag = "orders",
    params(Filter),
    responses((status = 200, description = "A page of orders.", body = Page<Order>)),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    caller: Caller,
    filter: Query<Filter>,
    database: Data<Database>,
) -> Result<Json<Page<Order>>, Problem> {
    caller.require_rider()?;
    let Filter { status, limit, after } = filter.0;
    let after = after_id(after.as_deref())?;
    let rows: Vec<Row> = database
        .run(async move |connection| {
            let mut query = order_views::table
                .select(Row::as_select())
                .filter(order_views::user_id.eq(caller.user_id))
                .order(order_views::id.desc())
                .limit(limit.with_one_more())
                .into_boxed();
            if let Some(status) = status {
                query = query.filter(order_views::status.eq(status));
            }
            if let Some(after) = after {
                query = query.filter(order_views::id.lt(after));
            }
            query.load(connection).await.map_err(Error::from)
        })
        .await?;
    let orders = rows.into_iter().map(Order::from).collect();
    Ok(Json(limit.page(orders, |order: &Order| order.id)))
}
