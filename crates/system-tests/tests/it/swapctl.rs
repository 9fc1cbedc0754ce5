//! The operator's command line on a running system. Its settings file is the instance's (`SWAP_CONFIG`).

use std::process::Command;

use testbed::Database;
use testbed::environment::variable;

use crate::instance::{all_ready, api};

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
