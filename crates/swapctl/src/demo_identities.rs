//! `swapctl demo-identities`: tokens of a few people for a sign-in page on this machine, as long as the command runs.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use events::UserId;
use serde::Serialize;
use service::auth::{Authenticator, Role};
use service::server;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::seed;
use crate::settings::Settings;

/// Whom one can sign in as.
const PEOPLE: [(&str, Role, UserId); 4] = [
    ("Rider 42", Role::Rider, UserId(42)),
    ("Rider 43", Role::Rider, UserId(43)),
    ("Operator 7", Role::Operator, UserId(seed::OPERATOR)),
    ("Admin 1", Role::Admin, UserId(1)),
];
/// How long a token is valid. Two renewals may fail before the file holds expired tokens.
const TOKEN_TTL: Duration = Duration::minutes(15);
/// Time between two renewals.
const RENEW_EVERY: std::time::Duration = std::time::Duration::from_secs(5 * 60);
/// Everybody on this machine may read the file: a web server under another user serves it.
const MODE: u32 = 0o644;

/// Where the tokens go.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to write, renew and finally remove.
    #[arg(long)]
    file: PathBuf,
}

/// What the file holds.
#[derive(Debug, Serialize)]
struct Document {
    identities: Vec<Identity>,
}

/// Somebody one can sign in as.
#[derive(Debug, Serialize)]
struct Identity {
    label: &'static str,
    role: Role,
    user_id: UserId,
    token: String,
    #[serde(with = "events::micros")]
    expires_at: DateTime<Utc>,
}

/// Keeps the file until SIGTERM or Ctrl-C.
///
/// # Errors
/// When tokens can't be signed here, or the file can't be written at the start or removed at the end.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let shutdown = CancellationToken::new();
    server::on_signals(shutdown.clone())?;
    keep(&Authenticator::new(&settings.auth)?, &arguments.file, shutdown).await
}

async fn keep(authenticator: &Authenticator, file: &Path, shutdown: CancellationToken) -> anyhow::Result<()> {
    write(authenticator, file)?;
    let mut tick = tokio::time::interval(RENEW_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    tick.tick().await;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            _ = tick.tick() => {}
        }
        if let Err(error) = write(authenticator, file) {
            tracing::error!(error = %format!("{error:#}"), "the demo identities are not renewed");
        }
    }
    std::fs::remove_file(file).with_context(|| format!("removing {}", file.display()))
}

/// Writes the file anew. A reader sees the old one or the new one, never a part.
fn write(authenticator: &Authenticator, file: &Path) -> anyhow::Result<()> {
    let text = serde_json::to_vec_pretty(&document(authenticator)?)?;
    let mut unfinished = OsString::from(file);
    unfinished.push(".new");
    let replace = || -> std::io::Result<()> {
        let mut new = std::fs::File::create(&unfinished)?;
        new.set_permissions(PermissionsExt::from_mode(MODE))?;
        new.write_all(&text)?;
        drop(new);
        std::fs::rename(&unfinished, file)
    };
    replace().with_context(|| format!("writing {}", file.display()))
}

fn document(authenticator: &Authenticator) -> anyhow::Result<Document> {
    // Tokens hold whole seconds, rounded down: what is said here must not be later.
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap_or_else(Utc::now);
    let identities = PEOPLE.iter().map(|&(label, role, user_id)| {
        let token = authenticator.issue(user_id, role, TOKEN_TTL)?;
        Ok(Identity { label, role, user_id, token, expires_at: now + TOKEN_TTL })
    });
    Ok(Document { identities: identities.collect::<anyhow::Result<_>>()? })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn authenticator() -> Authenticator {
        let settings = json!({ "secret": "0123456789abcdef0123456789abcdef" });
        Authenticator::new(&serde_json::from_value(settings).unwrap()).unwrap()
    }

    /// A directory of the test's own.
    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("swapctl-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_file_holds_a_valid_token_of_each_person() {
        let directory = Directory::new("tokens");
        let file = directory.0.join("identities.json");
        let authenticator = authenticator();
        // The second time replaces the first.
        write(&authenticator, &file).unwrap();
        write(&authenticator, &file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(std::fs::read_dir(&directory.0).unwrap().count(), 1);
        let document: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let identities = document["identities"].as_array().unwrap();
        assert_eq!(identities.len(), PEOPLE.len());
        for (identity, (label, role, user_id)) in identities.iter().zip(PEOPLE) {
            assert_eq!(identity["label"], label);
            assert_eq!(identity["role"], json!(role));
            assert_eq!(identity["user_id"], user_id.0);
            let caller = authenticator.verify(identity["token"].as_str().unwrap()).unwrap();
            assert_eq!((caller.role, caller.user_id), (role, user_id));
            let expires_at: DateTime<Utc> = identity["expires_at"].as_str().unwrap().parse().unwrap();
            assert!(expires_at <= caller.expires_at);
        }
    }

    #[tokio::test]
    async fn the_file_goes_when_the_command_ends() {
        let directory = Directory::new("end");
        let file = directory.0.join("identities.json");
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        keep(&authenticator(), &file, shutdown).await.unwrap();
        assert!(!file.exists());
    }
}
