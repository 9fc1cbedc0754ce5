//! The service refuses a database whose schema it does not know.

use secrecy::SecretString;
use serde_json::json;
use testbed::{Api, Database, eventually};
use tokio_util::sync::CancellationToken;

use crate::app::settings;

fn build(database: &Database) -> inventory::App {
    let broker = SecretString::from("amqp://127.0.0.1:1/none");
    let settings = settings(&database.inventory_url(), &broker, &json!({}));
    inventory::build(settings, service::telemetry::detached()).expect("the service")
}

/// What it ends with.
async fn ends_with(database: &Database) -> String {
    let ended = eventually("the service ends", build(database).run(CancellationToken::new())).await;
    ended.expect_err("a refusal").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_refuses_to_start_on_an_old_schema_and_names_the_command() {
    let database = Database::create().await;
    database.run("UPDATE public.schema_state SET version = version - 1").await;
    let error = ends_with(&database).await;
    assert!(error.contains("run `swapctl migrate`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_refuses_to_start_on_a_schema_that_is_two_versions_ahead() {
    let database = Database::create().await;
    database.run("UPDATE public.schema_state SET version = version + 2").await;
    let error = ends_with(&database).await;
    assert!(error.contains("start the newer program"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_found_no_database_refuses_a_wrong_schema_as_soon_as_it_is_there() {
    let database = Database::create().await;
    let limit = async |connections: i32| {
        let name: String = database.row("SELECT current_database()::text").await.get(0);
        database.run(&format!("ALTER DATABASE {name} CONNECTION LIMIT {connections}")).await;
    };
    database.run("UPDATE public.schema_state SET version = version - 1").await;
    limit(0).await;
    let app = build(&database);
    let api = Api::new(format!("http://{}", app.address()));
    let running = tokio::spawn(app.run(CancellationToken::new()));
    assert_eq!(api.get("/stations/").await.status, 503, "it serves what needs no database");
    limit(-1).await;
    let error = eventually("the service ends", running).await.unwrap().expect_err("a refusal").to_string();
    assert!(error.contains("run `swapctl migrate`"), "{error}");
}
