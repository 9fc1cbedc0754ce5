//! The services as processes of their own, with a database, a virtual host and a collector that nobody else uses.

use std::process::{Child, Command, Stdio};

use secrecy::{ExposeSecret, SecretString};
use testbed::{Api, Broker, Collector, Database, Role, environment, until};

pub(super) struct Parts {
    pub(super) collector: Collector,
    pub(super) booking: String,
    pub(super) gateway: String,
    pub(super) station: i64,
    // In the order in which they must end.
    _programs: Vec<Program>,
    _database: Database,
    _broker: Broker,
}

/// A process that ends with this value.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Parts {
    pub(super) async fn start() -> Self {
        let (database, broker) = (Database::create().await, Broker::create().await);
        let station = database.stations(&[3]).await[0];
        let collector = Collector::start();
        let start = |name: &str, role: Role, url: Option<SecretString>| {
            let listen = format!("127.0.0.1:{}", free_port());
            let mut command = program(name);
            command
                .env("SWAP__HTTP__LISTEN", &listen)
                .env("SWAP__BROKER__URL", broker.url(role).expose_secret())
                .env("SWAP__TELEMETRY__OTLP_ENDPOINT", collector.endpoint())
                .env("SWAP__TELEMETRY__SAMPLE_RATIO", "0.0");
            if let Some(url) = url {
                command.env("SWAP__DATABASE__URL", url.expose_secret());
            }
            (Program(command.spawn().expect("the program: build it first")), format!("http://{listen}"))
        };
        let (inventory, inventory_url) = start("inventory", Role::Inventory, Some(database.inventory_url()));
        let (booking, booking_url) = start("booking", Role::Booking, Some(database.booking_url()));
        let (gateway, gateway_url) = start("gateway", Role::Gateway, None);
        for base in [&inventory_url, &booking_url, &gateway_url] {
            until("it is ready", async || {
                let ready = Api::new(base).try_send(reqwest::Method::GET, "/health/ready", None).await;
                ready.is_ok_and(|answer| answer.status.is_success())
            })
            .await;
        }
        Self {
            collector,
            booking: booking_url,
            gateway: gateway_url,
            station,
            _programs: vec![inventory, booking, gateway],
            _database: database,
            _broker: broker,
        }
    }
}

/// The program that was built with this test, with the instance's secret and no settings file.
fn program(name: &str) -> Command {
    let built = std::env::current_exe().expect("this test's file");
    let folder = built.parent().and_then(|deps| deps.parent()).expect("the target folder");
    let mut command = Command::new(folder.join(format!("swapwire-{name}")));
    command
        .env_remove("SWAP_CONFIG")
        .env("SWAP__AUTH__SECRET", environment::auth().secret.expose_secret())
        // Milliseconds between two exports.
        .env("OTEL_BSP_SCHEDULE_DELAY", "100")
        .stdin(Stdio::null());
    command
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
