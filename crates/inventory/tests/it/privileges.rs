//! What each database role may do.

use testbed::Database;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// The names of one column.
async fn names(database: &Database, sql: &str) -> Vec<String> {
    database.psql.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn is_denied(client: &Client, sql: &str) {
    let error = client.batch_execute(sql).await.expect_err(sql);
    assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error:?}");
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
    let public = "EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a \
        WHERE a.grantee = 0)";
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
async fn the_inventory_reads_nothing_of_the_bookings() {
    let database = Database::create().await;
    let readers = "SELECT p.oid::regprocedure::text FROM pg_proc p \
        WHERE p.pronamespace = 'inventory'::regnamespace AND pg_get_functiondef(p.oid) ~ 'booking\\.[a-z_]+'";
    assert_eq!(names(&database, readers).await, Vec::<String>::new());
    let viewers = "SELECT d.refobjid::regclass::text FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid \
        JOIN pg_class v ON v.oid = r.ev_class \
        JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass \
        WHERE v.relnamespace = 'inventory'::regnamespace AND c.relnamespace = 'booking'::regnamespace";
    assert_eq!(names(&database, viewers).await, Vec::<String>::new());
}
