//! `POST /user/push-subscriptions/`: a browser wants the caller's notifications. Subscribing again renews the keys.

use actix_web::HttpResponse;
use actix_web::web::Data;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::Database;
use diesel_async::RunQueryDsl;
use p256::PublicKey;
use serde::Deserialize;
use service::{Body, Caller, Problem};
use utoipa::ToSchema;

use super::Push;
use super::endpoint::Endpoint;
use crate::error::Error;
use crate::schema::subscribe_push;

/// Browsers of one user. More are hardly in use.
const MOST_SUBSCRIPTIONS: i64 = 10;

/// A subscription as a browser's `PushSubscription` writes itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PushSubscription {
    /// An https address on the internet.
    #[schema(value_type = String, max_length = 2048)]
    endpoint: Endpoint,
    /// When the browser expects it to end. Push services say when it has.
    #[serde(rename = "expirationTime")]
    #[allow(dead_code, reason = "browsers send it")]
    expiration_time: Option<f64>,
    #[serde(deserialize_with = "service::object::only")]
    keys: PushKeys,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushKeys {
    /// The browser's public key: a point of P-256 in base64url.
    #[schema(value_type = String)]
    p256dh: Point,
    /// Its secret: 16 bytes in base64url.
    #[schema(value_type = String)]
    auth: Secret,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Point(Vec<u8>);

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Secret(Vec<u8>);

impl TryFrom<String> for Point {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        decode(&text)
            .filter(|bytes| bytes.len() == 65 && PublicKey::from_sec1_bytes(bytes).is_ok())
            .map(Self)
            .ok_or("must be an uncompressed point of P-256 in base64url")
    }
}

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        decode(&text).filter(|bytes| bytes.len() == 16).map(Self).ok_or("must be 16 bytes in base64url")
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Sends the caller's notifications to a browser from now on.
///
/// For any user. A browser that subscribes again is known again by its endpoint.
#[utoipa::path(
    post,
    path = "/user/push-subscriptions/",
    operation_id = "subscribe_push",
    tag = "push",
    request_body = PushSubscription,
    responses(
        (status = 204, description = "The browser is subscribed."),
        (status = 404, description = "`push-off`"),
        (status = 409, description = "`push-subscription-limit-reached`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn subscribe(
    caller: Caller,
    push: Data<Push>,
    body: Body<PushSubscription>,
    database: Data<Database>,
) -> Result<HttpResponse, Problem> {
    push.require_key()?;
    let PushSubscription { endpoint, keys, .. } = body.0;
    if !push.settings.allow_local_endpoints && !endpoint.is_outside().await {
        return Err(Problem::invalid("endpoint", "must be an https address on the internet"));
    }
    database
        .run(async move |connection| {
            let (user, endpoint) = (caller.user_id.0, String::from(endpoint.0));
            let subscribe = subscribe_push(user, endpoint, keys.p256dh.0, keys.auth.0, MOST_SUBSCRIPTIONS);
            diesel::select(subscribe).execute(connection).await.map_err(Error::from)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
