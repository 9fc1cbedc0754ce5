//! `POST /user/orders/{id}/collect/`: the rider takes the battery along.

use actix_web::web::{Data, Json, Path};
use database::{Database, call};
use events::OrderId;
use outbox::Wake;
use service::{Caller, Problem};

use super::{Order, Returned};
use crate::error::Error;
use crate::schema::collect_order;

/// Notes that the rider has taken the battery out of the station.
///
/// For the rider it belongs to, and admins.
#[utoipa::path(
    post,
    path = "/user/orders/{order_id}/collect/",
    operation_id = "collect_order",
    tag = "orders",
    params(("order_id" = OrderId, Path)),
    responses(
        (status = 200, description = "The order, now `collected`.", body = Order),
        (status = 404, description = "`order-not-found`"),
        (
            status = 409,
            description = "`order-not-active`; `battery-unavailable` when somebody has taken the battery \
                out of service meanwhile",
        ),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn collect(
    caller: Caller,
    order: Path<OrderId>,
    database: Data<Database>,
    wake: Data<Wake>,
) -> Result<Json<Order>, Problem> {
    caller.require_rider()?;
    let id = order.into_inner();
    let Returned(order) = database
        .run(async move |connection| {
            let ended = collect_order(id, caller.limited_to(), caller.user_id);
            call(connection, ended).await.map_err(Error::from)
        })
        .await?;
    wake.committed();
    Ok(Json(order))
}
