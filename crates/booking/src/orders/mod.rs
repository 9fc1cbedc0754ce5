//! Orders: a file for each use case; here the routes and what an order reads like.

mod cancel;
mod collect;
mod idempotency;
mod list;
mod place;
mod read;
mod sweep;

pub(crate) use sweep::Sweeper;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use events::{BatteryId, OrderId, OrderStatus, StationId, UserId};
use serde::Serialize;
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};

use crate::schema::OrderRecord;

/// Everything below `/user/orders`.
pub(crate) fn routes() -> Vec<Resource> {
    vec![
        routes::at("/user/orders").get(list::list).post(place::place),
        routes::at("/user/orders/{order_id}").get(read::read).unknown(unknown_order),
        routes::at("/user/orders/{order_id}/collect").post(collect::collect).unknown(unknown_order),
        routes::at("/user/orders/{order_id}/cancel").post(cancel::cancel).unknown(unknown_order),
    ]
}

/// What the API documents say of them.
#[derive(OpenApi)]
#[openapi(paths(list::list, place::place, read::read, collect::collect, cancel::cancel))]
pub(crate) struct Documents;

fn unknown_order(_: &HttpRequest) -> Problem {
    Problem::not_found("order-not-found", "There is no such order.")
}

/// An order as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
struct Order {
    id: OrderId,
    status: OrderStatus,
    station: OrderStation,
    battery: OrderBattery,
    #[serde(with = "events::micros")]
    booked_at: DateTime<Utc>,
    #[serde(with = "events::micros")]
    expires_at: DateTime<Utc>,
    #[serde(with = "events::micros::option")]
    collected_at: Option<DateTime<Utc>>,
    #[serde(with = "events::micros::option")]
    cancelled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderStation {
    id: StationId,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct OrderBattery {
    id: BatteryId,
    serial_number: String,
    model: String,
    state_of_charge_percent: f64,
}

/// The columns of `booking.order_views`, in their order.
type Row = (
    OrderId,
    UserId,
    OrderStatus,
    StationId,
    String,
    BatteryId,
    String,
    String,
    f64,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

impl From<Row> for Order {
    fn from(row: Row) -> Self {
        let (
            id,
            _user,
            status,
            station_id,
            station_name,
            battery_id,
            serial_number,
            model,
            state_of_charge_percent,
            booked_at,
            expires_at,
            collected_at,
            cancelled_at,
        ) = row;
        Self {
            id,
            status,
            station: OrderStation { id: station_id, name: station_name },
            battery: OrderBattery { id: battery_id, serial_number, model, state_of_charge_percent },
            booked_at,
            expires_at,
            collected_at,
            cancelled_at,
        }
    }
}

/// An order that a function of the database returned.
#[derive(Debug, FromSqlRow)]
struct Returned(Order);

impl FromSql<OrderRecord, Pg> for Returned {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let row: Row = FromSql::<OrderRecord, Pg>::from_sql(value)?;
        Ok(Self(row.into()))
    }
}
