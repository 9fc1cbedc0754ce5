//! Removing what is older than the network keeps it: what goes, what stays, and where it is afterwards.

use std::path::PathBuf;

use serde_json::{Value, json};
use testbed::{Database, until};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::app::{Service, ids};

/// Forty days ago rider 42 gave up three orders (messages 1 to 6), and rider 43 booked and still holds the battery.
async fn past() -> Database {
    let database = Database::create().await;
    let station = database.stations(&[9]).await[0];
    for order in 1..=3 {
        database
            .run(&format!(
                "SELECT booking.place_order(42, {station}); SELECT booking.cancel_order({order}, NULL, 42)"
            ))
            .await;
    }
    database.run(&format!("SELECT booking.place_order(43, {station})")).await;
    database
        .run(
            "UPDATE booking.notifications SET created_at = created_at - interval '40 days'; \
             UPDATE booking.orders SET booked_at = booked_at - interval '40 days', \
             cancelled_at = cancelled_at - interval '40 days'",
        )
        .await;
    database
}

/// What one call removes, as (rider, number) of messages or (rider, id) of orders.
async fn remove(client: &Client, what: &str, days: u32, limit: i64) -> Vec<(i64, i64)> {
    let number = if what == "orders" { "id" } else { "notification_id" };
    let sql = format!(
        "SELECT (row ->> 'user_id')::bigint, (row ->> '{number}')::bigint \
         FROM booking.remove_old_{what}('{days} days', {limit}) AS row ORDER BY 1, 2"
    );
    client.query(&sql, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_and_what_is_active_waits_or_still_counts_stays() {
    let database = past().await;
    let service = database.connect_as(&database.booking_url()).await;
    assert_eq!(remove(&service, "notifications", 30, 500).await, [], "all of them are still to be published");
    assert_eq!(remove(&service, "orders", 30, 500).await, [], "an order does not go before its messages");

    database.run("DELETE FROM booking.outbox WHERE (user_id, notification_id) <> (42, 2)").await;
    assert_eq!(remove(&service, "notifications", 50, 500).await, [], "not old enough");
    assert_eq!(
        remove(&service, "notifications", 30, 2).await,
        [(42, 1), (42, 3)],
        "the oldest, no more than asked"
    );
    assert_eq!(remove(&service, "notifications", 30, 500).await, [(42, 4), (42, 5), (42, 6), (43, 1)]);
    assert_eq!(remove(&service, "orders", 30, 1).await, [(42, 2)]);
    assert_eq!(
        remove(&service, "orders", 30, 500).await,
        [(42, 3)],
        "the first has a message, the fourth is active"
    );
    database.run("DELETE FROM booking.outbox").await;
    assert_eq!(remove(&service, "notifications", 30, 500).await, [(42, 2)]);
    assert_eq!(remove(&service, "orders", 30, 500).await, [(42, 1)]);
    let left = "SELECT count(*) FROM booking.orders WHERE user_id = 43 AND status = 'booked'";
    assert_eq!(database.number(left).await, 1);

    // The rider's numbering goes on, and what happened today is nobody's to remove.
    database.run("SELECT booking.place_order(42, (SELECT min(id) FROM inventory.stations))").await;
    let number = "SELECT notification_id FROM booking.notifications WHERE user_id = 42";
    assert_eq!(database.number(number).await, 7);
    database.run("SELECT booking.cancel_order(5, NULL, 42); DELETE FROM booking.outbox").await;
    for what in ["notifications", "orders"] {
        assert_eq!(remove(&service, what, 0, 500).await, [], "younger than a day");
        let by_hand =
            service.batch_execute(&format!("DELETE FROM booking.{what}")).await.expect_err("a refusal");
        assert_eq!(by_hand.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
    }
    let history = "SELECT inventory.remove_old_history('30 days')";
    let of_inventory = service.batch_execute(history).await.expect_err("a refusal");
    assert_eq!(of_inventory.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_take_different_rows_and_do_not_wait_for_each_other() {
    let database = past().await;
    database.forget_facts().await;
    let [one, other] = [
        database.connect_as(&database.booking_url()).await,
        database.connect_as(&database.booking_url()).await,
    ];
    for (what, first) in [("notifications", vec![(42, 1), (42, 2)]), ("orders", vec![(42, 1), (42, 2)])] {
        one.batch_execute("BEGIN").await.unwrap();
        assert_eq!(remove(&one, what, 30, 2).await, first);
        let others = remove(&other, what, 30, 500).await;
        assert!(!others.is_empty() && others.iter().all(|row| !first.contains(row)), "{others:?}");
        one.batch_execute("COMMIT").await.unwrap();
    }
    let left = "SELECT count(*) FROM booking.notifications";
    assert_eq!((database.number(left).await, remove(&one, "orders", 30, 500).await), (0, vec![]));
}

/// A folder of the test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("swapwire-retention-{}-{test}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, table: &str) -> PathBuf {
        self.0.join(format!("{table}-{}.jsonl", chrono::Utc::now().format("%Y-%m")))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn service(database: Database, archive: &Folder) -> Service {
    let retention = json!({"orders_days": 35, "notifications_days": 30, "archive": archive.0});
    Service::with(database, "amqp://127.0.0.1:1/none".into(), json!({"retention": retention}))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_removes_what_its_settings_say_and_archives_it_first() {
    let (database, archive) = (past().await, Folder::new("archive"));
    database.forget_facts().await;
    let service = service(database, &archive);
    until("the old orders are gone", async || {
        service.database.number("SELECT count(*) FROM booking.orders").await == 1
    })
    .await;
    let rider = service.api.rider(42);
    assert_eq!(rider.get("/user/notifications/").await.ok(), json!({"items": [], "next": null, "unread": 0}));
    assert_eq!(ids(&rider.get("/user/orders/").await.ok()), Vec::<i64>::new());
    for (table, count) in [("notifications", 7), ("orders", 3)] {
        let text = std::fs::read_to_string(archive.file(table)).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), count, "{text}");
        assert!(lines.iter().all(|line| line["user_id"].is_i64()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_archive_does_not_take_stays_in_the_database() {
    let (database, archive) = (past().await, Folder::new("full"));
    database.run("DELETE FROM booking.outbox; DELETE FROM booking.notifications WHERE order_id = 1").await;
    // Where the file of the messages would be made there is a folder.
    std::fs::create_dir(archive.file("notifications")).unwrap();
    let service = service(database, &archive);
    // Orders come after messages in each round.
    until("the order without messages is gone", async || {
        service.database.number("SELECT count(*) FROM booking.orders WHERE id = 1").await == 0
    })
    .await;
    assert_eq!(service.database.number("SELECT count(*) FROM booking.notifications").await, 5);
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 3);
}
