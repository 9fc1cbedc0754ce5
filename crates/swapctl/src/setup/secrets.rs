//! The secrets of an installation. They are made once and kept in `secrets.env`, which only root can read. Another
//! machine gets a copy.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;

/// What `deploy/bootstrap/secrets.sh` makes for an instance, less the servers' own.
const NAMES: [&str; 9] = [
    "JWT_SECRET",
    "MIGRATOR_DB_PASSWORD",
    "INVENTORY_DB_PASSWORD",
    "BOOKING_DB_PASSWORD",
    "ADMIN_AMQP_PASSWORD",
    "INVENTORY_AMQP_PASSWORD",
    "BOOKING_AMQP_PASSWORD",
    "GATEWAY_AMQP_PASSWORD",
    VAPID,
];
/// 32 bytes in base64url; the others are hexadecimal, so that none needs escaping in a URL or in SQL.
const VAPID: &str = "VAPID_PRIVATE_KEY";

/// Names with their values.
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Reads them.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("reading {} (as root; `swapctl setup` makes it)", file.display()))?;
        let found: BTreeMap<_, _> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for name in NAMES {
            let value = found.get(name).map_or("", String::as_str);
            // These characters alone mean nothing in a URL, in TOML, JSON or SQL.
            let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            if value.is_empty() || !plain {
                bail!("{}: {name} must be letters, digits, - and _", file.display());
            }
        }
        Ok(Self(found))
    }

    /// Reads them, or makes them where there are none. A file is never changed: the servers were told what is in it.
    pub fn read_or_make(file: &Path) -> anyhow::Result<Self> {
        if !file.exists() {
            let made: String = NAMES.map(|name| format!("{name}={}\n", make(name))).concat();
            // Whole or not at all: half of it would be taken for a finished one.
            let new = file.with_extension("env.new");
            let _ = fs::remove_file(&new);
            let mut writer = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            writer.write_all(made.as_bytes())?;
            writer.sync_all()?;
            fs::rename(&new, file).with_context(|| format!("writing {}", file.display()))?;
        }
        Self::read(file)
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// One that must be there.
    pub fn need(&self, name: &str) -> anyhow::Result<&str> {
        self.get(name).with_context(|| format!("there is no secret {name}"))
    }

    /// New ones, for tests.
    #[cfg(test)]
    pub fn made() -> Self {
        Self(NAMES.into_iter().map(|name| (name.to_owned(), make(name))).collect())
    }
}

fn make(name: &str) -> String {
    let bytes: [u8; 32] = rand::rng().random();
    if name == VAPID {
        return BASE64_URL_SAFE_NO_PAD.encode(bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
