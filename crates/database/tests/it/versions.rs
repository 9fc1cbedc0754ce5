//! A program runs on its own schema and on the next one.

use database::{revert, schema_fits};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use secrecy::ExposeSecret;
use testbed::Database;

/// What a service of this program is told.
async fn asked(database: &Database) -> Result<(), String> {
    let mut connection = AsyncPgConnection::establish(database.booking_url().expose_secret()).await.unwrap();
    schema_fits(&mut connection).await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_runs_on_its_own_schema_and_on_the_next_one() {
    let database = Database::create().await;
    let own = std::fs::read_dir(testbed::migrations())
        .unwrap()
        .map(|folder| folder.unwrap().file_name().to_str().unwrap()[..4].parse::<i64>().unwrap())
        .max();
    let version = database.number("SELECT version::bigint FROM public.schema_state").await;
    assert_eq!(Some(version), own);
    assert_eq!(asked(&database).await, Ok(()));
    database.run("UPDATE public.schema_state SET version = version + 1").await;
    assert_eq!(asked(&database).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_schema_is_refused_with_the_command_that_helps() {
    let database = Database::create().await;
    let refused = async |change: &str, word: &str| {
        database.run(change).await;
        let error = asked(&database).await.unwrap_err();
        assert!(error.contains(word), "{change}: {error}");
    };
    refused("UPDATE public.schema_state SET version = version + 2", "--revert").await;
    refused("UPDATE public.schema_state SET version = version - 3", "run `swapctl migrate`").await;
    refused("UPDATE public.schema_state SET version = version + 1, functions = NULL", "functions").await;
    refused("DELETE FROM public.schema_state", "has no schema: run `swapctl migrate`").await;
    refused("DROP TABLE public.schema_state", "has no schema: run `swapctl migrate`").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_taken_back_is_refused() {
    let database = Database::create().await;
    revert(&database.migrator_url(), 1).await.unwrap();
    let error = asked(&database).await.unwrap_err();
    assert!(error.contains("run `swapctl migrate`"), "{error}");
    let steps = std::fs::read_dir(testbed::migrations()).unwrap().count();
    revert(&database.migrator_url(), steps - 1).await.unwrap();
    assert!(asked(&database).await.unwrap_err().contains("has no schema"));
}
