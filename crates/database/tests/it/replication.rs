//! A commit whose wait for the replica is cancelled: the server reports success, the service must not.

use database::{DatabaseError, Nature, acting, only_row, wait_for_replica};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use secrecy::SecretString;
use testbed::{Database, until};
use tokio::sync::oneshot;

use crate::errors::pool;

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// While this lives, every commit of the server waits for a replica that never comes.
struct NoReplica(SecretString);

impl NoReplica {
    /// Comes back when commits wait. Sessions know of the setting before the checkpointer does, which makes them wait,
    /// and a checkpoint can keep it busy for long: so commits are made until one waits.
    async fn begin(database: &Database) -> Self {
        let committing = database.connect_as(&database.superuser_url()).await;
        let pid = committing.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
        database.run("CREATE TABLE public.commits (made int); INSERT INTO public.commits VALUES (0)").await;
        let no_replica = Self(database.superuser_url());
        database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
        database.run("SELECT pg_reload_conf()").await;
        tokio::select! {
            () = cancel_wait(database, pid) => {}
            error = async {
                loop {
                    if let Err(error) = committing.batch_execute("UPDATE public.commits SET made = made + 1").await {
                        break error;
                    }
                }
            } => panic!("{error}"),
        }
        no_replica
    }
}

impl Drop for NoReplica {
    fn drop(&mut self) {
        let url = self.0.clone();
        // Drop can't await: a thread of its own does, also while the test panics. Otherwise all other tests would wait.
        let resetting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let (client, connection) = database::connect(&url, "reset").await.unwrap();
                tokio::spawn(database::drive(connection, || {}));
                client.batch_execute("ALTER SYSTEM RESET synchronous_standby_names").await.unwrap();
                client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
            });
        });
        let _ = resetting.join();
    }
}

const MAKE: &str = "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
                    VALUES (7, 'Made', 52.5, 13.4) RETURNING id";

async fn by_itself(connection: &mut AsyncPgConnection) -> Result<i64, DatabaseError> {
    let Made { id } = only_row(diesel::sql_query(MAKE), connection).await?;
    Ok(id)
}

async fn in_a_transaction(connection: &mut AsyncPgConnection) -> Result<i64, DatabaseError> {
    acting(7, connection, async |connection| {
        let Made { id } = diesel::sql_query(MAKE).get_result(connection).await?;
        Ok(id)
    })
    .await
}

/// Runs the work, and cancels the wait of its commit; returns what came of it.
async fn cancelled(
    database: &Database,
    pool: &database::Database,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<i64, DatabaseError>,
) -> Result<i64, DatabaseError> {
    let (tell, told) = oneshot::channel();
    let working = pool.work(async |connection| {
        let Session { pid } =
            diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(connection).await?;
        tell.send(pid).unwrap();
        work(connection).await
    });
    tokio::join!(working, async { cancel_wait(database, told.await.unwrap()).await }).0
}

/// Cancels the wait of a commit, once it waits.
async fn cancel_wait(database: &Database, pid: i32) {
    let waits = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'SyncRep'");
    until("the commit waits for the replica", async || database.number(&waits).await == 1).await;
    database.run(&format!("SELECT pg_cancel_backend({pid})")).await;
}

/// What a relay does before it publishes, as the role that it has.
async fn waiting(database: &Database) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = database::connect(&database.booking_url(), "relay").await.unwrap();
    tokio::spawn(database::drive(connection, || {}));
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    tokio::join!(wait_for_replica(&client), cancel_wait(database, pid)).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_may_not_have_reached_the_replica_is_unknown() {
    let database = Database::create().await;
    let pool = pool(&database);
    let no_replica = NoReplica::begin(&database).await;
    let alone = cancelled(&database, &pool, by_itself).await;
    let together = cancelled(&database, &pool, in_a_transaction).await;
    let waited = waiting(&database).await;
    drop(no_replica);
    assert!(waited.is_err(), "what is there may not be on the replica");
    for result in [alone, together] {
        let error = result.expect_err("it is not known whether the station survives");
        assert_eq!(error.nature(), Nature::Interrupted, "{error}");
    }
    let made = database.number("SELECT count(*) FROM inventory.stations WHERE name = 'Made'").await;
    assert_eq!(made, 2, "the server has committed both: they are not refused either");
    assert!(pool.work(by_itself).await.is_ok(), "with the replica it goes on");
}
