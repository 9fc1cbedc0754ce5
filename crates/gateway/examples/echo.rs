//! The echo server that the Autobahn cases are run against: `make conformance`.

fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9001".into());
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(gateway::conformance::serve(address.parse()?))
}
