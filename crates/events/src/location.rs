//! Locations on the globe: WGS 84 degrees.

use serde::Deserialize;

/// A point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// An area between two parallels and two meridians. One whose west is greater than its east crosses the
/// 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct BoundingBox {
    /// The western edge, degrees east.
    pub west: f64,
    /// The southern edge, degrees north.
    pub south: f64,
    /// The eastern edge, degrees east.
    pub east: f64,
    /// The northern edge, degrees north.
    pub north: f64,
}

impl BoundingBox {
    /// Whether a location lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, location: Location) -> bool {
        let (from_west, to_east) = (location.longitude >= self.west, location.longitude <= self.east);
        let between = if self.west <= self.east { from_west && to_east } else { from_west || to_east };
        between && (self.south..=self.north).contains(&location.latitude)
    }

    /// Whether every location inside the other box is inside this one.
    #[must_use]
    pub fn contains_box(&self, other: &Self) -> bool {
        let parallels = self.south <= other.south && other.north <= self.north;
        let whole_circle = self.west <= -180.0 && self.east >= 180.0;
        let meridians = match (self.crosses_180(), other.crosses_180()) {
            (false, false) | (true, true) => self.west <= other.west && other.east <= self.east,
            (true, false) => other.west >= self.west || other.east <= self.east,
            (false, true) => false,
        };
        parallels && (whole_circle || meridians)
    }

    /// Whether a location can be inside both boxes.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        let parallels = self.south <= other.north && other.south <= self.north;
        let apart = |one: &Self, two: &Self| one.east < two.west || two.east < one.west;
        let meridians = match (self.crosses_180(), other.crosses_180()) {
            (false, false) => !apart(self, other),
            (true, true) => true,
            (true, false) => other.east >= self.west || other.west <= self.east,
            (false, true) => self.east >= other.west || self.west <= other.east,
        };
        parallels && meridians
    }

    fn crosses_180(&self) -> bool {
        self.west > self.east
    }
}

/// From `[min_lon, min_lat, max_lon, max_lat]`.
impl TryFrom<[f64; 4]> for BoundingBox {
    type Error = &'static str;

    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self, Self::Error> {
        let (longitudes, latitudes) = (-180.0..=180.0, -90.0..=90.0);
        let on_the_globe = [west, east].iter().all(|degrees| longitudes.contains(degrees))
            && [south, north].iter().all(|degrees| latitudes.contains(degrees));
        if on_the_globe && south <= north {
            Ok(Self { west, south, east, north })
        } else {
            Err("must be min_lon,min_lat,max_lon,max_lat in degrees")
        }
    }
}

/// From `min_lon,min_lat,max_lon,max_lat`.
impl TryFrom<String> for BoundingBox {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
        let four = <[f64; 4]>::try_from(numbers).ok().filter(|_| text.split(',').count() == 4);
        Self::try_from(four.ok_or("must be min_lon,min_lat,max_lon,max_lat in degrees")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Result<BoundingBox, &'static str> {
        BoundingBox::try_from(text.to_owned())
    }

    fn at(latitude: f64, longitude: f64) -> Location {
        Location { latitude, longitude }
    }

    #[test]
    fn a_box_contains_its_edges_and_nothing_beyond() {
        let berlin = area("13.0, 52.3, 13.8, 52.7").unwrap();
        assert!(berlin.contains(at(52.5, 13.4)) && berlin.contains(at(52.3, 13.0)));
        assert!(!berlin.contains(at(52.8, 13.4)) && !berlin.contains(at(52.5, 12.9)));
    }

    #[test]
    fn a_box_whose_west_is_east_of_its_east_crosses_the_date_line() {
        let fiji = area("177,-20,-178,-15").unwrap();
        assert!(fiji.contains(at(-18.0, 179.0)) && fiji.contains(at(-18.0, -179.0)));
        assert!(!fiji.contains(at(-18.0, 0.0)));
    }

    #[test]
    fn what_is_no_box_is_refused() {
        for text in ["", "1,2,3", "a,b,c,d", "1,2,3,4,5", "0,10,1,5", "181,0,182,1", "NaN,0,1,1"] {
            assert!(area(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_box_contains_a_box_also_across_the_date_line() {
        let inside = |outer: &str, inner: &str| area(outer).unwrap().contains_box(&area(inner).unwrap());
        assert!(inside("13,52,14,53", "13,52,14,53") && inside("13,52,14,53", "13.1,52.1,13.2,52.2"));
        assert!(!inside("13,52,14,53", "12.9,52,14,53") && !inside("13,52,14,53", "13,52,14,53.1"));
        assert!(inside("170,-20,-170,20", "175,0,-175,1") && inside("170,-20,-170,20", "175,0,178,1"));
        assert!(!inside("170,-20,-170,20", "160,0,175,1") && !inside("-170,-20,170,20", "175,0,-175,1"));
        assert!(inside("-180,-90,180,90", "175,0,-175,1"));
    }

    #[test]
    fn boxes_that_share_a_location_intersect() {
        let meet = |one: &str, two: &str| {
            let (one, two) = (area(one).unwrap(), area(two).unwrap());
            assert_eq!(one.intersects(&two), two.intersects(&one));
            one.intersects(&two)
        };
        assert!(meet("0,0,1,1", "1,1,2,2") && !meet("0,0,1,1", "1.1,0,2,1") && !meet("0,0,1,1", "0,1.1,1,2"));
        assert!(meet("170,0,-170,1", "-175,0,-160,1") && meet("170,0,-170,1", "160,0,171,1"));
        assert!(!meet("170,0,-170,1", "-160,0,160,1") && meet("170,0,-170,1", "179,0,-179,1"));
    }
}
