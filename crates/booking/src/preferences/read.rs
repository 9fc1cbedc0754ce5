//! `GET /user/preferences/`: what the caller has chosen, and the defaults of the rest.

use actix_web::web::{Data, Json};
use database::Database;
use diesel::OptionalExtension;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use service::{Caller, Problem};

use super::{Preferences, Row};
use crate::error::Error;

/// How the caller wants to be told things.
///
/// For any user. What was never set is the default.
#[utoipa::path(
    get,
    path = "/user/preferences/",
    operation_id = "read_preferences",
    tag = "preferences",
    responses((status = 200, description = "The preferences.", body = Preferences)),
    security(("bearer" = [])),
)]
pub(super) async fn read(caller: Caller, database: Data<Database>) -> Result<Json<Preferences>, Problem> {
    let row: Option<Row> = database
        .run(async move |connection| {
            diesel::sql_query(
                "SELECT locale, claimed_locale, time_zone, push_off FROM booking.riders WHERE user_id = $1",
            )
            .bind::<BigInt, _>(caller.user_id)
            .get_result(connection)
            .await
            .optional()
            .map_err(Error::from)
        })
        .await?;
    Ok(Json(row.unwrap_or_default().of(caller)))
}
