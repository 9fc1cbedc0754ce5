//! `POST /user/orders/`: a rider books a battery. One function, one round trip, one commit, also under an
//! `Idempotency-Key`: the key and its answer are written with the booking.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, ResponseError};
use database::{Database, call};
use diesel_async::AsyncPgConnection;
use events::{BatteryId, Locale, StationId, UserId};
use outbox::Wake;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::idempotency::{Idempotency, REPLAYED};
use super::{Order, Returned};
use crate::error::Error;
use crate::schema::{place_order, place_order_once, remember_locale};
use crate::settings::OrderSettings;

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrder {
    station: StationId,
    battery: Option<BatteryId>,
}

/// Who books.
#[derive(Debug, Clone, Copy)]
struct Rider {
    id: UserId,
    /// What the token names.
    locale: Option<Locale>,
}

impl Rider {
    /// The rider's id, in a statement that also keeps the language for messages without a token.
    fn remembered(self) -> remember_locale<UserId, Option<Locale>> {
        remember_locale(self.id, self.locale)
    }
}

/// The outcome of a request.
struct Outcome {
    answer: Result<Order, Error>,
    /// Whether the same was answered before.
    replayed: bool,
}

/// Books a battery at a station for the caller.
///
/// For riders. Without `battery` it takes the one with the highest charge. The battery is held until `expires_at`. A
/// request that may be sent twice carries an `Idempotency-Key`.
#[utoipa::path(
    post,
    path = "/user/orders/",
    operation_id = "place_order",
    tag = "orders",
    params(
        (
            "Idempotency-Key" = Option<String>,
            Header,
            min_length = 1,
            max_length = 255,
            description = "Asked again with the same key and body, the first answer is repeated for a day",
        ),
    ),
    request_body = NewOrder,
    responses(
        (
            status = 201,
            description = "The order.",
            body = Order,
            headers(
                ("Location" = String, description = "Where the order is"),
                (
                    "Idempotent-Replayed" = String,
                    description = "`true` on an answer that was given before"
                ),
            ),
        ),
        (status = 404, description = "`station-not-found`, `battery-not-found`"),
        (
            status = 409,
            description = "`battery-unavailable`, `station-empty`, `station-closed`, \
                `order-limit-reached`, `idempotency-key-in-flight`",
        ),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn place(
    caller: Caller,
    idempotency: Idempotency,
    body: Body<NewOrder>,
    database: Data<Database>,
    settings: Data<OrderSettings>,
    wake: Data<Wake>,
) -> Result<HttpResponse, Problem> {
    caller.require_rider()?;
    let (rider, wanted, settings) = (Rider { id: caller.user_id, locale: caller.locale }, body.0, **settings);
    let Outcome { answer, replayed } = database
        .run(async move |connection| match idempotency.0 {
            None => place_now(connection, rider, wanted, settings).await,
            Some(key) => place_once(connection, key, rider, wanted, settings).await,
        })
        .await?;
    let mut response = match answer {
        Ok(order) => {
            wake.committed();
            HttpResponse::Created()
                .insert_header((LOCATION, format!("/user/orders/{}/", order.id)))
                .json(order)
        }
        Err(error) => Problem::from(error).error_response(),
    };
    if replayed {
        response.headers_mut().insert(REPLAYED.0, REPLAYED.1);
    }
    Ok(response)
}

async fn place_now(
    connection: &mut AsyncPgConnection,
    rider: Rider,
    NewOrder { station, battery }: NewOrder,
    settings: OrderSettings,
) -> Result<Outcome, Error> {
    let (hold, remind) = (settings.hold(), settings.remind_before());
    let limit = i64::from(settings.active_limit);
    let Returned(order) =
        call(connection, place_order(rider.remembered(), station, battery, hold, remind, limit)).await?;
    Ok(Outcome { answer: Ok(order), replayed: false })
}

async fn place_once(
    connection: &mut AsyncPgConnection,
    key: String,
    rider: Rider,
    NewOrder { station, battery }: NewOrder,
    settings: OrderSettings,
) -> Result<Outcome, Error> {
    let (hold, remind) = (settings.hold(), settings.remind_before());
    let (keep, limit) = (settings.idempotency_keep(), i64::from(settings.active_limit));
    let once = place_order_once(key, keep, rider.remembered(), station, battery, hold, remind, limit);
    let (placed, refusal, detail, replayed): (Option<Returned>, Option<String>, Option<String>, bool) =
        call(connection, once).await?;
    let answer = match (placed, refusal) {
        (Some(Returned(order)), None) => Ok(order),
        (_, refusal) => Err(Error::kept(&refusal.unwrap_or_default(), &detail.unwrap_or_default())),
    };
    Ok(Outcome { answer, replayed })
}
