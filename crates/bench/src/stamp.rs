//! The time at which a message left whoever made it, written into its text where a station's name stands.

use std::time::{SystemTime, UNIX_EPOCH};

/// What stands in front of the stamp.
const MARK: &[u8] = b"\"at ";
/// Digits of a stamp: microseconds since 1970.
pub const DIGITS: usize = 16;

/// Microseconds since 1970, as text.
#[must_use]
pub fn now() -> String {
    format!("{:0DIGITS$}", micros())
}

fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros())
}

/// Where the stamp of a message begins.
#[must_use]
pub fn position(text: &[u8]) -> Option<usize> {
    text.windows(MARK.len()).position(|window| window == MARK).map(|at| at + MARK.len())
}

/// The microseconds since a message was stamped.
#[must_use]
pub fn age_us(text: &[u8]) -> Option<f64> {
    let start = position(text)?;
    let stamp: u128 = std::str::from_utf8(text.get(start..start + DIGITS)?).ok()?.parse().ok()?;
    // A message of the greeting is as old as its station.
    (stamp > 0).then(|| micros().saturating_sub(stamp) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_found_in_a_message() {
        let text = format!("{{\"station_name\":\"at {}\",\"x\":1}}", now());
        assert!(age_us(text.as_bytes()).is_some_and(|age| age < 60e6));
        assert_eq!(age_us(b"{\"station_name\":\"Station\"}"), None);
    }
}
