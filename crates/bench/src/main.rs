//! Measures the gateway beside the floor (a loop that writes a prebuilt frame to each socket) and other servers, and
//! bookings beside the bare statement, each in one run on the same work, and prints the tables that the README shows.

mod actix;
mod bookings;
mod client;
mod dialect;
mod finding;
mod floor;
mod frames;
mod gateway;
mod latency;
mod peers;
mod process;
mod publisher;
mod server;
mod stamp;
mod storm;
mod table;
mod viewport;
mod work;

use clap::{Parser, Subcommand};

/// The benchmarks of Swapwire.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure and print the tables; the environment is that of `make bench`.
    Run {
        /// Runs of each server on each work, taken in turns; the medians count.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Seconds that each run is measured.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Only the work whose name contains this.
        #[arg(long)]
        only: Option<String>,
        /// Only the servers whose name contains this.
        #[arg(long)]
        server: Option<String>,
        /// Where the tables are written as Markdown, too.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
    },
    /// Measure a booking's way to the screens, on the instance of the environment, and print the table.
    Latency {
        /// Seconds of bookings.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Where the table is written as Markdown, too.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
    },
    /// Measure bookings beside the bare statement, on the instance of the environment, and print the tables.
    Bookings {
        /// Rounds of each measurement, taken in turns; the medians count.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Seconds that each round is measured.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Send an Idempotency-Key with every booking.
        #[arg(long)]
        idempotency_keys: bool,
        /// Where the tables are written as Markdown, too.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
    },
    /// Measure how fast the relay tells a backlog of millions, on the instance of the environment, and print the table.
    Backlog {
        /// Facts that wait.
        #[arg(long, default_value_t = 5_000_000)]
        facts: i64,
        /// Where the table is written as Markdown, too.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
    },
    /// Measure finding a station among 100,000, on the instance of the environment, and print the table.
    Finding {
        /// Requests of each kind.
        #[arg(long, default_value_t = 1_000)]
        requests: usize,
        /// Where the table is written as Markdown, too.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
    },
    /// actix-web and actix-ws, the ordinary way: `Session::text` to each client.
    ActixWs(Serving),
    /// The same for handshake and reading, with messages written to the sockets past it.
    ActixWsDirect(Serving),
    /// The floor: one thread that writes a prebuilt frame to each client.
    Floor(Serving),
}

/// What a server of the bench itself serves.
#[derive(clap::Args)]
struct Serving {
    /// Where it listens.
    port: u16,
    /// Turns a second.
    rate: f64,
    /// Messages in each turn.
    burst: usize,
    /// The text of a message.
    text: String,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Run { rounds, seconds, only, server, markdown } => {
            show(&work::run(rounds, seconds, only.as_deref(), server.as_deref())?, markdown)
        }
        Command::Latency { seconds, markdown } => {
            show(&latency::measure(std::time::Duration::from_secs(seconds))?.to_string(), markdown)
        }
        Command::Bookings { rounds, seconds, idempotency_keys, markdown } => {
            let time = std::time::Duration::from_secs(seconds);
            show(&bookings::measure(&bookings::Plan { rounds, time, idempotency_keys })?, markdown)
        }
        Command::Backlog { facts, markdown } => {
            show(&bookings::backlog::measure(facts)?.to_string(), markdown)
        }
        Command::Finding { requests, markdown } => show(&finding::measure(requests)?.to_string(), markdown),
        Command::Floor(Serving { port, rate, burst, text }) => floor::serve(port, rate, burst, &text),
        Command::ActixWs(serving) => actix::serve(serving, actix::Way::Session),
        Command::ActixWsDirect(serving) => actix::serve(serving, actix::Way::Direct),
    }
}

fn show(tables: &str, markdown: Option<std::path::PathBuf>) -> anyhow::Result<()> {
    println!("\n{tables}");
    if let Some(path) = markdown {
        use std::io::Write;
        std::fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(tables.as_bytes())?;
    }
    Ok(())
}
