//! The box that a client's cursors were given for, as an opaque text that the client gives back.

use std::fmt;
use std::str::FromStr;

use events::BoundingBox;

/// The hex digits of an edge.
const EDGE: usize = 16;

/// A box as text: the bits of its four edges, so that it comes back exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scope(pub(crate) BoundingBox);

/// A text that is no scope of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoScope;

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BoundingBox { west, south, east, north } = self.0;
        [west, south, east, north].iter().try_for_each(|edge| write!(f, "{:016x}", edge.to_bits()))
    }
}

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        if text.len() != 4 * EDGE || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoScope);
        }
        let edges: Vec<f64> = text
            .as_bytes()
            .chunks(EDGE)
            .filter_map(|edge| u64::from_str_radix(std::str::from_utf8(edge).ok()?, 16).ok())
            .map(f64::from_bits)
            .collect();
        let edges = <[f64; 4]>::try_from(edges).map_err(|_| NoScope)?;
        BoundingBox::try_from(edges).map(Self).map_err(|_| NoScope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_survives_the_round_trip_and_other_text_is_refused() {
        let area = BoundingBox { west: 13.1, south: -52.3, east: 14.000_000_1, north: 53.0 };
        let text = Scope(area).to_string();
        assert_eq!(text.parse(), Ok(Scope(area)));
        for text in ["", "1", &text[1..], &format!("{text}0"), &text.replace('4', "é"), &"f".repeat(64)] {
            assert_eq!(text.parse::<Scope>(), Err(NoScope), "{text}");
        }
    }
}
