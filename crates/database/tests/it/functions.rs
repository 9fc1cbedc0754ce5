//! Functions, triggers and views are those of the files, whatever was there before.

use database::{MigrateError, migrate, standing};
use testbed::Database;

use crate::dump::dump;

/// As after a change of a file.
async fn change_a_file(database: &Database) {
    database.run("UPDATE public.schema_state SET functions = 'those of another file'").await;
    assert!(!standing(&database.migrator_url()).await.unwrap().functions);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_file_replaces_all_functions_triggers_and_views_and_keeps_the_data() {
    let database = Database::create().await;
    let stations = database.stations(&[3]).await;
    database.run(&format!("SELECT booking.place_order(42, {})", stations[0])).await;
    let before = dump(&database);
    let owner = database.connect_as(&database.migrator_url()).await;
    owner
        .batch_execute(
            "CREATE OR REPLACE FUNCTION booking.tell_ready(p_battery_id bigint, p_at timestamptz) RETURNS text \
                 LANGUAGE sql AS $$ SELECT 'told' $$; \
             CREATE FUNCTION inventory.forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER forgotten AFTER INSERT ON inventory.stations EXECUTE FUNCTION inventory.forgotten(); \
             CREATE VIEW booking.forgotten AS SELECT * FROM booking.orders; \
             CREATE FUNCTION booking.of_forgotten() RETURNS booking.forgotten \
                 LANGUAGE sql AS $$ SELECT * FROM booking.forgotten $$; \
             DROP TRIGGER number_notification ON booking.notifications",
        )
        .await
        .unwrap();
    change_a_file(&database).await;
    let migrated = migrate(&database.migrator_url()).await.unwrap();
    assert!(migrated.functions && migrated.migrations.is_empty());
    assert_eq!(dump(&database), before);
    assert!(standing(&database.migrator_url()).await.unwrap().functions);
    assert_eq!(database.number("SELECT count(*) FROM inventory.batteries WHERE state = 'booked'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM booking.orders").await, 1);
    assert_eq!(
        database.number("SELECT count(*) FROM inventory.stations WHERE location IS NOT NULL").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_that_something_else_depends_on_are_not_replaced() {
    let database = Database::create().await;
    database.run("CREATE VIEW public.mine AS SELECT * FROM inventory.station_states").await;
    let before = dump(&database);
    change_a_file(&database).await;
    let error = migrate(&database.migrator_url()).await.unwrap_err();
    assert!(matches!(error, MigrateError::Functions { .. }), "{error}");
    assert!(error.to_string().contains("functions/drop.sql"), "{error}");
    assert_eq!(dump(&database), before, "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_a_service_has_prepared_outlive_a_change_of_the_functions() {
    let database = Database::create().await;
    let station = database.stations(&[9]).await[0];
    let service = database.connect_as(&database.booking_url()).await;
    let place = service
        .prepare("SELECT id, status FROM booking.place_order($1, $2, NULL, '1 day', '1 hour', 9)")
        .await
        .unwrap();
    let rider = 42_i64;
    for _ in 0..3 {
        service.query_one(&place, &[&rider, &station]).await.unwrap();
    }
    change_a_file(&database).await;
    migrate(&database.migrator_url()).await.unwrap();
    for _ in 0..3 {
        let row = service.query_one(&place, &[&rider, &station]).await.unwrap();
        assert_eq!(row.get::<_, String>(1), "booked");
    }
    assert_eq!(database.number("SELECT count(*) FROM booking.notifications").await, 6);
}
