//! Where the servers of this test run are.

use serde::Deserialize;
use service::auth::AuthSettings;

/// A variable that `make test` sets.
///
/// # Panics
/// When it is not set, with what to do.
#[must_use]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `make test`, or `make test-up` and `set -a; . .run/test.env; set +a`")
    })
}

/// What tests need of the settings of the instance's `swapctl`.
#[derive(Deserialize)]
struct Settings {
    auth: AuthSettings,
}

/// The shared secret of the instance under test.
///
/// # Panics
/// When the file can't be read.
#[must_use]
pub fn auth() -> AuthSettings {
    service::settings::load::<Settings>().expect("the file that SWAP_CONFIG names").auth
}
