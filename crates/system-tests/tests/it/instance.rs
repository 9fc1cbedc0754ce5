//! The instance under test and its supervisor.

use testbed::environment::variable;
use testbed::{Api, Program, until};

/// nginx, as users reach it.
pub(crate) fn base() -> String {
    variable("SWAPWIRE_TEST_BASE_URL")
}

/// Through nginx, as nobody in particular.
pub(crate) fn api() -> Api {
    Api::new(base())
}

/// The gateways' own addresses.
pub(crate) fn gateways() -> Vec<String> {
    variable("SWAPWIRE_TEST_GATEWAY_URLS").split(',').map(ToOwned::to_owned).collect()
}

/// A program of the instance.
pub(crate) fn program(name: &str) -> Program {
    Program::of_instance(name)
}

/// The log of a program.
pub(crate) fn log(program: &str) -> String {
    let path = format!("{}/log/{program}.log", variable("SWAPWIRE_INSTANCE"));
    std::fs::read_to_string(path).expect("the log")
}

/// A metric of a service, from its own port: the sum over its labels.
pub(crate) async fn metric(service: &str, name: &str) -> f64 {
    let base = match service {
        "inventory" => variable("SWAPWIRE_TEST_INVENTORY_URL"),
        "booking" => variable("SWAPWIRE_TEST_BOOKING_URL"),
        gateway => gateway.to_owned(),
    };
    let Ok(response) = reqwest::get(format!("{base}/metrics")).await else { return 0.0 };
    let text = response.text().await.unwrap_or_default();
    text.lines()
        .filter(|line| line.split(['{', ' ']).next() == Some(name))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

/// Waits until every part says that it is ready.
pub(crate) async fn all_ready() {
    let mut parts = gateways();
    parts.push(variable("SWAPWIRE_TEST_INVENTORY_URL"));
    parts.push(variable("SWAPWIRE_TEST_BOOKING_URL"));
    for part in parts {
        let api = Api::new(&part);
        until(&format!("{part} is ready"), async || {
            let answer = api.try_send(reqwest::Method::GET, "/health/ready", None).await;
            answer.is_ok_and(|answer| answer.body["status"] == "ready")
        })
        .await;
    }
}
