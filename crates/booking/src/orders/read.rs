//! `GET /user/orders/{id}/`: one of the rider's orders.

use actix_web::web::{Data, Json, Path};
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use events::OrderId;
use service::{Caller, Problem};

use super::{Order, Row};
use crate::error::Error;
use crate::schema::order_views;

/// One order.
///
/// For the rider it belongs to, and admins. Somebody else's order is a 404.
#[utoipa::path(
    get,
    path = "/user/orders/{order_id}/",
    operation_id = "read_order",
    tag = "orders",
    params(("order_id" = OrderId, Path)),
    responses(
        (status = 200, description = "The order.", body = Order),
        (status = 404, description = "`order-not-found`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn read(
    caller: Caller,
    order: Path<OrderId>,
    database: Data<Database>,
) -> Result<Json<Order>, Problem> {
    caller.require_rider()?;
    let id = order.into_inner();
    let found = database
        .run(async move |connection| {
            let own = order_views::table.filter(order_views::id.eq(id));
            let mut query = own.select(Row::as_select()).into_boxed();
            if let Some(user) = caller.limited_to() {
                query = query.filter(order_views::user_id.eq(user));
            }
            let row = query.first(connection).await.optional()?;
            row.map(Order::from).ok_or(Error::OrderNotFound)
        })
        .await?;
    Ok(Json(found))
}
