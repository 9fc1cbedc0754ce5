//! Orders: a file for each use case; here the routes and what an order reads like.

mod cancel;
mod collect;
mod idempotency;
mod list;
mod place;
mod read;
mod sweep;

pub(crate) use sweep::Sweeper;

use actix_web::web::{self, PathConfig, ServiceConfig};
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use events::{BatteryId, OrderId, OrderStatus, StationId, UserId};
use serde::Serialize;
use service::{Problem, server};

use crate::schema::OrderRecord;

/// Mounts everything below `/user/orders`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/user/orders")
                .route(web::get().to(list::list))
                .route(web::post().to(place::place))
                .default_service(server::only("GET, POST")),
        )
        .service(
            web::scope("/user/orders/{order_id}")
                .app_data(PathConfig::default().error_handler(|_, _| {
                    Problem::not_found("order-not-found", "There is no such order.").into()
                }))
                .service(
                    web::resource("").route(web::get().to(read::read)).default_service(server::only("GET")),
                )
                .service(
                    web::resource("/collect")
                        .route(web::post().to(collect::collect))
                        .default_service(server::only("POST")),
                )
                .service(
                    web::resource("/cancel")
                        .route(web::post().to(cancel::cancel))
                        .default_service(server::only("POST")),
                ),
        );
}

/// An order as the API shows it.
#[derive(Debug, Serialize)]
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

#[derive(Debug, Serialize)]
struct OrderStation {
    id: StationId,
    name: String,
}

#[derive(Debug, Serialize)]
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
