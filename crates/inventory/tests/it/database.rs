//! What the database itself guarantees, whoever writes: roles, constraints and facts.

use testbed::Database;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// A fact: kind, station, batteries.
type Fact = (String, i64, Vec<i64>);

fn fact(kind: &str, station: i64, batteries: &[i64]) -> Fact {
    (kind.into(), station, batteries.into())
}

/// Runs it as the superuser and returns exactly the facts that it appended, in their order.
async fn facts_of(database: &Database, sql: &str) -> Vec<Fact> {
    database.run("DELETE FROM inventory.outbox").await;
    database.run(sql).await;
    let query = "SELECT kind, station_id, battery_ids FROM inventory.outbox ORDER BY id";
    let rows = database.psql.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

/// The names of one column.
async fn names(database: &Database, sql: &str) -> Vec<String> {
    database.psql.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn is_denied(client: &Client, sql: &str) {
    let error = client.batch_execute(sql).await.expect_err(sql);
    assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}");
}

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
async fn the_booking_role_changes_no_table_of_the_inventory_except_through_its_functions() {
    let database = Database::create().await;
    let stations = database.stations(&[2]).await;
    let booking = database.connect_as(&database.booking_url()).await;
    let tables = names(
        &database,
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'inventory' AND c.relkind IN ('r', 'p') ORDER BY 1",
    )
    .await;
    for table in ["inventory.batteries", "inventory.outbox", "inventory.stations"] {
        assert!(tables.iter().any(|name| name == table), "{tables:?}");
    }
    for table in &tables {
        is_denied(&booking, &format!("INSERT INTO {table} DEFAULT VALUES")).await;
        is_denied(&booking, &format!("DELETE FROM {table}")).await;
        is_denied(&booking, &format!("TRUNCATE {table} CASCADE")).await;
    }
    is_denied(&booking, "UPDATE inventory.stations SET name = 'x'").await;
    is_denied(&booking, "UPDATE inventory.batteries SET state = 'available'").await;
    is_denied(&booking, "UPDATE inventory.outbox SET kind = 'station_test'").await;
    is_denied(&booking, "INSERT INTO inventory.outbox (kind, station_id) VALUES ('station_test', 1)").await;
    is_denied(&booking, "SELECT nextval('inventory.revision')").await;
    is_denied(&booking, "SELECT inventory.announce_stations()").await;
    is_denied(&booking, "SELECT inventory.place_batteries(1, '{}', NULL, 90)").await;
    is_denied(&booking, "CREATE TABLE inventory.mine ()").await;
    is_denied(&booking, "CREATE TABLE public.mine ()").await;
    is_denied(&booking, "SET ROLE swapwire_owner").await;

    let state =
        async || database.row("SELECT state FROM inventory.batteries WHERE id = 1").await.get::<_, String>(0);
    let call = async |sql: &str| booking.batch_execute(sql).await.unwrap();
    call(&format!("SELECT inventory.reserve_battery({}, 1)", stations[0])).await;
    assert_eq!(state().await, "booked");
    call("SELECT inventory.release_battery(1)").await;
    assert_eq!(state().await, "available");
    call(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    call("SELECT inventory.collect_battery(1)").await;
    assert_eq!(state().await, "collected");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inventory_role_neither_reads_orders_nor_writes_facts_by_hand() {
    let database = Database::create().await;
    let inventory = database.connect_as(&database.inventory_url()).await;
    for sql in [
        "SELECT FROM booking.orders",
        "DELETE FROM booking.notifications",
        "SELECT booking.place_order(1, 1)",
        "SELECT inventory.reserve_battery(1)",
        "INSERT INTO inventory.outbox (kind, station_id) VALUES ('station_test', 1)",
        "UPDATE inventory.outbox SET station_id = 1",
        "TRUNCATE inventory.stations CASCADE",
        "ALTER TABLE inventory.stations DISABLE TRIGGER ALL",
        "SET ROLE swapwire_owner",
    ] {
        let error = inventory.batch_execute(sql).await.expect_err(sql);
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_for_nobody_by_default_and_definers_are_fenced_in() {
    let database = Database::create().await;
    let functions = "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
        JOIN pg_roles r ON r.oid = p.proowner WHERE n.nspname IN ('inventory', 'booking')";
    let name = "SELECT p.oid::regprocedure::text";
    assert!(names(&database, &format!("{name} {functions}")).await.len() >= 15);
    let public = "EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)";
    assert_eq!(names(&database, &format!("{name} {functions} AND {public}")).await, Vec::<String>::new());
    let unowned = "(r.rolname <> 'swapwire_owner' OR r.rolcanlogin OR r.rolsuper)";
    assert_eq!(names(&database, &format!("{name} {functions} AND {unowned}")).await, Vec::<String>::new());
    let unfenced = "p.prosecdef AND NOT coalesce('search_path=pg_catalog' = ANY (p.proconfig), false)";
    assert_eq!(names(&database, &format!("{name} {functions} AND {unfenced}")).await, Vec::<String>::new());
    assert!(names(&database, &format!("{name} {functions} AND p.prosecdef")).await.len() >= 5);
    let relations = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_roles r ON r.oid = c.relowner \
        WHERE n.nspname IN ('inventory', 'booking') AND r.rolname <> 'swapwire_owner'";
    assert_eq!(names(&database, relations).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definer_can_not_be_led_astray_by_a_temporary_table() {
    let database = Database::create().await;
    let stations = database.stations(&[1]).await;
    let booking = database.connect_as(&database.booking_url()).await;
    let trap = "CREATE TEMP TABLE batteries (id bigint); CREATE TEMP TABLE stations (id bigint)";
    // Either it may not make one at all, or it makes no difference.
    let _ = booking.batch_execute(trap).await;
    booking.batch_execute(&format!("SELECT inventory.reserve_battery({})", stations[0])).await.unwrap();
    assert_eq!(database.number("SELECT count(*) FROM inventory.batteries WHERE state = 'booked'").await, 1);
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
async fn the_inventory_reads_nothing_of_the_bookings() {
    let database = Database::create().await;
    let readers = "SELECT p.oid::regprocedure::text FROM pg_proc p \
        WHERE p.pronamespace = 'inventory'::regnamespace AND pg_get_functiondef(p.oid) ~ 'booking\\.[a-z_]+'";
    assert_eq!(names(&database, readers).await, Vec::<String>::new());
    let viewers = "SELECT d.refobjid::regclass::text FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid \
        JOIN pg_class v ON v.oid = r.ev_class JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass \
        WHERE v.relnamespace = 'inventory'::regnamespace AND c.relnamespace = 'booking'::regnamespace";
    assert_eq!(names(&database, viewers).await, Vec::<String>::new());
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

/// The tables of a `schema.rs`: name, and columns as (name, diesel type).
fn declared(schema: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tables = Vec::new();
    for block in schema.split("diesel::table! {").skip(1) {
        let (head, columns) = block.split_once(") {").unwrap();
        let name = head.lines().last().unwrap().split('(').next().unwrap().trim().to_owned();
        let columns = columns
            .lines()
            .take_while(|line| line.trim() != "}")
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "))
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect();
        tables.push((name, columns));
    }
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn what_diesel_believes_of_the_tables_is_what_they_are() {
    let database = Database::create().await;
    let mut compared = 0;
    for service in ["inventory", "booking"] {
        let file = testbed::migrations().join(format!("../crates/{service}/src/schema.rs"));
        for (table, columns) in declared(&std::fs::read_to_string(file).unwrap()) {
            // A view's columns are nullable to Postgres, whatever they are computed from.
            let rows = database
                .psql
                .query(
                    "SELECT a.attname::text, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod), \
                            a.attnotnull, c.relkind = 'v' \
                     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid \
                     WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
                    &[&table],
                )
                .await
                .unwrap();
            let actual: Vec<(String, String)> = rows
                .iter()
                .zip(&columns)
                .map(|(row, (_, believed))| {
                    let kind = match row.get(1) {
                        "bigint" => "BigInt",
                        "integer" => "Integer",
                        "text" => "Text",
                        "double precision" => "Double",
                        "timestamp with time zone" => "Timestamptz",
                        "uuid" => "Uuid",
                        "jsonb" => "Jsonb",
                        "boolean" => "Bool",
                        "cube" => "Cube",
                        other => other,
                    };
                    let (not_null, of_view): (bool, bool) = (row.get(2), row.get(3));
                    let nullable = if of_view { believed.starts_with("Nullable") } else { !not_null };
                    (row.get(0), if nullable { format!("Nullable<{kind}>") } else { kind.to_owned() })
                })
                .collect();
            assert_eq!(actual, columns, "{table}");
            assert_eq!(rows.len(), columns.len(), "{table}: every column, and no other");
            compared += 1;
        }
    }
    assert!(compared >= 5, "{compared} tables");
}
