//! Removing old lines of the history, and what statistics say of the time before.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use testbed::{Database, until};
use tokio_postgres::Client;

use crate::app::Service;
use crate::privileges::is_denied;

/// A station whose batteries were booked and collected forty days ago and again ten days ago.
async fn past(database: &Database) -> i64 {
    let station = database.stations(&[9]).await[0];
    for days in [30, 10] {
        database
            .run(&format!(
                "SELECT booking.collect_order((booking.place_order(42, {station})).id); \
                 BEGIN; SET LOCAL session_replication_role = replica; \
                 UPDATE inventory.history SET at = at - interval '{days} days', \
                 held_since = held_since - interval '{days} days'; COMMIT"
            ))
            .await;
    }
    station
}

/// The ids that one call removes.
async fn remove(client: &Client, days: u32, limit: i64) -> Vec<i64> {
    let sql = format!(
        "SELECT (line ->> 'id')::bigint FROM inventory.remove_old_history('{days} days', {limit}) AS line ORDER BY 1"
    );
    client.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn old_lines_go_a_batch_at_a_time_and_nobody_else_removes_one() {
    let database = Database::create().await;
    past(&database).await;
    let inventory = database.connect_as(&database.inventory_url()).await;
    // One station, nine batteries, then a booking and a collection twice.
    assert_eq!(database.number("SELECT count(*) FROM inventory.history").await, 14);
    assert_eq!(remove(&inventory, 50, 500).await, [0; 0]);
    assert_eq!(remove(&inventory, 30, 3).await, [1, 2, 3]);
    let begin = "SELECT count(*) FROM inventory.history_begin b, inventory.history h WHERE h.at >= b.at";
    assert_eq!(database.number(begin).await, 11, "all that is left is after the begin");
    assert_eq!(remove(&inventory, 30, 500).await, (4..=12).collect::<Vec<i64>>());
    assert_eq!(database.number(begin).await, 2);
    assert_eq!(remove(&inventory, 30, 500).await, [0; 0]);
    // Not even today's by asking for it, nor another line in the same transaction.
    database.run("SELECT inventory.announce_stations(); UPDATE inventory.stations SET name = 'New'").await;
    assert_eq!(remove(&inventory, 0, 500).await, [13, 14]);
    assert_eq!(database.number("SELECT count(*) FROM inventory.history").await, 1);
    let sql = "BEGIN; SELECT inventory.remove_old_history('1 day'); DELETE FROM inventory.history";
    let error = database.psql.batch_execute(sql).await.expect_err("a refusal");
    assert!(
        error.as_db_error().is_some_and(|error| error.message() == "history is append-only"),
        "{error:?}"
    );
    is_denied(&inventory, "DELETE FROM inventory.history").await;
    is_denied(&inventory, "UPDATE inventory.history_begin SET at = NULL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_begin_where_the_history_does() {
    let service = Service::with(json!({"retention": {"history_days": 30}})).await;
    let station = past(&service.database).await;
    // The service looks when it starts and then once a minute; here somebody else is quicker.
    let removed = "SELECT count(*) FROM inventory.remove_old_history('30 days')";
    until("the old lines are gone", async || {
        service.database.number(removed).await;
        service.database.number("SELECT count(*) FROM inventory.history").await == 2
    })
    .await;
    let begin: DateTime<Utc> = service.database.row("SELECT at FROM inventory.history_begin").await.get(0);
    let now = Utc::now();
    let day = |days: i64| (now - TimeDelta::days(days)).trunc_subsecs(0);
    let query = |from: DateTime<Utc>, to: DateTime<Utc>| {
        let text = |time: DateTime<Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        format!("from={}&to={}", text(from), text(to))
    };
    let admin = service.api.admin();
    for path in [
        format!("/stations/{station}/stats/?bucket=day&"),
        "/stats/?bucket=day&".into(),
        "/stats/stations/?".into(),
    ] {
        let told = admin.get(&format!("{path}{}", query(day(60), day(0)))).await.ok();
        let from: DateTime<Utc> = told["from"].as_str().unwrap().parse().unwrap();
        assert_eq!(from, begin, "{path}: not as if nothing had happened before");
        let figures = if told["total"] == Value::Null { &told["items"][0] } else { &told["total"] };
        assert_eq!((&figures["bookings"], &figures["collections"]), (&json!(1), &json!(1)), "{told}");
        // What lies after the begin is as it was, what lies before it is refused.
        let told = admin.get(&format!("{path}{}", query(day(20), day(0)))).await.ok();
        assert_eq!(told["from"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), day(20));
        admin.get(&format!("{path}{}", query(day(60), day(50)))).await.is_invalid(&["to"]);
    }
}
