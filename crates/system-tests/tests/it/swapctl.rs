//! The operator's command line on a running system. Its settings file is the instance's (`SWAP_CONFIG`).

use std::process::Command;

use serde_json::{Value, json};
use testbed::Database;
use testbed::environment::variable;

use crate::instance::{all_ready, api, program};

/// What it prints; it must have succeeded.
fn swapctl(arguments: &str) -> String {
    let mut command = Command::new(variable("SWAPWIRE_TEST_SWAPCTL"));
    let output = command.args(arguments.split(' ')).output().expect("swapctl");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "swapctl {arguments}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_operators_work_on_a_running_system() {
    all_ready().await;
    let station = Database::of_instance().await.stations(&[100]).await[0];

    swapctl("doctor");
    let token = swapctl("token --user 42 --role rider");
    let orders = api().with_token(token.trim().into()).get("/user/orders/").await;
    assert_eq!(orders.status, 200);

    // Seeding again and again leaves what is there.
    assert!(swapctl("seed").contains("nothing to seed"));
    swapctl("simulate --rate 200 --actions 20");

    let told = swapctl(&format!("test-websocket --station-id {station} --rounds 3"));
    assert!(told.contains("3 messages arrived"), "{told}");
    // More writes than one user may make in a burst: it waits for its turn like everybody.
    let told = swapctl(&format!("test-websocket --station-id {station} --bookings 60"));
    assert!(told.contains("60 messages arrived"), "{told}");
}

/// What it answers, and whether it succeeded.
fn answer(arguments: &str) -> (String, bool) {
    let mut command = Command::new(variable("SWAPWIRE_TEST_SWAPCTL"));
    let output = command.args(arguments.split(' ')).output().expect("swapctl");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_who_is_forgotten_has_no_messages_and_no_orders() {
    all_ready().await;
    let station = Database::of_instance().await.stations(&[100]).await[0];
    let rider = 77_000_001;
    let api = api().rider(rider);
    let order = api.post("/user/orders/", json!({ "station": station })).await;
    assert_eq!(order.status, 201, "{}", order.body);
    let (told, succeeded) = answer(&format!("forget-rider {rider}"));
    assert!(!succeeded, "a battery is held: {told}");
    let cancelled = api.post(&format!("/user/orders/{}/cancel/", order.body["id"]), Value::Null).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);

    let told = swapctl(&format!("forget-rider {rider}"));
    assert!(told.contains("1 orders are nobody's now") && told.contains("x-max-age"), "{told}");
    for list in ["/user/orders/", "/user/notifications/"] {
        assert_eq!(api.get(list).await.body["items"], json!([]), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_in_json_what_is_wrong_and_what_to_do() {
    all_ready().await;
    let (text, succeeded) = answer("doctor --json");
    let findings: Value = serde_json::from_str(&text).expect(&text);
    assert!(succeeded && findings["ok"] == true, "{text}");
    let names: Vec<_> =
        findings["checks"].as_array().expect(&text).iter().map(|check| &check["name"]).collect();
    assert_eq!(names, ["Postgres", "RabbitMQ", "inventory", "booking", "gateway-1", "gateway-2", "nginx"]);

    let frozen = program("gateway-1").freeze();
    let (text, succeeded) = answer("doctor --json");
    drop(frozen);
    let findings: Value = serde_json::from_str(&text).expect(&text);
    assert!(!succeeded && findings["ok"] == false, "{text}");
    let wrong: Vec<_> =
        findings["checks"].as_array().expect(&text).iter().filter(|check| check["ok"] == false).collect();
    assert!(wrong.iter().any(|check| check["name"] == "gateway-1" && check["remedy"].is_string()), "{text}");
    assert!(wrong.iter().all(|check| check["name"] != "Postgres"), "{text}");
    all_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_agrees_at_rest_and_names_the_station_that_was_changed_behind_the_triggers() {
    all_ready().await;
    let database = Database::of_instance().await;
    let station = database.stations(&[100]).await[0];
    assert!(swapctl("verify --wait-s 60").contains("2 gateways agree"));

    // A snapshot of the full state, once a minute, corrects the screens: then the next change makes a difference.
    let mut found = String::new();
    for state in ["faulty", "available", "faulty", "available"] {
        let statement =
            format!("UPDATE inventory.batteries SET state = '{state}' WHERE station_id = {station}");
        database
            .run(&format!(
                "SET session_replication_role = replica; {statement}; RESET session_replication_role"
            ))
            .await;
        let (text, agrees) = answer("verify --wait-s 0 --json");
        if !agrees {
            found = text;
            break;
        }
    }
    let findings: Value = serde_json::from_str(&found).expect(&found);
    assert_eq!((&findings["ok"], &findings["at_rest"]), (&json!(false), &json!(true)), "{found}");
    let wanted = format!("station {station}: available_batteries is");
    let of_station = |finding: &&Value| finding["kind"] == "shown" && finding["station_id"] == station;
    let shown: Vec<&Value> =
        findings["differences"].as_array().expect(&found).iter().filter(of_station).collect();
    assert_eq!(shown.len(), 2, "each gateway: {found}");
    assert!(shown.iter().all(|finding| finding["detail"].as_str().unwrap().contains(&wanted)), "{found}");

    swapctl(&format!("test-websocket --station-id {station}"));
    let findings: Value = serde_json::from_str(&swapctl("verify --wait-s 60 --json")).unwrap();
    assert_eq!((&findings["ok"], &findings["gateways"]), (&json!(true), &json!(2)), "{findings}");
}
