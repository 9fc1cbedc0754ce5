//! `POST /user/orders/`: a rider books a battery. One function, one round trip, one commit.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use chrono::Duration;
use diesel_async::RunQueryDsl;
use events::{BatteryId, StationId};
use outbox::Wake;
use serde::Deserialize;
use service::database::Database;
use service::{Body, Caller, Problem};

use super::Returned;
use crate::error::Error;
use crate::schema::place_order;
use crate::settings::OrderSettings;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrder {
    station: StationId,
    battery: Option<BatteryId>,
}

pub(super) async fn place(
    caller: Caller,
    body: Body<NewOrder>,
    database: Data<Database>,
    settings: Data<OrderSettings>,
    wake: Data<Wake>,
) -> Result<HttpResponse, Problem> {
    caller.require_rider()?;
    let NewOrder { station, battery } = body.0;
    let hold = Duration::seconds(settings.hold_s.into());
    let Returned(order) = database
        .run(async move |connection| {
            diesel::select(place_order(caller.user_id, station, battery, hold))
                .get_result(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    wake.committed();
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/user/orders/{}/", order.id))).json(order))
}
