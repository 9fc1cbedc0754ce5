//! What riders did, summed by the database, and the figures that people read.

use std::ops::Add;

use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double};
use serde::Serialize;
use utoipa::ToSchema;

/// Sums over some time.
#[derive(Debug, Clone, Copy, Default, QueryableByName)]
pub(super) struct Sums {
    #[diesel(sql_type = BigInt)]
    bookings: i64,
    #[diesel(sql_type = BigInt)]
    collections: i64,
    #[diesel(sql_type = BigInt)]
    cancellations: i64,
    #[diesel(sql_type = BigInt)]
    expiries: i64,
    /// From booking to collection, over the collections.
    #[diesel(sql_type = Double)]
    collection_seconds: f64,
    /// How long batteries were held, over the batteries.
    #[diesel(sql_type = Double)]
    booked_seconds: f64,
}

impl Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bookings: self.bookings + other.bookings,
            collections: self.collections + other.collections,
            cancellations: self.cancellations + other.cancellations,
            expiries: self.expiries + other.expiries,
            collection_seconds: self.collection_seconds + other.collection_seconds,
            booked_seconds: self.booked_seconds + other.booked_seconds,
        }
    }
}

/// What riders did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Figures {
    bookings: i64,
    collections: i64,
    cancellations: i64,
    expiries: i64,
    /// From booking to collection; null when nothing was collected.
    mean_seconds_to_collection: Option<f64>,
    /// How many batteries were held on average over the time.
    mean_booked_batteries: f64,
    /// That, of the batteries that are there now; null when there are none.
    occupancy_percent: Option<f64>,
}

impl Figures {
    /// Of sums over so much time at so many batteries.
    pub(super) fn new(sums: &Sums, time: TimeDelta, batteries: i64) -> Self {
        let mean = |sum: f64, count: f64| (count > 0.0).then_some(sum / count);
        let held = mean(sums.booked_seconds, time.as_seconds_f64()).unwrap_or_default();
        Self {
            bookings: sums.bookings,
            collections: sums.collections,
            cancellations: sums.cancellations,
            expiries: sums.expiries,
            mean_seconds_to_collection: mean(sums.collection_seconds, count(sums.collections)),
            mean_booked_batteries: held,
            occupancy_percent: mean(100.0 * held, count(batteries)),
        }
    }
}

/// Counts stay far below 2^53, where a float stops being exact.
#[expect(clippy::as_conversions, reason = "there is no other way from an i64 to a float")]
fn count(number: i64) -> f64 {
    number as f64
}
