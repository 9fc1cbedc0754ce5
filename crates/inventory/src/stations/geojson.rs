//! Stations as GeoJSON (RFC 7946), for maps that read it as it is.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use events::StationId;
use serde::Serialize;
use service::representation::{Audience, Representation, prefers};
use service::{Page, Problem};
use utoipa::ToSchema;

use super::list::Listed;

const JSON: &str = "application/json";
const GEO_JSON: &str = "application/geo+json";

/// The form in which a client wants to read stations, by its `Accept` header.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    Json,
    GeoJson,
}

impl FromRequest for Format {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(if prefers(request, GEO_JSON, JSON) { Self::GeoJson } else { Self::Json }))
    }
}

/// Stations as GeoJSON. `next` is a foreign member: what to send as `after` for the next page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StationFeatures {
    r#type: FeatureCollection,
    features: Vec<StationFeature>,
    next: Option<String>,
}

/// A station as GeoJSON.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StationFeature {
    r#type: Feature,
    id: StationId,
    geometry: Geometry,
    properties: Listed,
}

/// Where a station is.
#[derive(Debug, Serialize, ToSchema)]
struct Geometry {
    r#type: Point,
    /// Degrees east and north, WGS 84.
    coordinates: [f64; 2],
}

#[derive(Debug, Serialize, ToSchema)]
enum FeatureCollection {
    FeatureCollection,
}

#[derive(Debug, Serialize, ToSchema)]
enum Feature {
    Feature,
}

#[derive(Debug, Serialize, ToSchema)]
enum Point {
    Point,
}

impl From<Listed> for StationFeature {
    fn from(listed: Listed) -> Self {
        let station = &listed.station;
        Self {
            r#type: Feature::Feature,
            id: station.id,
            geometry: Geometry { r#type: Point::Point, coordinates: [station.longitude, station.latitude] },
            properties: listed,
        }
    }
}

impl Format {
    /// A page of stations.
    pub(super) fn page(self, page: Page<Listed>, audience: Audience) -> Result<Representation, Problem> {
        match self {
            Self::Json => Representation::json(JSON, audience, &page),
            Self::GeoJson => {
                let features = StationFeatures {
                    r#type: FeatureCollection::FeatureCollection,
                    features: page.items.into_iter().map(StationFeature::from).collect(),
                    next: page.next,
                };
                Representation::json(GEO_JSON, audience, &features)
            }
        }
    }

    /// One station.
    pub(super) fn station(self, station: Listed) -> Result<Representation, Problem> {
        let audience = Audience::Everybody;
        match self {
            Self::Json => Representation::json(JSON, audience, &station),
            Self::GeoJson => Representation::json(GEO_JSON, audience, &StationFeature::from(station)),
        }
    }
}
