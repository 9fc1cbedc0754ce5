//! `DELETE /user/push-subscriptions/`: a browser wants no more of the caller's notifications.

use actix_web::HttpResponse;
use actix_web::web::Data;
use database::Database;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::endpoint::Endpoint;
use crate::error::Error;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PushUnsubscription {
    /// That of the subscription.
    #[schema(value_type = String, max_length = 2048)]
    endpoint: Endpoint,
}

/// Ends a subscription of the caller. What is not there has ended.
///
/// For any user.
#[utoipa::path(
    delete,
    path = "/user/push-subscriptions/",
    operation_id = "unsubscribe_push",
    tag = "push",
    request_body = PushUnsubscription,
    responses((status = 204, description = "It has ended.")),
    security(("bearer" = [])),
)]
pub(super) async fn unsubscribe(
    caller: Caller,
    body: Body<PushUnsubscription>,
    database: Data<Database>,
) -> Result<HttpResponse, Problem> {
    let endpoint = String::from(body.0.endpoint.0);
    database
        .run(async move |connection| {
            diesel::sql_query("DELETE FROM booking.push_subscriptions WHERE user_id = $1 AND endpoint = $2")
                .bind::<BigInt, _>(caller.user_id)
                .bind::<Text, _>(endpoint)
                .execute(connection)
                .await
                .map_err(Error::from)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
