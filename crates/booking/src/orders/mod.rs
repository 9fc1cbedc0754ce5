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
use diesel::prelude::*;
use events::{BatteryId, OrderId, OrderStatus, StationId, UserId};
use serde::Serialize;
use service::Problem;
use service::routes::{self, Resource};
use utoipa::{OpenApi, ToSchema};

use crate::schema::{OrderColumns, OrderRecord, order_views};

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

/// A row of `booking.order_views`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = order_views, check_for_backend(Pg))]
struct Row {
    id: OrderId,
    #[expect(dead_code, reason = "a function returns all columns")]
    user_id: UserId,
    status: OrderStatus,
    station_id: StationId,
    station_name: String,
    battery_id: BatteryId,
    serial_number: String,
    model: String,
    state_of_charge_percent: f64,
    booked_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    collected_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
}

impl From<Row> for Order {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            status: row.status,
            station: OrderStation { id: row.station_id, name: row.station_name },
            battery: OrderBattery {
                id: row.battery_id,
                serial_number: row.serial_number,
                model: row.model,
                state_of_charge_percent: row.state_of_charge_percent,
            },
            booked_at: row.booked_at,
            expires_at: row.expires_at,
            collected_at: row.collected_at,
            cancelled_at: row.cancelled_at,
        }
    }
}

/// An order that a function of the database returned.
#[derive(Debug, FromSqlRow)]
struct Returned(Order);

impl FromSql<OrderRecord, Pg> for Returned {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let columns = FromSql::<OrderRecord, Pg>::from_sql(value)?;
        let row: Row = Queryable::<OrderColumns, Pg>::build(columns)?;
        Ok(Self(row.into()))
    }
}
