//! `GET /push-key/`: what a browser subscribes with, for anybody.

use actix_web::web::{Data, Json};
use serde::Serialize;
use service::Problem;
use service::auth::Reader;
use utoipa::ToSchema;

use super::Push;

/// The key by which push services know us.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PushKey {
    /// For the `applicationServerKey` of a subscription: a point of P-256 in base64url.
    key: String,
}

/// The key that a browser subscribes with.
///
/// For anybody. A 404 says that this network sends no push messages.
#[utoipa::path(
    get,
    path = "/push-key/",
    operation_id = "read_push_key",
    tag = "push",
    responses(
        (status = 200, description = "The key.", body = PushKey),
        (status = 404, description = "`push-off`"),
    ),
)]
pub(super) async fn read_key(_reader: Reader, push: Data<Push>) -> Result<Json<PushKey>, Problem> {
    Ok(Json(PushKey { key: push.require_key()?.public().to_owned() }))
}
