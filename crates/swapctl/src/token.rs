//! `swapctl token`: a token for development.

use chrono::Duration;
use events::UserId;
use service::auth::{Authenticator, Role};

use crate::settings::Settings;

/// For whom and how long.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The user id.
    #[arg(long)]
    user: i64,
    /// rider, operator or admin.
    #[arg(long, value_enum)]
    role: TokenRole,
    /// How long it is valid: a number with s, m, h or d.
    #[arg(long, default_value = "1h", value_parser = duration)]
    ttl: Duration,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum TokenRole {
    Rider,
    Operator,
    Admin,
}

impl From<TokenRole> for Role {
    fn from(role: TokenRole) -> Self {
        match role {
            TokenRole::Rider => Self::Rider,
            TokenRole::Operator => Self::Operator,
            TokenRole::Admin => Self::Admin,
        }
    }
}

/// Prints the token.
///
/// # Errors
/// When it can't be signed.
pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    println!("{}", issue(settings, UserId(arguments.user), arguments.role.into(), arguments.ttl)?);
    Ok(())
}

/// A signed token.
///
/// # Errors
/// When it can't be signed.
pub fn issue(settings: &Settings, user: UserId, role: Role, ttl: Duration) -> anyhow::Result<String> {
    Ok(Authenticator::new(&settings.auth)?.issue(user, role, ttl)?)
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is not a number followed by s, m, h or d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: i64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
    let duration = match unit {
        's' => Duration::try_seconds(number),
        'm' => Duration::try_minutes(number),
        'h' => Duration::try_hours(number),
        'd' => Duration::try_days(number),
        _ => None,
    };
    duration.filter(|duration| *duration > Duration::zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_are_positive() {
        assert_eq!(duration("90s"), Ok(Duration::seconds(90)));
        assert_eq!(duration("24h"), Ok(Duration::hours(24)));
        for text in ["", "1", "h", "-1h", "0s", "1w", "1é"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
