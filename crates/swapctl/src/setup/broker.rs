//! Virtual host, users, permissions and topology of RabbitMQ, through its management API.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rand::RngExt;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::secrets::Secrets;
use super::templates::fill;

const DEFINITIONS: &str = include_str!("../../../../deploy/rabbitmq/definitions.json");
/// The management API with an administrator's login. Once it was set up, `swapwire_admin` is enough.
const VARIABLE: &str = "SWAPWIRE_MANAGEMENT_URL";
const DEFAULT: &str = "http://guest:guest@127.0.0.1:15672";
const ADMIN: &str = "swapwire_admin";
const TIMEOUT: Duration = Duration::from_secs(30);
const SALT: usize = 4;

/// Where the management API is, and an administrator's login.
pub struct Management {
    base: Url,
    user: String,
    password: String,
}

/// The API with a login that it takes.
pub struct Open {
    client: Client,
    base: String,
    user: String,
    password: String,
}

impl Management {
    /// From the environment, or this machine's with the login of a fresh broker.
    pub fn from_environment() -> anyhow::Result<Self> {
        let text = std::env::var(VARIABLE).unwrap_or_else(|_| DEFAULT.into());
        let mut base: Url = text.parse().with_context(|| format!("{VARIABLE} is no URL"))?;
        ensure!(base.scheme() == "http" && base.has_host(), "{VARIABLE} must begin with http://");
        let (user, password) = (base.username().to_owned(), base.password().unwrap_or_default().to_owned());
        let _ = (base.set_username(""), base.set_password(None));
        Ok(Self { base, user, password })
    }

    /// `host:port` and path.
    pub fn address(&self) -> String {
        self.base.as_str().trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// Finds a login that works: our own administrator, else the one that was given.
    pub async fn open(&self, secrets: &Secrets) -> anyhow::Result<Open> {
        let client = Client::builder().timeout(TIMEOUT).build()?;
        let base = self.base.as_str().trim_end_matches('/').to_owned();
        let ours = (ADMIN.to_owned(), secrets.need("ADMIN_AMQP_PASSWORD")?.to_owned());
        for (user, password) in [ours, (self.user.clone(), self.password.clone())] {
            let open = Open { client: client.clone(), base: base.clone(), user, password };
            let answer = open.ask(client.get(open.url("whoami"))).send().await;
            let answer = answer.with_context(|| {
                format!(
                    "RabbitMQ's management API does not answer at {base} \
                     (rabbitmq-plugins enable rabbitmq_management)"
                )
            })?;
            if answer.status().is_success() {
                return Ok(open);
            }
        }
        bail!("RabbitMQ at {base} takes neither {ADMIN} nor the login of {VARIABLE}")
    }
}

impl Open {
    fn url(&self, path: &str) -> String {
        format!("{}/api/{path}", self.base)
    }

    fn ask(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.user, Some(&self.password))
    }

    /// Adds what is missing and sets passwords and permissions; touches no message.
    pub async fn load(&self, secrets: &Secrets) -> anyhow::Result<()> {
        let request = self.client.post(self.url("definitions")).json(&stated(secrets)?);
        let answer = self.ask(request).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "RabbitMQ refuses the definitions: {status} {}", answer.text().await?);
        Ok(())
    }

    /// Compares what is stated with what the broker holds.
    pub async fn check(&self, secrets: &Secrets) -> anyhow::Result<()> {
        let answer = self.ask(self.client.get(self.url("definitions"))).send().await?.error_for_status()?;
        let (held, stated): (Value, Value) = (answer.json().await?, stated(secrets)?);
        let differing = differences(&stated, &held, secrets);
        ensure!(differing.is_empty(), "RabbitMQ differs from what is stated: {}", differing.join(", "));
        println!("RabbitMQ: virtual host, users, permissions and topology are as stated");
        if entries(&held, "users").any(|user| user.get("name") == Some(&"guest".into())) {
            println!("RabbitMQ: the user guest is still there: rabbitmqctl delete_user guest");
        }
        Ok(())
    }
}

fn stated(secrets: &Secrets) -> anyhow::Result<Value> {
    let text = fill(DEFINITIONS, |name| {
        let password = secrets.get(&format!("{}_PASSWORD", name.strip_suffix("_HASH")?))?;
        Some(hash(rand::rng().random(), password))
    })?;
    serde_json::from_str(&text).context("the definitions")
}

/// What RabbitMQ stores: base64(salt + sha256(salt + password)).
fn hash(salt: [u8; SALT], password: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(password).finalize();
    BASE64_STANDARD.encode([&salt[..], &digest[..]].concat())
}

fn entries<'a>(definitions: &'a Value, section: &str) -> impl Iterator<Item = &'a Value> {
    definitions.get(section).and_then(Value::as_array).into_iter().flatten()
}

/// What is stated and not held, each by its section and name.
fn differences(stated: &Value, held: &Value, secrets: &Secrets) -> Vec<String> {
    let mut missing = Vec::new();
    for section in stated.as_object().into_iter().flat_map(|sections| sections.keys()) {
        for entry in entries(stated, section) {
            let found = entries(held, section).any(|other| match section.as_str() {
                "users" => is_user(entry, other, secrets),
                _ => contains(other, entry),
            });
            if !found {
                let name = ["name", "user", "destination"].iter().find_map(|key| entry.get(key)?.as_str());
                missing.push(format!("{section} {}", name.unwrap_or_default()));
            }
        }
    }
    missing
}

/// Whether it has all fields of the other one with these values; RabbitMQ adds some.
fn contains(held: &Value, stated: &Value) -> bool {
    stated.as_object().is_some_and(|fields| fields.iter().all(|(key, value)| held.get(key) == Some(value)))
}

/// The same name and tags, and a hash of the same password, which has a salt of its own.
fn is_user(stated: &Value, held: &Value, secrets: &Secrets) -> bool {
    let name = stated.get("name").and_then(Value::as_str).unwrap_or_default();
    let secret = format!("{}_AMQP_PASSWORD", name.trim_start_matches("swapwire_").to_uppercase());
    let same_password = || {
        let stored = held.get("password_hash")?.as_str()?;
        let salt = BASE64_STANDARD.decode(stored).ok()?.get(..SALT)?.try_into().ok()?;
        Some(hash(salt, secrets.get(&secret)?) == stored)
    };
    held.get("name").and_then(Value::as_str) == Some(name)
        && tags(held) == tags(stated)
        && same_password() == Some(true)
}

/// Stated as words separated by commas, held as a list.
fn tags(user: &Value) -> Vec<&str> {
    match user.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(tags)) => tags.split(',').filter(|tag| !tag.is_empty()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_is_found_and_what_differs_is_named() {
        let secrets = Secrets::made();
        let stated_once = stated(&secrets).unwrap();
        let mut held = stated(&secrets).unwrap();
        assert_eq!(differences(&stated_once, &held, &secrets), Vec::<String>::new());
        held["queues"][1]["arguments"]["x-delivery-limit"] = 6.into();
        held["permissions"][2]["write"] = ".*".into();
        assert_eq!(
            differences(&stated_once, &held, &secrets),
            ["permissions swapwire_booking", "queues booking.battery-ready"]
        );
        let others = differences(&stated_once, &stated_once, &Secrets::made());
        assert_eq!(others.len(), 4, "another password is another user: {others:?}");
    }
}
