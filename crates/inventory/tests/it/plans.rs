//! How Postgres finds what the hot statements ask for: none may read a large table from end to end.

use serde_json::Value;
use testbed::Database;

/// A network that is large enough for a sequential scan to hurt, with riders and a past.
async fn large_network() -> Database {
    let database = Database::create().await;
    database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT n % 100, 'S' || n, 47 + 8 * random(), 6 + 9 * random() FROM generate_series(1, 20000) n; \
             INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id, state_of_charge_percent) \
             SELECT 7, 'B' || n, 'M', 1 + n % 20000, 100 * random() FROM generate_series(1, 60000) n; \
             UPDATE inventory.batteries SET state = 'booked' WHERE id <= 5000; \
             INSERT INTO booking.riders (user_id) SELECT n FROM generate_series(1, 20000) n; \
             ALTER TABLE booking.orders DISABLE TRIGGER ALL; \
             INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, status, \
                 state_of_charge_percent, booked_at, expires_at, collected_at) \
             SELECT n, n, 'S', n, 'collected', 90, now() - interval '2 days', now() - interval '1 day', \
                 now() - interval '1 day' FROM generate_series(1, 20000) n; \
             INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, \
                 expires_at, remind_at) \
             SELECT n, n, 'S', n, 90, now() + interval '1 day', now() + interval '23 hours' \
             FROM generate_series(1, 5000) n; \
             ALTER TABLE booking.orders ENABLE TRIGGER ALL; \
             INSERT INTO booking.notifications (user_id, notification_id, kind, params) \
             SELECT n, 0, 'notification', '{\"title\": \"T\", \"message\": \"M\", \"level\": \"info\"}' FROM generate_series(1, 20000) n; \
             INSERT INTO booking.idempotency_keys (user_id, key, station_id, refusal) \
             SELECT n, 'k', 1, 'station-empty' FROM generate_series(1, 19000) n; \
             DELETE FROM inventory.outbox; DELETE FROM booking.outbox; ANALYZE",
        )
        .await;
    database
}

/// The tables that a plan reads from end to end.
fn scanned(plan: &Value, found: &mut Vec<String>) {
    if plan["Node Type"].as_str().is_some_and(|kind| kind == "Seq Scan") {
        found.push(plan["Relation Name"].as_str().unwrap_or_default().to_owned());
    }
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        scanned(inner, found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hot_statement_reads_a_large_table_from_end_to_end() {
    let database = large_network().await;
    let large = ["stations", "batteries", "history", "orders", "notifications", "riders"];
    let plain = [
        "SELECT * FROM inventory.station_states WHERE id = 77",
        "SELECT * FROM inventory.station_states WHERE id > 500 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.station_states WHERE id = ANY (ARRAY[1, 2, 3])",
        "SELECT * FROM inventory.station_states WHERE id > 0 AND available_batteries > 0 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.station_states WHERE id > 0 AND latitude BETWEEN 52.4 AND 52.6 \
         AND longitude >= 13.3 AND longitude <= 13.5 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.station_states WHERE owner_id = 77 AND id > 5 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.batteries WHERE station_id = 77 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.batteries WHERE owner_id = 77 AND id > 5 ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.batteries WHERE owner_id = 77 AND id > 5 AND serial_number = 'B77' \
         ORDER BY id LIMIT 101",
        "SELECT * FROM inventory.history WHERE station_id = 77 ORDER BY at DESC, id DESC LIMIT 101",
        "SELECT id FROM inventory.batteries WHERE station_id = 77 AND state = 'available' \
         ORDER BY state_of_charge_percent DESC, id LIMIT 1",
        "SELECT count(*) FROM booking.orders WHERE user_id = 77 AND status = 'booked'",
        "SELECT id, user_id FROM booking.orders WHERE status = 'booked' AND expires_at <= now() \
         ORDER BY expires_at LIMIT 200",
        "SELECT id, user_id FROM booking.orders WHERE status = 'booked' AND remind_at <= now() \
         ORDER BY remind_at LIMIT 200",
        "SELECT * FROM booking.orders WHERE battery_id = 77 AND status = 'booked'",
        "SELECT * FROM booking.order_views WHERE id = 77",
        "SELECT * FROM booking.order_views WHERE user_id = 77 AND id < 9999 ORDER BY id DESC LIMIT 101",
        "SELECT * FROM booking.holds WHERE expires_at >= now() AND (expires_at > now() OR battery_id > 7) \
         ORDER BY expires_at, battery_id LIMIT 101",
        "SELECT * FROM booking.holds WHERE owner_id = 77 AND expires_at >= now() \
         AND (expires_at > now() OR battery_id > 7) ORDER BY expires_at, battery_id LIMIT 101",
        "SELECT * FROM booking.notifications WHERE user_id = 77 AND notification_id > 5 \
         ORDER BY notification_id LIMIT 101",
        "SELECT count(*) FROM booking.notifications WHERE user_id = 77 AND read_at IS NULL",
        "SELECT * FROM booking.idempotency_keys WHERE user_id = 77 AND key = 'k'",
    ];
    for sql in plain {
        let plan: Value = database.row(&format!("EXPLAIN (FORMAT JSON) {sql}")).await.get(0);
        let mut found = Vec::new();
        scanned(&plan[0]["Plan"], &mut found);
        assert!(found.iter().all(|table| !large.contains(&table.as_str())), "{sql}\n{plan:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_use_case_reads_a_large_table_from_end_to_end() {
    let database = large_network().await;
    // Plans inside functions are not explained: what was scanned is counted instead.
    database.run("SET stats_fetch_consistency = none; SELECT pg_stat_reset()").await;
    for use_case in [
        "SELECT * FROM inventory.stations_near(52.5, 13.4, 0.01, NULL, NULL, 101, NULL, true, NULL, NULL, NULL, NULL, NULL)",
        "SELECT * FROM inventory.stations_near(52.5, 13.4, 2, 0.1, 5, 101, 'online', NULL, 6, 47, 15, 55, 77)",
        "SELECT booking.place_order(19999, 77)",
        "SELECT booking.place_order(19998, 78, (SELECT max(id) FROM inventory.batteries WHERE station_id = 78))",
        "SELECT booking.place_order_once('k', '1 day', 19997, 79, NULL, '1 day', '1 hour', 2)",
        "SELECT booking.cancel_order((SELECT max(id) FROM booking.orders), NULL, 1)",
        "SELECT booking.collect_order((SELECT max(id) FROM booking.orders WHERE id < 25003), NULL, 1)",
        "SELECT booking.expire_orders(), booking.remind_riders(), booking.forget_idempotency_keys('1 day')",
        "SELECT booking.tell_ready(77, now())",
        "SELECT booking.send_notification(77, 'T', 'M', 'info')",
        "SELECT booking.remember_locale(77, 'de'), booking.remember_locale(77, 'de')",
        "UPDATE inventory.batteries SET state_of_charge_percent = 50 WHERE id = 77",
        "SELECT inventory.place_batteries(78, ARRAY[77], NULL, 90)",
        "SELECT count(*) FROM booking.remove_old_notifications('1 day'), booking.remove_old_orders('1 day'), \
         inventory.remove_old_history('1 day')",
    ] {
        database.run(use_case).await;
    }
    database.run("SELECT pg_stat_force_next_flush()").await;
    let scanned = "SELECT coalesce(string_agg(schemaname || '.' || relname, ', '), '') FROM pg_stat_user_tables \
        WHERE seq_scan > 0 AND relname IN \
        ('stations', 'batteries', 'history', 'orders', 'notifications', 'riders', 'idempotency_keys')";
    assert_eq!(database.row(scanned).await.get::<_, String>(0), "");
}

/// Connections keep their plans: those that the booking service makes on a quiet day must serve a busy one.
async fn kept_plans_serve_thousands(database: &Database) {
    let service = database.connect_as(&database.booking_url()).await;
    let use_cases = "SELECT booking.place_order(booking.remember_locale(1, 'de'), 1); \
        SELECT booking.cancel_order((SELECT max(id) FROM booking.orders), NULL, 1); \
        SELECT booking.place_order_once('k' || clock_timestamp(), '1 day', 2, 1, NULL, '1 day', '1 hour', 2); \
        SELECT booking.collect_order((SELECT max(id) FROM booking.orders), NULL, 2); \
        SELECT booking.tell_ready(77, now()); \
        SELECT booking.expire_orders(), booking.remind_riders()";
    for _ in 0..6 {
        service.batch_execute(use_cases).await.unwrap();
    }
    database
        .run(
            "SET stats_fetch_consistency = none; BEGIN; SET LOCAL session_replication_role = replica; \
             INSERT INTO booking.riders (user_id) SELECT 100 + n FROM generate_series(1, 3000) n; \
             INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, \
                 expires_at, remind_at) \
             SELECT 100 + n, 1, 'S', 1000 + n, 90, now() + interval '1 day', now() + interval '23 hours' \
             FROM generate_series(1, 3000) n; COMMIT; SELECT pg_stat_force_next_flush()",
        )
        .await;
    service.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
    database.run("SELECT pg_stat_reset()").await;
    service.batch_execute(use_cases).await.unwrap();
    service.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
    let read = "SELECT coalesce(string_agg(format('%s %s', name, rows), ', '), '') FROM (\
        SELECT relname AS name, seq_tup_read AS rows FROM pg_stat_user_tables \
        UNION ALL SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes) read \
        WHERE rows > 300";
    assert_eq!(database.row(read).await.get::<_, String>(0), "", "rows read of tables and indexes");
}

/// Stations with 200 batteries each, where plans stay as they are.
async fn few_stations() -> Database {
    let database = Database::create().await;
    database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT 1, 'S', 52, 13 FROM generate_series(1, 20) n; \
             INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id) \
             SELECT 7, 'B' || n, 'M', 1 + n % 20 FROM generate_series(1, 4000) n; DELETE FROM inventory.outbox; \
             ALTER TABLE booking.orders SET (autovacuum_enabled = off); \
             ALTER TABLE booking.riders SET (autovacuum_enabled = off); \
             ALTER TABLE booking.notifications SET (autovacuum_enabled = off); \
             ALTER TABLE booking.outbox SET (autovacuum_enabled = off)",
        )
        .await;
    database
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_before_anybody_booked_serve_thousands_who_did() {
    let database = few_stations().await;
    // Only a table that was vacuumed is believed to be empty.
    for table in
        ["inventory.batteries", "booking.orders", "booking.riders", "booking.notifications", "booking.outbox"]
    {
        database.run(&format!("VACUUM (ANALYZE) {table}")).await;
    }
    kept_plans_serve_thousands(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_while_tables_begin_to_grow_serve_thousands() {
    // Postgres renews its statistics after 50 rows: with fewer it has none.
    for (orders, statistics) in [(5, "SELECT"), (60, "ANALYZE"), (600, "ANALYZE")] {
        let database = few_stations().await;
        database
            .run(&format!(
                "BEGIN; SET LOCAL session_replication_role = replica; \
                 INSERT INTO booking.riders (user_id) SELECT 5000 + n FROM generate_series(1, {orders}) n; \
                 INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, \
                     expires_at, remind_at) \
                 SELECT 5000 + n, 1, 'S', 400 + n, 90, now() + interval '1 day', now() + interval '23 hours' \
                 FROM generate_series(1, {orders}) n; COMMIT; {statistics}"
            ))
            .await;
        kept_plans_serve_thousands(&database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_made_while_nobody_holds_a_battery_serve_thousands_who_do() {
    let database = few_stations().await;
    database
        .run(
            "INSERT INTO booking.riders (user_id) SELECT 10000 + n FROM generate_series(1, 1000) n; \
             ALTER TABLE booking.orders DISABLE TRIGGER ALL; \
             INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, status, \
                 state_of_charge_percent, booked_at, expires_at, collected_at) \
             SELECT 10000 + n % 1000, 1, 'S', n, 'collected', 90, now() - interval '2 days', \
                 now() - interval '1 day', now() - interval '1 day' FROM generate_series(1, 4000) n; \
             ALTER TABLE booking.orders ENABLE TRIGGER ALL; DELETE FROM booking.outbox; ANALYZE",
        )
        .await;
    kept_plans_serve_thousands(&database).await;
}
