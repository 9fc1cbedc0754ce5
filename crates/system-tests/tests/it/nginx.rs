//! A second nginx before the services of the instance, with a test's own settings. The bootstrap writes its
//! configuration.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use reqwest::Method;
use testbed::environment::variable;
use testbed::{Api, until};

pub(crate) struct Nginx {
    process: Child,
    pub(crate) folder: PathBuf,
    pub(crate) base: String,
    /// Where it serves the broker's UI.
    pub(crate) ui_port: u16,
}

/// What it says before it has read its settings, and after.
const LOGS: [&str; 2] = ["nginx.log", "log/nginx-error.log"];

/// Arguments: the bootstrap's folder, the folder of the new nginx.
const PREPARE: &str = r#"
    set -euo pipefail
    source "$1/infrastructure.sh"
    open_instance "$2"
    choose_ports
    ulimit -n 4096
    prepare_nginx
"#;

/// It may open 4,096 files.
const START: &str = r#"
    cd "$INSTANCE/run/cwd"
    exec bash "$INSTANCE/etc/nginx/start.sh"
"#;

/// What the environment of the tests may say of the app; a test says it itself.
const SETTINGS: [&str; 13] = [
    "SWAPWIRE_HOSTS",
    "SWAPWIRE_RABBITMQ_UI_ALLOWED",
    "SWAPWIRE_CONNECTIONS_PER_ADDRESS",
    "SWAPWIRE_REQUESTS_PER_ADDRESS_PER_S",
    "SWAPWIRE_REQUESTS_PER_ADDRESS_BURST",
    "SWAPWIRE_REQUESTS_PER_ADDRESS_AT_ONCE",
    "SWAPWIRE_WEB_OIDC_AUTHORITY",
    "SWAPWIRE_WEB_OIDC_CLIENT_ID",
    "SWAPWIRE_WEB_OIDC_SCOPE",
    "SWAPWIRE_WEB_TILES_STYLE",
    "SWAPWIRE_WEB_ORIGINS",
    "SWAPWIRE_GRAFANA_URL",
    "SWAPWIRE_DEMO_IDENTITIES",
];

impl Nginx {
    /// Starts it with these settings of the bootstrap.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let (mut command, folder, base, ui_port) = bootstrap(&format!("{PREPARE}{START}"), settings);
        let log = File::create(folder.join(LOGS[0])).unwrap();
        let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut nginx = Self { process, folder, base, ui_port };
        let api = Api::new(&nginx.base);
        until("nginx answers", async || {
            if let Some(status) = nginx.process.try_wait().unwrap() {
                panic!("nginx has ended with {status}: {}", nginx.log());
            }
            api.try_send(Method::GET, "/health/live", None).await.is_ok()
        })
        .await;
        nginx
    }

    /// What the bootstrap says to settings that it does not take.
    pub(crate) fn refusal(settings: &[(&str, &str)]) -> String {
        let (mut command, folder, ..) = bootstrap(PREPARE, settings);
        let output = command.output().unwrap();
        fs::remove_dir_all(folder).unwrap();
        assert!(!output.status.success(), "{settings:?} is taken");
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn log(&self) -> String {
        LOGS.map(|log| fs::read_to_string(self.folder.join(log)).unwrap_or_default()).concat()
    }
}

impl Drop for Nginx {
    /// SIGTERM ends the workers, too; SIGKILL would leave them behind.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A script of the bootstrap, the folder it works in, the address of the nginx it prepares, and the port of its UI.
fn bootstrap(script: &str, settings: &[(&str, &str)]) -> (Command, PathBuf, String, u16) {
    let (port, ui_port) = free_ports();
    let folder = std::env::temp_dir().join(format!("swapwire-edge-{port}"));
    fs::create_dir_all(folder.join("etc")).unwrap();
    let instance = PathBuf::from(variable("SWAPWIRE_INSTANCE"));
    fs::copy(instance.join("etc/ports.env"), folder.join("etc/ports.env")).unwrap();
    let mut command = Command::new("bash");
    command.args(["-c", script, "nginx"]);
    command.args([&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/bootstrap"), &folder]);
    for setting in SETTINGS {
        command.env_remove(setting);
    }
    command.env("SWAPWIRE_HTTP_PORT", port.to_string());
    command.env("SWAPWIRE_RABBITMQ_UI_PORT", ui_port.to_string()).envs(settings.iter().copied());
    (command, folder, format!("http://127.0.0.1:{port}"), ui_port)
}

/// Two different ones.
fn free_ports() -> (u16, u16) {
    let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [one, other] = sockets.map(|socket| socket.local_addr().unwrap().port());
    (one, other)
}
