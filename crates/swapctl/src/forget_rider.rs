//! `swapctl forget-rider`: removes a person.

use std::num::NonZeroI64;

use anyhow::Context;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::settings::Settings;

/// Who.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The rider: `sub` of the rider's tokens.
    user: NonZeroI64,
}

#[derive(QueryableByName)]
struct Forgotten {
    #[diesel(sql_type = BigInt)]
    orders: i64,
    #[diesel(sql_type = BigInt)]
    notifications: i64,
    #[diesel(sql_type = BigInt)]
    subscriptions: i64,
    #[diesel(sql_type = BigInt)]
    history_entries: i64,
}

/// Removes what the database keeps of the rider, and says what is kept elsewhere for a while.
///
/// # Errors
/// When nothing is known of the rider, or the rider holds a battery.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let mut connection = settings.connect().await?;
    // All orders and the whole history are read.
    connection.batch_execute("SET statement_timeout = '10min'").await?;
    let forgotten: Forgotten = sql_query("SELECT * FROM booking.forget_rider($1)")
        .bind::<BigInt, _>(arguments.user.get())
        .get_result(&mut connection)
        .await
        .with_context(|| format!("rider {} was not forgotten", arguments.user))?;
    let Forgotten { orders, notifications, subscriptions, history_entries } = forgotten;
    println!(
        "rider {}: {orders} orders are nobody's now, {history_entries} entries of the history name nobody; \
         {notifications} notifications and {subscriptions} browsers are removed",
        arguments.user
    );
    println!(
        "what was sent before stays in the stream swap.realtime until it is as old as x-max-age \
         (deploy/rabbitmq/definitions.json), in the memory of gateways for their replay window, and in backups and \
         logs for as long as those are kept"
    );
    Ok(())
}
