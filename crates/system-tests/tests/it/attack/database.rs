//! Somebody with the password of a service's database role: what Postgres itself would let everybody do.

use testbed::Database;

/// Insufficient privilege.
const DENIED: &str = "42501";

#[tokio::test(flavor = "multi_thread")]
async fn a_services_role_makes_no_objects_of_its_own() {
    let database = Database::of_instance().await;
    for url in [database.booking_url(), database.inventory_url()] {
        let thief = database.connect_as(&url).await;
        for sql in [
            "SELECT lo_create(0)",
            "SELECT lo_creat(-1)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT lo_import('/etc/passwd')",
            "SELECT lo_put(1, 0, 'x')",
            "SELECT lo_get(1)",
            "CREATE TEMPORARY TABLE mine (x int)",
            "CREATE TABLE public.mine (x int)",
            "CREATE SCHEMA mine",
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DO $$ BEGIN PERFORM pg_sleep(0); END $$",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "COPY (SELECT 1) TO '/tmp/mine'",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_ls_dir('/')",
            "SELECT * FROM pg_authid",
            "SELECT pg_reload_conf()",
            "ALTER SYSTEM SET fsync = off",
            "ALTER ROLE swapwire_booking SUPERUSER",
            "SET ROLE swapwire_owner",
            "SET SESSION AUTHORIZATION postgres",
            "SET session_replication_role = replica",
            "SET log_min_duration_statement = 0",
        ] {
            let error = thief.batch_execute(sql).await.expect_err(sql);
            assert_eq!(error.code().map(|state| state.code()), Some(DENIED), "{sql}: {error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_other_databases_are_closed_to_a_services_role() {
    let database = Database::of_instance().await;
    let query = "SELECT rolname::text, datname::text FROM pg_roles, pg_database \
                 WHERE rolname IN ('swapwire_inventory', 'swapwire_booking') AND datallowconn \
                   AND datname <> 'swapwire' AND datname !~ '^(test|making|template)_' \
                   AND has_database_privilege(rolname, datname, 'CONNECT')";
    let open: Vec<(String, String)> =
        database.psql.query(query, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(open, []);
}
