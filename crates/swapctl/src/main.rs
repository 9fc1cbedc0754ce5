//! The operator's command line.

use clap::{Parser, Subcommand};
use service::{settings, telemetry};
use swapctl::settings::Settings;
use swapctl::{
    demo_identities, doctor, forget_rider, listen, migrate, print_alerts, seed, setup, simulate, token,
    verify, websocket,
};

/// Where `make run` leaves the settings, seen from the repository.
const DEFAULT_FILES: [&str; 1] = [".run/etc/swapctl.toml"];
/// What `swapctl setup` writes, and the operator's own above it. Where the package is set up these are read, so that no
/// folder that somebody works in decides it.
const INSTALLED_FILES: [&str; 2] = ["/etc/swapwire/setup/swapctl.toml", "/etc/swapwire/swapctl.toml"];

/// Runs and checks a Swapwire network.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prepare Postgres, RabbitMQ and the settings of the packages (as root), or check them.
    Setup(setup::Arguments),
    /// Bring the database to the newest schema.
    Migrate(migrate::Arguments),
    /// Print a token for development.
    Token(token::Arguments),
    /// Keep tokens of a few people in a file for a sign-in page, until SIGTERM or Ctrl-C.
    DemoIdentities(demo_identities::Arguments),
    /// Fill an empty database with a small city.
    Seed(seed::Arguments),
    /// Riders and operators at work, until Ctrl-C.
    Simulate(simulate::Arguments),
    /// Have the state of stations told and listen for it on the gateway.
    TestWebsocket(websocket::Arguments),
    /// Print what a screen gets, until Ctrl-C.
    Listen(listen::Arguments),
    /// Check every dependency and say what to do.
    Doctor(doctor::Arguments),
    /// Print the alerts that Alertmanager sends, until SIGTERM or Ctrl-C.
    PrintAlerts(print_alerts::Arguments),
    /// Remove a person from the database; ended orders stay as nobody's.
    ForgetRider(forget_rider::Arguments),
    /// Compare the database with what every gateway shows, and name what differs.
    Verify(verify::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Command::Setup(arguments) = &arguments.command {
        return setup::run(arguments).await;
    }
    let installed = INSTALLED_FILES.iter().any(|file| std::fs::exists(file).is_ok_and(|there| there));
    let files = if installed { &INSTALLED_FILES[..] } else { &DEFAULT_FILES[..] };
    let settings: Settings = settings::load_or(files)?;
    telemetry::start(&settings.telemetry, &[])?;
    match arguments.command {
        Command::Setup(_) => Ok(()),
        Command::Migrate(arguments) => migrate::run(&settings.database.url, &arguments).await,
        Command::Token(arguments) => token::run(&settings, &arguments),
        Command::DemoIdentities(arguments) => demo_identities::run(&settings, &arguments).await,
        Command::Seed(arguments) => seed::run(&settings, &arguments).await,
        Command::Simulate(arguments) => simulate::run(&settings, &arguments).await,
        Command::TestWebsocket(arguments) => websocket::run(&settings, &arguments).await,
        Command::Listen(arguments) => listen::run(&settings, &arguments).await,
        Command::Doctor(arguments) => doctor::run(&settings, &arguments).await,
        Command::PrintAlerts(arguments) => print_alerts::run(&arguments).await,
        Command::ForgetRider(arguments) => forget_rider::run(&settings, &arguments).await,
        Command::Verify(arguments) => verify::run(&settings, &arguments).await,
    }
}
