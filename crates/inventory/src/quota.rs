//! How much one operator may have, checked in the transaction that makes more of it.

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use service::Caller;

use crate::error::Error;
use crate::schema::require_quota;
use crate::settings::QuotaSettings;

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Station,
    Battery,
}

/// Refuses what would take the caller beyond the quota.
///
/// # Errors
/// When there is no room for `new` more.
pub(crate) async fn require(
    caller: Caller,
    kind: Kind,
    new: usize,
    quota: QuotaSettings,
    connection: &mut AsyncPgConnection,
) -> Result<(), Error> {
    let (name, most) = match kind {
        Kind::Station => ("station", quota.stations),
        Kind::Battery => ("battery", quota.batteries),
    };
    if most == 0 || caller.is_admin() {
        return Ok(());
    }
    let new = i64::try_from(new).unwrap_or(i64::MAX);
    diesel::select(require_quota(caller.user_id, name, new, i64::from(most))).execute(connection).await?;
    Ok(())
}
