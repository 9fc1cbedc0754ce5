//! `POST /user/orders/{id}/cancel/`: the rider gives the booking up; the battery is available again.

use actix_web::web::{Data, Json, Path};
use database::{Database, call};
use events::OrderId;
use outbox::Wake;
use service::{Caller, Problem};

use super::{Order, Returned};
use crate::error::Error;
use crate::schema::cancel_order;

/// Cancels an active order; its battery is available again.
///
/// For the rider it belongs to, and admins.
#[utoipa::path(
    post,
    path = "/user/orders/{order_id}/cancel/",
    operation_id = "cancel_order",
    tag = "orders",
    params(("order_id" = OrderId, Path)),
    responses(
        (status = 200, description = "The order, now `cancelled`.", body = Order),
        (status = 404, description = "`order-not-found`"),
        (status = 409, description = "`order-not-active`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn cancel(
    caller: Caller,
    order: Path<OrderId>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<Json<Order>, Problem> {
    caller.require_rider()?;
    let id = order.into_inner();
    let Returned(order) = database
        .run(async move |connection| {
            let ended = cancel_order(id, caller.limited_to(), caller.user_id);
            call(connection, ended).await.map_err(Error::from)
        })
        .await?;
    wake.committed();
    Ok(Json(order))
}
