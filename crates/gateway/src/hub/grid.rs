//! The globe as a square of 2^32 by 2^32 cells, and the order of its cells along the Z-curve (Morton order): what is
//! near on the ground is near in the order.

use events::Location;

/// The cells along one side.
const SIDE: f64 = 4_294_967_296.0;

/// The column and row of a location.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to an integer by `as` only; it saturates, and NaN is 0"
)]
pub(super) fn cell(location: Location) -> (u32, u32) {
    let column = (location.longitude + 180.0) / 360.0 * SIDE;
    let row = (location.latitude + 90.0) / 180.0 * SIDE;
    (column as u32, row as u32)
}

/// The position of a location along the curve: the bits of row and column in turns.
pub(super) fn morton(location: Location) -> u64 {
    let (column, row) = cell(location);
    spread(column) | spread(row) << 1
}

/// Puts a zero in front of each bit.
fn spread(bits: u32) -> u64 {
    let mut bits = u64::from(bits);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff_u64),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_row_and_column_take_turns() {
        assert_eq!(spread(0b1011), 0b100_0101);
        assert_eq!(spread(u32::MAX), 0x5555_5555_5555_5555);
        let corner = |latitude, longitude| morton(Location { latitude, longitude });
        assert_eq!(corner(-90.0, -180.0), 0);
        assert_eq!(corner(90.0, 180.0), u64::MAX);
        assert_eq!(corner(-90.0, 0.0), 1 << 62);
        assert_eq!(corner(0.0, -180.0), 1 << 63);
    }
}
