//! Reading settings: defaults in code ← TOML files ← the environment. Unknown keys are refused, so that a typo is an
//! error at start and not a silent default.

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

/// Names the settings file, or several, separated by colons: each one overrides those before it.
pub const FILE_VARIABLE: &str = "SWAP_CONFIG";

/// Reads a service's settings.
///
/// # Errors
/// Says which file or key is wrong.
pub fn load<S: DeserializeOwned>() -> anyhow::Result<S> {
    read(std::env::var(FILE_VARIABLE).ok())
}

/// Reads settings, from those of `files` that are there when no other ones are named.
///
/// # Errors
/// Says which file or key is wrong.
pub fn load_or<S: DeserializeOwned>(files: &[&str]) -> anyhow::Result<S> {
    let there = || {
        let files = files.iter().copied().filter(|file| std::fs::exists(file).is_ok_and(|there| there));
        files.collect::<Vec<_>>().join(":")
    };
    read(std::env::var(FILE_VARIABLE).ok().or_else(|| Some(there()).filter(|files| !files.is_empty())))
}

fn read<S: DeserializeOwned>(file: Option<String>) -> anyhow::Result<S> {
    let mut sources = config::Config::builder();
    for path in file.iter().flat_map(|files| files.split(':')) {
        sources = sources.add_source(config::File::new(path, config::FileFormat::Toml));
    }
    sources
        .add_source(
            config::Environment::with_prefix("SWAP").prefix_separator("__").separator("__").try_parsing(true),
        )
        .build()
        .with_context(|| format!("reading settings ({FILE_VARIABLE} names the files)"))?
        .try_deserialize()
        .with_context(|| {
            format!("settings: check the files that {FILE_VARIABLE} names and SWAP__… variables")
        })
}

/// Where a service listens and how long it may take.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port, for example `127.0.0.1:8101`; port 0 takes a free one.
    pub listen: String,
    /// Worker threads. Default 2.
    #[serde(default = "default_workers")]
    pub workers: usize,
    /// Connections that one worker holds at a time; more wait to be accepted. Default 4,096.
    #[serde(default = "default_max_connections_per_worker")]
    pub max_connections: usize,
    /// Seconds for a client to send the head of a request. Default 10.
    #[serde(default = "default_request_timeout_s")]
    pub request_timeout_s: u64,
    /// Origins whose pages may call the API from a browser, beside our own. Default none.
    #[serde(default)]
    pub allowed_origins: Vec<Url>,
    /// Seconds that requests in flight get to finish at shutdown. Default 10.
    #[serde(default = "default_shutdown_timeout_s")]
    pub shutdown_timeout_s: u64,
}

fn default_workers() -> usize {
    2
}

fn default_max_connections_per_worker() -> usize {
    4_096
}

fn default_request_timeout_s() -> u64 {
    10
}

fn default_shutdown_timeout_s() -> u64 {
    10
}
