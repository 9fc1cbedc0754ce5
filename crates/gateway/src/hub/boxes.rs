//! Who follows which box, found by location. A box is registered in the few cells of a grid whose cells are about its
//! own size, so that the cost of an update grows with the boxes near it, not with all of them.

use std::collections::HashMap;

use events::{BoundingBox, Location};

use super::grid;

/// The coarsest level has one cell, each following one has cells of half the width.
const FINEST: u32 = 24;

/// The cells of one level, by column and row.
type Level = HashMap<(u32, u32), Vec<(BoundingBox, usize)>>;

/// Followers of boxes, by their keys.
#[derive(Debug, Default)]
pub(crate) struct Boxes {
    /// By level; a level that nobody uses is empty.
    levels: Vec<Level>,
}

impl Boxes {
    pub(crate) fn insert(&mut self, area: BoundingBox, follower: usize) {
        for part in halves(area) {
            let (level, cells) = cells_of(&part);
            let index = usize::try_from(level).unwrap_or_default();
            if self.levels.len() <= index {
                self.levels.resize_with(index + 1, Level::default);
            }
            let Some(level) = self.levels.get_mut(index) else { continue };
            for cell in cells {
                level.entry(cell).or_default().push((area, follower));
            }
        }
    }

    pub(crate) fn remove(&mut self, area: BoundingBox, follower: usize) {
        for part in halves(area) {
            let (level, cells) = cells_of(&part);
            let Some(level) = usize::try_from(level).ok().and_then(|index| self.levels.get_mut(index)) else {
                continue;
            };
            for cell in cells {
                if let Some(followers) = level.get_mut(&cell) {
                    followers.retain(|(_, other)| *other != follower);
                    if followers.is_empty() {
                        level.remove(&cell);
                    }
                }
            }
        }
    }

    /// Calls `found` with each follower whose box contains the location; perhaps twice for a box that crosses the
    /// 180th meridian.
    pub(crate) fn containing(&self, location: Location, mut found: impl FnMut(usize)) {
        let (column, row) = grid::cell(location);
        for (level, cells) in (0..).zip(&self.levels) {
            if cells.is_empty() {
                continue;
            }
            let cell = (coarse(column, level), coarse(row, level));
            for (area, follower) in cells.get(&cell).into_iter().flatten() {
                if area.contains(location) {
                    found(*follower);
                }
            }
        }
    }
}

/// The box, or its two parts when it crosses the 180th meridian.
fn halves(area: BoundingBox) -> impl Iterator<Item = BoundingBox> {
    let crosses = area.west > area.east;
    let first = if crosses { BoundingBox { east: 180.0, ..area } } else { area };
    let second = crosses.then_some(BoundingBox { west: -180.0, ..area });
    std::iter::once(first).chain(second)
}

/// The finest level on which a box lies in two by two cells at most, and those cells.
fn cells_of(area: &BoundingBox) -> (u32, impl Iterator<Item = (u32, u32)>) {
    let (west, south) = grid::cell(Location { latitude: area.south, longitude: area.west });
    let (east, north) = grid::cell(Location { latitude: area.north, longitude: area.east });
    let fits = |level: &u32| {
        coarse(east, *level).saturating_sub(coarse(west, *level)) <= 1
            && coarse(north, *level).saturating_sub(coarse(south, *level)) <= 1
    };
    let level = (0..=FINEST).rev().find(fits).unwrap_or_default();
    let columns = coarse(west, level)..=coarse(east, level);
    let rows = coarse(south, level)..=coarse(north, level);
    (level, columns.flat_map(move |column| rows.clone().map(move |row| (column, row))))
}

/// A column or row as the level counts it.
fn coarse(index: u32, level: u32) -> u32 {
    index.checked_shr(u32::BITS - level).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(boxes: &Boxes, latitude: f64, longitude: f64) -> Vec<usize> {
        let mut found = Vec::new();
        boxes.containing(Location { latitude, longitude }, |follower| found.push(follower));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn every_follower_whose_box_contains_a_location_is_found_and_nobody_else() {
        let area = |text: &str| BoundingBox::try_from(text.to_owned()).unwrap();
        let world = area("-180,-90,180,90");
        let areas = [world, area("13,52,14,53"), area("13.4,52.5,13.4,52.5"), area("170,-20,-170,20")];
        let mut boxes = Boxes::default();
        for (follower, area) in (0..).zip(areas) {
            boxes.insert(area, follower);
        }
        assert_eq!(found(&boxes, 52.5, 13.4), [0, 1, 2]);
        assert_eq!(found(&boxes, 52.0, 14.0), [0, 1]);
        assert_eq!(found(&boxes, 0.0, 179.0), [0, 3]);
        assert_eq!(found(&boxes, 0.0, -180.0), [0, 3]);
        assert_eq!(found(&boxes, 90.0, 180.0), [0]);
        boxes.remove(world, 0);
        assert_eq!(found(&boxes, 90.0, 180.0), Vec::<usize>::new());
        for (follower, area) in (0..).zip(areas) {
            boxes.remove(area, follower);
        }
        assert!(boxes.levels.iter().all(HashMap::is_empty));
    }

    #[test]
    fn it_agrees_with_looking_at_every_box() {
        let mut random = 7_u64;
        let mut next = |range: f64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from(u32::try_from(random >> 40).unwrap()) / f64::from(1 << 24) * range
        };
        let mut boxes = Boxes::default();
        let mut areas = Vec::new();
        for follower in 0..500 {
            let (west, south) = (next(350.0) - 175.0, next(160.0) - 80.0);
            let size = next(1.0).powi(4) * 10.0;
            let area = BoundingBox { west, south, east: west + size / 2.0, north: south + size };
            boxes.insert(area, follower);
            areas.push(area);
        }
        for _ in 0..2_000 {
            let (latitude, longitude) = (next(180.0) - 90.0, next(360.0) - 180.0);
            let location = Location { latitude, longitude };
            let expected: Vec<usize> =
                (0..).zip(&areas).filter(|(_, area)| area.contains(location)).map(|(key, _)| key).collect();
            assert_eq!(found(&boxes, latitude, longitude), expected);
        }
    }
}
