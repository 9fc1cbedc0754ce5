//! What the database refuses, whoever writes: values out of range and transitions that do not exist.

use testbed::Database;

use crate::facts::{fact, facts_of};
use crate::privileges::is_denied;

/// Asserts that a constraint of this name refuses it.
async fn is_refused(database: &Database, constraint: &str, sql: &str) {
    let error = database.psql.batch_execute(sql).await.expect_err(sql);
    assert_eq!(
        error.as_db_error().and_then(|error| error.constraint()),
        Some(constraint),
        "{sql}: {error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_can_not_stand_where_no_place_is_nor_have_an_unknown_status() {
    let database = Database::create().await;
    database.stations(&[0]).await;
    for value in ["90.0001", "-90.0001", "'NaN'", "'Infinity'", "'-Infinity'"] {
        let sql = format!("UPDATE inventory.stations SET latitude = {value}");
        is_refused(&database, "station_latitude_in_range", &sql).await;
    }
    for value in ["180.0001", "-180.0001", "'NaN'", "'Infinity'", "'-Infinity'"] {
        let sql = format!("UPDATE inventory.stations SET longitude = {value}");
        is_refused(&database, "station_longitude_in_range", &sql).await;
    }
    is_refused(&database, "station_status_known", "UPDATE inventory.stations SET status = 'closed'").await;
    is_refused(&database, "station_name_present", "UPDATE inventory.stations SET name = ' '").await;
    is_refused(&database, "station_name_present", "UPDATE inventory.stations SET name = repeat('x', 201)")
        .await;
    let long = "UPDATE inventory.stations SET status_message = repeat('x', 501)";
    is_refused(&database, "station_status_message_short", long).await;
    database.run("UPDATE inventory.stations SET latitude = 90, longitude = -180").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_has_a_percentage_a_known_state_and_a_place_that_agrees_with_it() {
    let database = Database::create().await;
    database.stations(&[2]).await;
    for value in ["-0.1", "100.1", "'NaN'", "'Infinity'"] {
        for column in ["state_of_charge_percent", "state_of_health_percent"] {
            let sql = format!("UPDATE inventory.batteries SET {column} = {value}");
            is_refused(&database, "percent_in_range", &sql).await;
        }
    }
    let set = |columns: &str| format!("UPDATE inventory.batteries SET {columns} WHERE id = 1");
    is_refused(&database, "battery_state_known", &set("state = 'lost'")).await;
    is_refused(&database, "battery_booked_at_a_station", &set("state = 'booked', station_id = NULL")).await;
    is_refused(&database, "battery_collected_from_its_station", &set("state = 'collected'")).await;
    is_refused(&database, "batteries_station_id_fkey", &set("station_id = 99")).await;
    is_refused(
        &database,
        "battery_serial_number_unique",
        "UPDATE inventory.batteries SET serial_number = 'x'",
    )
    .await;
    is_refused(&database, "label_present", &set("serial_number = ' '")).await;
    is_refused(&database, "label_present", &set("model = ''")).await;
    database.run(&set("state = 'booked'")).await;
    is_refused(&database, "battery_booked_at_a_station", &set("station_id = NULL")).await;
    is_refused(&database, "battery-booked", "DELETE FROM inventory.stations").await;
    database.run(&set("state = 'collected', station_id = NULL")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_that_an_order_holds_stays_booked_until_a_function_ends_the_hold_also_for_somebody_at_psql()
{
    let database = Database::create().await;
    let stations = database.stations(&[2, 0]).await;
    database.run(&format!("SELECT inventory.reserve_battery({}, 1)", stations[0])).await;
    for change in [
        "state = 'available'".to_owned(),
        "state = 'faulty', state_of_charge_percent = 5".into(),
        "state = 'collected', station_id = NULL".into(),
        "station_id = NULL".into(),
        format!("station_id = {}", stations[1]),
    ] {
        let sql = format!("UPDATE inventory.batteries SET {change} WHERE id = 1");
        is_refused(&database, "battery-booked", &sql).await;
        is_refused(&database, "battery-booked", &format!("UPDATE inventory.batteries SET {change}")).await;
    }
    is_refused(&database, "battery-booked", "DELETE FROM inventory.batteries WHERE id = 1").await;
    is_refused(&database, "battery_reserved_is_booked", "UPDATE inventory.batteries SET reserved = true")
        .await;
    let inventory = database.connect_as(&database.inventory_url()).await;
    is_denied(&inventory, "UPDATE inventory.batteries SET reserved = false").await;
    is_denied(&inventory, "UPDATE inventory.batteries SET booked_at = NULL").await;
    // Neither who holds it nor where it stands.
    database.run("UPDATE inventory.batteries SET state_of_charge_percent = 50, model = 'N'").await;
    database.run("SELECT inventory.release_battery(1)").await;
    database.run("UPDATE inventory.batteries SET state = 'faulty'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_at_psql_booked_by_hand_is_freed_by_hand_and_never_by_the_service() {
    let database = Database::create().await;
    database.stations(&[1]).await;
    let inventory = database.connect_as(&database.inventory_url()).await;
    let free = "UPDATE inventory.batteries SET state = 'available'";
    database.run("UPDATE inventory.batteries SET state = 'booked'").await;
    let error = inventory.batch_execute(free).await.expect_err(free);
    assert_eq!(error.as_db_error().and_then(|error| error.constraint()), Some("battery-booked"));
    database.run(free).await;
    let held = "SELECT count(*) FROM inventory.batteries WHERE booked_at IS NOT NULL";
    assert_eq!(database.number(held).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collected_battery_comes_back_at_a_station_only() {
    let database = Database::create().await;
    let stations = database.stations(&[1]).await;
    database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    database.run("SELECT inventory.collect_battery(1)").await;
    for state in ["available", "charging", "faulty"] {
        let sql = format!("UPDATE inventory.batteries SET state = '{state}'");
        is_refused(&database, "battery-collected", &sql).await;
    }
    let back = format!("UPDATE inventory.batteries SET state = 'charging', station_id = {}", stations[0]);
    assert_eq!(facts_of(&database, &back).await, [fact("battery_added", stations[0], &[1])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_has_one_active_order_at_most() {
    let database = Database::create().await;
    let stations = database.stations(&[1]).await;
    database.run(&format!("SELECT booking.place_order(42, {}, 1)", stations[0])).await;
    let second = "INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, \
        state_of_charge_percent, expires_at) VALUES (42, 1, 'A', 1, 50, now() + '1 h')";
    is_refused(&database, "one_active_order_per_battery", second).await;
    database.run("UPDATE booking.orders SET status = 'cancelled', cancelled_at = now()").await;
    database.run(second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_screens_show_can_not_be_truncated_by_anybody() {
    let database = Database::create().await;
    database.stations(&[1]).await;
    for sql in ["TRUNCATE inventory.stations CASCADE", "TRUNCATE inventory.batteries CASCADE"] {
        let error = database.psql.batch_execute(sql).await.expect_err(sql);
        assert!(error.as_db_error().unwrap().message().contains("can't be truncated"), "{error:?}");
    }
    assert_eq!(database.number("SELECT count(*) FROM inventory.batteries").await, 1);
}
