//! Places on the globe: WGS 84 degrees.

use serde::Deserialize;

/// A point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
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
    /// Whether a place lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        let (from_west, to_east) = (place.longitude >= self.west, place.longitude <= self.east);
        let between = if self.west <= self.east { from_west && to_east } else { from_west || to_east };
        between && (self.south..=self.north).contains(&place.latitude)
    }
}

/// From `min_lon,min_lat,max_lon,max_lat`.
impl TryFrom<String> for BoundingBox {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let (longitudes, latitudes) = (-180.0..=180.0, -90.0..=90.0);
        match numbers.as_deref() {
            Some(&[west, south, east, north])
                if south <= north
                    && [west, east].iter().all(|degrees| longitudes.contains(degrees))
                    && [south, north].iter().all(|degrees| latitudes.contains(degrees)) =>
            {
                Ok(Self { west, south, east, north })
            }
            _ => Err("must be min_lon,min_lat,max_lon,max_lat in degrees"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Result<BoundingBox, &'static str> {
        BoundingBox::try_from(text.to_owned())
    }

    fn at(latitude: f64, longitude: f64) -> Place {
        Place { latitude, longitude }
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
}
