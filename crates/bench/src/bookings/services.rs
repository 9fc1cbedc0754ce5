//! The services of the instance: stopped, started and awaited.

use reqwest::Method;
use testbed::environment::variable;
use testbed::{Api, Program, until};

/// Those that answer requests and publish facts.
const SERVICES: [&str; 2] = ["booking", "inventory"];

/// Stops the services and waits until they have ended.
pub fn stop() {
    SERVICES.into_iter().for_each(|service| Program::of_instance(service).stop());
}

/// Starts the services and waits until they answer.
pub async fn start() {
    SERVICES.into_iter().for_each(|service| Program::of_instance(service).start());
    ready().await;
}

/// Waits until both services answer again and have what they need.
pub async fn ready() {
    for service in ["SWAPWIRE_TEST_BOOKING_URL", "SWAPWIRE_TEST_INVENTORY_URL"] {
        let api = Api::new(variable(service));
        until("the service is ready again", async || {
            let answer = api.try_send(Method::GET, "/health/ready", None).await;
            answer.is_ok_and(|answer| answer.status == 200)
        })
        .await;
    }
}
