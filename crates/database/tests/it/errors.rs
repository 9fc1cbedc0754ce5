//! What the services make of the errors that Postgres answers with: diesel hides their SQLSTATE.

use database::{DatabaseError, DatabaseSettings, Nature};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use secrecy::ExposeSecret;
use testbed::Database;
use tokio::sync::oneshot;

pub(crate) fn pool(database: &Database) -> database::Database {
    let url = database.superuser_url().expose_secret().to_owned();
    let settings = DatabaseSettings {
        url: url.into(),
        max_connections: 2,
        acquire_timeout_ms: 2_000,
        work_timeout_ms: 15_000,
    };
    database::Database::new(&settings, "test").unwrap()
}

/// What the service makes of the error that these statements end with.
async fn nature_of(pool: &database::Database, sql: &str) -> Nature {
    let error = pool.work(async |connection| run(connection, sql).await).await.expect_err(sql);
    error.nature()
}

async fn run(connection: &mut AsyncPgConnection, sql: &str) -> Result<(), DatabaseError> {
    Ok(connection.batch_execute(sql).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_by_itself_may_be_tried_again() {
    let database = Database::create().await;
    database.stations(&[1, 1]).await;
    let pool = pool(&database);
    database.run("BEGIN; UPDATE inventory.stations SET name = 'held' WHERE id = 1").await;
    let update = "UPDATE inventory.stations SET name = 'other' WHERE id = 1";
    for sql in [
        format!("SET statement_timeout = '50ms'; {update}"),
        format!("RESET statement_timeout; SET lock_timeout = '50ms'; {update}"),
    ] {
        assert_eq!(nature_of(&pool, &sql).await, Nature::Passing, "{sql}");
    }
    let begin = "RESET lock_timeout; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM inventory.stations";
    let changed = pool
        .work(async |connection| {
            run(connection, begin).await?;
            database.run("COMMIT").await;
            let result = run(connection, update).await;
            run(connection, "ROLLBACK").await?;
            result
        })
        .await;
    assert_eq!(changed.unwrap_err().nature(), Nature::Passing, "a serialization failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_side_of_a_deadlock_may_be_tried_again() {
    let database = Database::create().await;
    database.stations(&[1, 1]).await;
    let pool = pool(&database);
    // Whoever waits for this long looks for a deadlock and ends it: here the session of the pool.
    database.run("SET deadlock_timeout = '1h'").await;
    let lock = |first: i64| format!("BEGIN; UPDATE inventory.stations SET name = 'x' WHERE id = {first}");
    let (locked, both_locked) = oneshot::channel();
    let other = async {
        pool.work(async |connection| {
            run(connection, &lock(2)).await?;
            locked.send(()).unwrap();
            let result = run(connection, "UPDATE inventory.stations SET name = 'y' WHERE id = 1").await;
            run(connection, "ROLLBACK").await?;
            result
        })
        .await
    };
    let one = async {
        database.run(&lock(1)).await;
        both_locked.await.unwrap();
        let end = "UPDATE inventory.stations SET name = 'y' WHERE id = 2";
        let result = database.psql.batch_execute(end).await;
        database.run("ROLLBACK").await;
        result
    };
    let (other, one) = tokio::join!(other, one);
    one.unwrap();
    assert_eq!(other.unwrap_err().nature(), Nature::Passing);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_broke_off_may_have_been_done() {
    let database = Database::create().await;
    let pool = pool(&database);
    let end = "SELECT pg_terminate_backend(pg_backend_pid())";
    assert_eq!(nature_of(&pool, end).await, Nature::Interrupted);
    let slow = "SET idle_in_transaction_session_timeout = '20ms'; BEGIN";
    let broken = pool
        .work(async |connection| {
            run(connection, slow).await?;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            run(connection, "SELECT 1").await
        })
        .await;
    assert_eq!(broken.unwrap_err().nature(), Nature::Interrupted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stays_wrong() {
    let database = Database::create().await;
    let pool = pool(&database);
    for sql in [
        "SELECT 1 / 0",
        "SELECT nothing",
        "SELECT booking.place_order(42, 4711)",
        "INSERT INTO booking.riders (user_id, last_notification_id) VALUES (1, -1)",
    ] {
        assert_eq!(nature_of(&pool, sql).await, Nature::Lasting, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_a_function_has_its_code() {
    let database = Database::create().await;
    let error = pool(&database)
        .work(async |connection| run(connection, "SELECT booking.place_order(42, 4711)").await)
        .await
        .unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.code, refusal.message), ("station-not-found", "station 4711 does not exist"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_roles_read_errors_in_english_whatever_the_servers_language_is() {
    let database = Database::create().await;
    for url in [database.inventory_url(), database.booking_url()] {
        let service = database.connect_as(&url).await;
        let sql = "SELECT setting, source FROM pg_settings WHERE name = 'lc_messages'";
        let row = service.query_one(sql, &[]).await.unwrap();
        // "user" is ALTER ROLE … SET, which wins over the server's own configuration.
        assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("C", "user"));
    }
}
