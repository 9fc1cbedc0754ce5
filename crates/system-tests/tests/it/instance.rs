//! The instance under test and its supervisor.

use std::process::Command;

use testbed::environment::variable;
use testbed::{Api, until};

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

/// A program under the supervisor.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    Inventory,
    Booking,
    Gateway1,
    Rabbitmq,
    Postgres,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Booking => "booking",
            Self::Gateway1 => "gateway-1",
            Self::Rabbitmq => "rabbitmq",
            Self::Postgres => "postgres",
        }
    }

    fn pid(self) -> Option<u32> {
        let output = supervisorctl(&["pid", self.name()]);
        output.trim().parse().ok().filter(|pid| *pid > 0)
    }

    /// SIGTERM: the supervisor starts it again once it has ended.
    pub(crate) fn terminate(self) {
        supervisorctl(&["signal", "TERM", self.name()]);
    }

    /// The process stands still, with its connections open.
    pub(crate) fn pause(self) {
        self.signal("-STOP");
    }

    /// A paused process goes on.
    pub(crate) fn resume(self) {
        self.signal("-CONT");
    }

    /// kill -9, the program and whatever it has started.
    pub(crate) fn kill(self) {
        self.signal("-9");
    }

    fn signal(self, signal: &str) {
        let pid = self.pid().unwrap_or_else(|| panic!("{} does not run", self.name()));
        let killed = Command::new("kill").args([signal, "--", &format!("-{pid}")]).status().expect("kill");
        assert!(killed.success(), "kill {signal} of {} ({pid})", self.name());
    }
}

fn supervisorctl(arguments: &[&str]) -> String {
    let configuration = format!("{}/etc/supervisord.conf", variable("SWAPWIRE_INSTANCE"));
    let output = Command::new("supervisorctl").args(["-c", &configuration]).args(arguments).output();
    String::from_utf8(output.expect("supervisorctl").stdout).expect("text")
}

/// The log of a program.
pub(crate) fn log(program: Program) -> String {
    let path = format!("{}/log/{}.log", variable("SWAPWIRE_INSTANCE"), program.name());
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
