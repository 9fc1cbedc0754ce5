//! What belongs to a rider, an order or a notification can't lose it, nor be written without it, also by somebody at
//! psql.

use testbed::Database;

/// A rider with an order, whose notification waits in the outbox.
async fn booked() -> Database {
    let database = Database::create().await;
    let stations = database.stations(&[3]).await;
    database.run(&format!("SELECT booking.place_order(42, {}, 1)", stations[0])).await;
    database
}

/// Asserts that it is refused under this name.
async fn is_refused(database: &Database, constraint: &str, sql: &str) {
    let error = database.psql.batch_execute(sql).await.expect_err(sql);
    let found = error.as_db_error().and_then(|error| error.constraint());
    assert_eq!(found, Some(constraint), "{sql}: {error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_deletes_what_others_belong_to() {
    let database = booked().await;
    is_refused(&database, "orders_belong_to_riders", "DELETE FROM booking.riders").await;
    is_refused(&database, "notifications_belong_to_orders", "DELETE FROM booking.orders").await;
    is_refused(&database, "outbox_belong_to_notifications", "DELETE FROM booking.notifications").await;
    let battery = "UPDATE inventory.batteries SET reserved = false, state = 'available'; \
        DELETE FROM inventory.batteries";
    is_refused(&database, "orders_belong_to_batteries", battery).await;
    for table in ["riders", "orders", "notifications"] {
        let sql = format!("TRUNCATE booking.{table} CASCADE");
        let error = database.psql.batch_execute(&sql).await.expect_err(&sql);
        assert!(error.as_db_error().is_some_and(|error| error.message().contains("use DELETE")), "{error:?}");
    }
    // Whoever begins with what belongs to nobody else comes through.
    database
        .run(
            "DELETE FROM booking.outbox; DELETE FROM booking.notifications; DELETE FROM booking.orders; \
             DELETE FROM booking.riders",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_row_another_key() {
    let database = booked().await;
    for (table, change) in [
        ("riders", "user_id = 43"),
        ("orders", "user_id = 43"),
        ("orders", "battery_id = 2"),
        ("notifications", "user_id = 43"),
        ("notifications", "notification_id = 7"),
        ("notifications", "order_id = 7"),
        ("outbox", "notification_id = 7"),
    ] {
        let sql = format!("UPDATE booking.{table} SET {change}");
        is_refused(&database, &format!("{table}_keep_their_keys"), &sql).await;
    }
    is_refused(&database, "notification_can_be_worded", "UPDATE booking.notifications SET params = '{}'")
        .await;
    database
        .run(
            "UPDATE booking.riders SET user_id = user_id, time_zone = 'Europe/Berlin'; \
             UPDATE booking.notifications SET order_id = order_id, read_at = now()",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_a_row_that_belongs_to_nothing() {
    let database = booked().await;
    let notify = |rider: i64, order: i64| {
        format!(
            "INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params) \
             VALUES ({rider}, 0, 'booking_ready', {order}, '{{\"station\": \"S\"}}')"
        )
    };
    is_refused(&database, "notifications_belong_to_orders", &notify(42, 9)).await;
    is_refused(&database, "notifications_belong_to_orders", &notify(43, 1)).await;
    let order = "INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, status, \
        state_of_charge_percent, expires_at, cancelled_at, confirmation_id) \
        VALUES (43, 1, 'S', 9, 'cancelled', 90, now() + interval '1 day', now(), NULL)";
    is_refused(&database, "orders_belong_to_batteries", order).await;
    for number in [1, 7] {
        let drawn = order.replace("NULL", &number.to_string());
        is_refused(&database, "order_confirmation_is_drawn", &drawn).await;
    }
    let fact = "INSERT INTO booking.outbox (user_id, notification_id) VALUES (42, 9)";
    is_refused(&database, "outbox_belong_to_notifications", fact).await;
    database.run(&notify(42, 1)).await;
    // A rider who is not known yet is made by the first row that is written for one.
    database.run("SELECT booking.send_notification(44, 'T', 'M', 'info')").await;
    let numbers = "SELECT string_agg(format('%s:%s', user_id, last_notification_id), ' ' ORDER BY user_id) \
        FROM booking.riders";
    assert_eq!(database.row(numbers).await.get::<_, String>(0), "42:2 44:1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_gets_the_next_number_whatever_number_its_writer_gives_it() {
    let database = booked().await;
    for number in [0, 7, -1] {
        database
            .run(&format!(
                "INSERT INTO booking.notifications (user_id, notification_id, kind, params) \
                 VALUES (42, {number}, 'notification', '{{\"title\": \"T\", \"message\": \"M\", \"level\": \"info\"}}')"
            ))
            .await;
    }
    let numbers = "SELECT array_agg(notification_id ORDER BY notification_id) FROM booking.notifications";
    assert_eq!(database.row(numbers).await.get::<_, Vec<i64>>(0), [1, 2, 3, 4]);
    assert_eq!(database.number("SELECT last_notification_id::bigint FROM booking.riders").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_written_by_hand_is_of_a_booked_battery_and_holds_it() {
    let database = booked().await;
    let order = "INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, \
        state_of_charge_percent, expires_at) VALUES (43, 1, 'S', 2, 90, now() + interval '1 day')";
    is_refused(&database, "battery-unavailable", order).await;
    database.run("UPDATE inventory.batteries SET state = 'booked' WHERE id = 2").await;
    database.run(order).await;
    let free = "UPDATE inventory.batteries SET state = 'available' WHERE id = 2";
    is_refused(&database, "battery-booked", free).await;
    let told = "SELECT kind::text FROM booking.notifications WHERE user_id = 43";
    assert_eq!(database.row(told).await.get::<_, String>(0), "booking_confirmed");
    database.run("SELECT booking.cancel_order(max(id)) FROM booking.orders").await;
    let again = "UPDATE booking.orders SET status = 'booked', cancelled_at = NULL WHERE user_id = 43";
    is_refused(&database, "order-not-active", again).await;
    let number = "SELECT count(*) FROM inventory.batteries WHERE id = 2 AND state = 'available'";
    assert_eq!(database.number(number).await, 1);
}
