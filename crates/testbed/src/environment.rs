//! Where the servers of this test run are.

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

/// The shared secret of the instance under test.
#[must_use]
pub fn auth() -> service::auth::AuthSettings {
    swapctl_settings().auth
}

/// The settings of the instance's `swapctl`.
///
/// # Panics
/// When the file can't be read.
#[must_use]
pub fn swapctl_settings() -> swapctl::settings::Settings {
    service::settings::load().expect("the file that SWAP_CONFIG names")
}
