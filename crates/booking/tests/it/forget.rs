//! Forgetting a person: everything that tells of the rider is gone, what is counted stays.

use testbed::Database;

/// Rows of the rider anywhere, but for the row that keeps the last number.
const TRACES: &str = "SELECT (SELECT count(*) FROM booking.orders WHERE 42 IN (user_id, ended_by)) \
    + (SELECT count(*) FROM booking.notifications WHERE user_id = 42) \
    + (SELECT count(*) FROM booking.outbox WHERE user_id = 42) \
    + (SELECT count(*) FROM booking.push_subscriptions WHERE user_id = 42) \
    + (SELECT count(*) FROM booking.push_queue WHERE user_id = 42) \
    + (SELECT count(*) FROM booking.idempotency_keys WHERE user_id = 42) \
    + (SELECT count(*) FROM inventory.history WHERE actor_id = 42)";

/// A rider with preferences, a browser and two orders, the second of which may be active. Another rider has one.
async fn network(second: &str) -> Database {
    let database = Database::create().await;
    let station = database.stations(&[9]).await[0];
    database
        .run(&format!(
            "SELECT booking.remember_locale(42, 'de'); \
             SELECT booking.subscribe_push(42, 'https://push.example/42', decode(repeat('04', 65), 'hex'), \
             decode(repeat('05', 16), 'hex'), 5); \
             SELECT booking.place_order(42, {station}); SELECT booking.cancel_order(1, NULL, 42); \
             SELECT booking.place_order_once('key', '1 day', 42, {station}, NULL, '1 day', '1 hour', 2); \
             {second}; \
             SELECT booking.place_order(43, {station})"
        ))
        .await;
    database
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tells_of_a_rider_is_gone_and_what_is_counted_stays() {
    let database = network("SELECT booking.collect_order(2, NULL, 42)").await;
    let counted = "SELECT count(*) FROM booking.orders WHERE status IN ('cancelled', 'collected')";
    let history = "SELECT count(*) FROM inventory.history";
    let (orders, entries) = (database.number(counted).await, database.number(history).await);
    assert!(database.number(TRACES).await > 10);

    let row = database.row("SELECT * FROM booking.forget_rider(42)").await;
    let removed: [i64; 4] =
        ["orders", "notifications", "subscriptions", "history_entries"].map(|name| row.get(name));
    assert_eq!(removed, [2, 4, 1, 4]);
    assert_eq!(database.number(TRACES).await, 0);
    assert_eq!((database.number(counted).await, database.number(history).await), (orders, entries));
    let rider = "SELECT count(*) FROM booking.riders WHERE user_id = 42 AND last_notification_id = 4 \
        AND locale IS NULL AND claimed_locale IS NULL";
    assert_eq!(database.number(rider).await, 1);

    // Nobody else has lost anything, and who comes back gets no number a second time.
    let other = "SELECT count(*) FROM booking.notifications WHERE user_id = 43";
    assert_eq!(database.number(other).await, 1);
    database.run("SELECT booking.place_order(42, (SELECT min(id) FROM inventory.stations))").await;
    assert_eq!(
        database.number("SELECT notification_id FROM booking.notifications WHERE user_id = 42").await,
        5
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_battery_or_is_unknown_is_refused() {
    let database = network("SELECT 1").await;
    let traces = database.number(TRACES).await;
    for (rider, constraint) in [(42, "rider-holds-battery"), (44, "rider-not-found")] {
        let sql = format!("SELECT booking.forget_rider({rider})");
        let error = database.psql.batch_execute(&sql).await.expect_err("a refusal");
        assert_eq!(error.as_db_error().and_then(|error| error.constraint()), Some(constraint));
    }
    assert_eq!(database.number(TRACES).await, traces);
    // Nobody gives an active order away by hand, and the service none at all.
    let booking = database.connect_as(&database.booking_url()).await;
    for (client, status) in [(&database.psql, "booked"), (&booking, "cancelled")] {
        let sql = format!("UPDATE booking.orders SET user_id = 0 WHERE status = '{status}'");
        let error = client.batch_execute(&sql).await.expect_err("a refusal");
        let constraint = error.as_db_error().and_then(|error| error.constraint());
        assert_eq!(constraint, Some("orders_keep_their_keys"), "{error:?}");
    }
    let service = "SELECT count(*) FROM unnest(ARRAY['swapwire_booking', 'swapwire_inventory']) r \
        WHERE has_function_privilege(r, 'booking.forget_rider(bigint)', 'EXECUTE') \
           OR has_function_privilege(r, 'inventory.forget_actor(bigint)', 'EXECUTE')";
    assert_eq!(database.number(service).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_booked_and_who_ended_orders_of_others_are_forgotten_too() {
    let database = network("SELECT booking.collect_order(2, NULL, 44)").await;
    database
        .run(
            "SELECT booking.subscribe_push(45, 'https://push.example/45', decode(repeat('04', 65), 'hex'), \
             decode(repeat('05', 16), 'hex'), 5); \
             SELECT booking.place_order_once('key', '1 day', 46, 999, NULL, '1 day', '1 hour', 2)",
        )
        .await;
    let rows = "SELECT (SELECT count(*) FROM booking.orders WHERE ended_by = 44) \
        + (SELECT count(*) FROM inventory.history WHERE actor_id = 44) \
        + (SELECT count(*) FROM booking.push_subscriptions WHERE user_id = 45) \
        + (SELECT count(*) FROM booking.idempotency_keys WHERE user_id = 46)";
    assert_eq!(database.number(rows).await, 4);
    for person in [44, 45, 46] {
        database.run(&format!("SELECT booking.forget_rider({person})")).await;
    }
    assert_eq!(database.number(rows).await, 0);
    assert_eq!(database.number("SELECT count(*) FROM booking.orders WHERE user_id = 42").await, 2);
}
