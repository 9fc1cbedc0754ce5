//! Migrations run and are taken back; a history that is not ours is refused.

use database::{MigrateError, Migrated, migrate, revert, standing};
use testbed::Database;

use crate::dump::dump;

/// What `migrate` does to a database that has everything.
fn nothing() -> Migrated {
    Migrated { migrations: Vec::new(), functions: false }
}

fn steps() -> usize {
    std::fs::read_dir(testbed::migrations()).unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_migrations_go_back_to_nothing_and_come_again_to_the_same_schema() {
    let database = Database::create().await;
    let before = dump(&database);
    assert!(
        before.contains("CREATE TABLE inventory.stations") && before.contains("CREATE TABLE booking.orders")
    );
    let reverted = revert(&database.migrator_url(), steps()).await.unwrap();
    assert_eq!(reverted.migrations.len(), steps());
    let left = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname IN ('inventory', 'booking', 'public') AND relname NOT LIKE '\\_\\_diesel%'";
    assert_eq!(database.number(left).await, 0);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('inventory', 'booking')";
    assert_eq!(database.number(schemas).await, 0);
    assert_eq!(migrate(&database.migrator_url()).await.unwrap().migrations.len(), steps());
    assert_eq!(dump(&database), before);
    // And each step on its own: back and forth again.
    for step in 1..=steps() {
        assert_eq!(revert(&database.migrator_url(), step).await.unwrap().migrations.len(), step);
        assert_eq!(standing(&database.migrator_url()).await.unwrap().pending, step);
        migrate(&database.migrator_url()).await.unwrap();
    }
    assert_eq!(dump(&database), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_has_everything_is_left_alone() {
    let database = Database::create().await;
    let oids = "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_proc \
        WHERE pronamespace IN ('inventory'::regnamespace, 'booking'::regnamespace)";
    let before: String = database.row(oids).await.get(0);
    assert_eq!(migrate(&database.migrator_url()).await.unwrap(), nothing());
    assert_eq!(database.row(oids).await.get::<_, String>(0), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_migrate_at_once_do_it_once() {
    let database = Database::create().await;
    revert(&database.migrator_url(), steps()).await.unwrap();
    let url = database.migrator_url();
    let other = tokio::spawn({
        let url = url.clone();
        async move { migrate(&url).await.unwrap() }
    });
    let mut done = [migrate(&url).await.unwrap(), other.await.unwrap()];
    done.sort_by_key(|migrated| migrated.migrations.len());
    assert_eq!(done[0], nothing());
    assert_eq!(done[1].migrations.len(), steps());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_migrations_from_before_the_first_release_is_told_what_to_do() {
    let database = Database::create().await;
    database
        .run(
            "DELETE FROM __diesel_schema_migrations; \
             INSERT INTO __diesel_schema_migrations (version) VALUES ('20261123000001'), ('20261124000019')",
        )
        .await;
    let before = dump(&database);
    for error in [
        migrate(&database.migrator_url()).await.unwrap_err(),
        revert(&database.migrator_url(), 1).await.unwrap_err(),
        standing(&database.migrator_url()).await.unwrap_err(),
    ] {
        assert!(matches!(error, MigrateError::BeforeTheFirstRelease { count: 2, .. }), "{error}");
        let text = error.to_string();
        for word in ["20261123000001", "DROP DATABASE swapwire", "make run", "make test-down"] {
            assert!(text.contains(word), "{text}");
        }
    }
    assert_eq!(dump(&database), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_a_newer_program_has_migrated_is_left_alone() {
    let database = Database::create().await;
    database.run("INSERT INTO __diesel_schema_migrations (version) VALUES ('9001'), ('9002')").await;
    let error = migrate(&database.migrator_url()).await.unwrap_err();
    assert!(matches!(error, MigrateError::FromANewerProgram { .. }), "{error}");
    assert!(error.to_string().contains("9001, 9002"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_leaves_everything_as_it_was() {
    let database = Database::create().await;
    revert(&database.migrator_url(), 1).await.unwrap();
    migrate(&database.migrator_url()).await.unwrap();
    // The last migration can't be taken back while something uses its table.
    database.run("CREATE VIEW public.mine AS SELECT * FROM booking.notifications").await;
    let before = dump(&database);
    let error = revert(&database.migrator_url(), steps()).await.unwrap_err();
    assert!(matches!(error, MigrateError::Migration { .. }), "{error}");
    assert_eq!(dump(&database), before);
    assert_eq!(migrate(&database.migrator_url()).await.unwrap(), nothing());
}
