//! Which facts a change appends, whoever makes it.

use testbed::Database;

/// A fact: kind, station, batteries.
pub(crate) type Fact = (String, i64, Vec<i64>);

pub(crate) fn fact(kind: &str, station: i64, batteries: &[i64]) -> Fact {
    (kind.into(), station, batteries.into())
}

/// Runs it as the superuser and returns exactly the facts that it appended, in their order.
pub(crate) async fn facts_of(database: &Database, sql: &str) -> Vec<Fact> {
    database.run("DELETE FROM inventory.outbox").await;
    database.run(sql).await;
    let query = "SELECT kind, station_id, battery_ids FROM inventory.outbox ORDER BY id";
    let rows = database.psql.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_station_is_a_fact() {
    let database = Database::create().await;
    let created = "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
        SELECT 7, 'S' || n, n, n FROM generate_series(1, 3) n";
    let all = |kind: &str| [1, 2, 3].map(|station| fact(kind, station, &[])).to_vec();
    assert_eq!(facts_of(&database, created).await, all("station_created"));
    for column in ["name = name || '!'", "latitude = latitude + 1", "longitude = longitude - 1"] {
        let sql = format!("UPDATE inventory.stations SET {column}");
        assert_eq!(facts_of(&database, &sql).await, all("station_changed"), "{column}");
    }
    let one = facts_of(&database, "UPDATE inventory.stations SET name = 'S' WHERE id = 2").await;
    assert_eq!(one, [fact("station_changed", 2, &[])]);
    for column in [
        "status = 'maintenance'",
        "status_message = 'Back at noon'",
        "status = 'online', status_message = ''",
    ] {
        let sql = format!("UPDATE inventory.stations SET {column}");
        assert_eq!(facts_of(&database, &sql).await, all("station_status"), "{column}");
    }
    let both =
        facts_of(&database, "UPDATE inventory.stations SET name = 'B', status = 'offline' WHERE id = 1")
            .await;
    assert_eq!(both, [fact("station_changed", 1, &[]), fact("station_status", 1, &[])]);
    let detail = database.row("SELECT detail FROM inventory.outbox WHERE kind = 'station_status'").await;
    let detail: serde_json::Value = detail.get(0);
    assert_eq!(detail, serde_json::json!({"status": "offline", "message": ""}));
    assert_eq!(facts_of(&database, "DELETE FROM inventory.stations").await, all("station_removed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_arrival_departure_and_change_of_state_of_a_battery_is_a_fact() {
    let database = Database::create().await;
    let stations = database.stations(&[0, 0]).await;
    let (a, b) = (stations[0], stations[1]);
    let insert = |station: &str| {
        format!(
            "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id) \
             SELECT 7, gen_random_uuid()::text, 'M', {station} FROM generate_series(1, 4) n"
        )
    };
    let update = |columns: &str, of: &str| format!("UPDATE inventory.batteries SET {columns} WHERE {of}");
    let steps = [
        (insert("NULL"), vec![]),
        (
            insert(&format!("CASE WHEN n % 2 = 1 THEN {a} ELSE {b} END")),
            vec![fact("battery_added", a, &[5, 7]), fact("battery_added", b, &[6, 8])],
        ),
        (update(&format!("station_id = {a}"), "id IN (1, 2)"), vec![fact("battery_added", a, &[1, 2])]),
        (update("state = 'booked'", "id = 1"), vec![fact("battery_booked", a, &[1])]),
        (
            update("state = 'booked'", "id IN (5, 6, 7)"),
            vec![fact("battery_booked", a, &[5, 7]), fact("battery_booked", b, &[6])],
        ),
        (
            update("state = 'available'", "id IN (5, 6)"),
            vec![fact("battery_released", a, &[5]), fact("battery_released", b, &[6])],
        ),
        (update("state = 'faulty'", "id = 7"), vec![fact("battery_released", a, &[7])]),
        (update("state = 'charging'", "id IN (2, 5, 7)"), vec![fact("battery_changed", a, &[2, 5, 7])]),
        (
            update("state = 'collected', station_id = NULL", "id = 1"),
            vec![fact("battery_collected", a, &[1])],
        ),
        (
            // Several kinds of change in one statement.
            update("state = CASE id WHEN 5 THEN 'booked' WHEN 2 THEN 'available' ELSE state END", "true"),
            vec![fact("battery_booked", a, &[5]), fact("battery_changed", a, &[2])],
        ),
        (
            update(&format!("station_id = {b}"), "id IN (2, 7)"),
            vec![fact("battery_removed", a, &[2, 7]), fact("battery_added", b, &[2, 7])],
        ),
        (update("station_id = NULL", "id = 2"), vec![fact("battery_removed", b, &[2])]),
        (
            update(&format!("station_id = {b}, state = 'available'"), "id = 1"),
            vec![fact("battery_added", b, &[1])],
        ),
        (
            "DELETE FROM inventory.batteries WHERE id IN (1, 3, 5)".into(),
            vec![fact("battery_removed", a, &[5]), fact("battery_removed", b, &[1])],
        ),
        ("DELETE FROM inventory.batteries WHERE id IN (2, 4)".into(), vec![]),
        (
            format!("DELETE FROM inventory.stations WHERE id = {b}"),
            vec![fact("battery_removed", b, &[6, 7, 8]), fact("station_removed", b, &[])],
        ),
    ];
    for (sql, expected) in steps {
        assert_eq!(facts_of(&database, &sql).await, expected, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_that_a_screen_shows_is_no_fact() {
    let database = Database::create().await;
    let stations = database.stations(&[3]).await;
    for sql in [
        "UPDATE inventory.stations SET name = name, latitude = latitude, status = status",
        "UPDATE inventory.stations SET owner_id = 8",
        "UPDATE inventory.stations SET name = 'x' WHERE false",
        "UPDATE inventory.batteries SET state = state, station_id = station_id",
        "UPDATE inventory.batteries SET owner_id = 8, model = 'New'",
        "DELETE FROM inventory.batteries WHERE false",
        "DELETE FROM inventory.stations WHERE false",
        &format!(
            "BEGIN; SELECT inventory.reserve_battery({}); DELETE FROM inventory.batteries WHERE NOT reserved; ROLLBACK",
            stations[0]
        ),
        &format!("SELECT inventory.place_batteries({}, '{{1,2,3}}', NULL, 90)", stations[0]),
        "SELECT inventory.release_battery(1)",
    ] {
        assert_eq!(facts_of(&database, sql).await, [], "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_op_leaves_the_time_of_the_last_change() {
    let database = Database::create().await;
    database.stations(&[1]).await;
    let latest = "SELECT (extract(epoch FROM greatest((SELECT max(updated_at) FROM inventory.stations), \
        (SELECT max(updated_at) FROM inventory.batteries))) * 1000000)::bigint";
    let before = database.number(latest).await;
    database
        .run("UPDATE inventory.stations SET name = name; UPDATE inventory.batteries SET state = state")
        .await;
    assert_eq!(database.number(latest).await, before);
    database.run("UPDATE inventory.batteries SET state_of_charge_percent = 3").await;
    assert!(database.number(latest).await > before);
}
