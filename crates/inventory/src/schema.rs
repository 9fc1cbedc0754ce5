//! The tables and views as diesel sees them. A test compares them with the migrated database.

use diesel::query_builder::QueryId;
use diesel::sql_types::{Array, BigInt, Double, Nullable, SqlType};

/// A point in space: `cube`, one of Postgres' own extensions.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "cube"))]
pub struct Cube;

diesel::table! {
    use diesel::sql_types::*;
    use super::Cube;

    inventory.stations (id) {
        id -> BigInt,
        owner_id -> BigInt,
        name -> Text,
        latitude -> Double,
        longitude -> Double,
        status -> Text,
        status_message -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        location -> Cube,
    }
}

diesel::table! {
    inventory.batteries (id) {
        id -> BigInt,
        owner_id -> BigInt,
        serial_number -> Text,
        model -> Text,
        state -> Text,
        station_id -> Nullable<BigInt>,
        state_of_charge_percent -> Double,
        state_of_health_percent -> Double,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        booked_at -> Nullable<Timestamptz>,
        reserved -> Bool,
    }
}

diesel::table! {
    /// What was done at stations and to batteries; the database writes it.
    inventory.history (id) {
        id -> BigInt,
        at -> Timestamptz,
        action -> Text,
        station_id -> Nullable<BigInt>,
        battery_id -> Nullable<BigInt>,
        held_since -> Nullable<Timestamptz>,
        cause -> Nullable<Text>,
        detail -> Nullable<Jsonb>,
        actor_id -> Nullable<BigInt>,
        session -> Text,
    }
}

diesel::table! {
    /// Since when every line of the history is there.
    inventory.history_begin (at) {
        at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Cube;

    /// The view that every reader of a station uses.
    inventory.station_states (id) {
        id -> BigInt,
        owner_id -> BigInt,
        name -> Text,
        latitude -> Double,
        longitude -> Double,
        status -> Text,
        status_message -> Text,
        available_batteries -> BigInt,
        booked_batteries -> BigInt,
        unavailable_batteries -> BigInt,
        total_batteries -> BigInt,
        updated_at -> Timestamptz,
        location -> Cube,
    }
}

diesel::define_sql_function! {
    /// Waits for the bookings that are being made at a station, and goes before later ones.
    #[sql_name = "inventory.lock_station"]
    fn lock_station(station_id: BigInt);
}

diesel::define_sql_function! {
    /// Refuses what would take an owner beyond the most that one operator may have.
    #[sql_name = "inventory.require_quota"]
    fn require_quota(owner_id: BigInt, kind: diesel::sql_types::Text, new: BigInt, most: BigInt);
}

diesel::define_sql_function! {
    /// Adds batteries to a station, all or none: (added, already here).
    #[sql_name = "inventory.place_batteries"]
    fn place_batteries(
        station_id: BigInt,
        battery_ids: Array<BigInt>,
        owner_id: Nullable<BigInt>,
        ready_percent: Double,
    ) -> diesel::sql_types::Record<(Array<BigInt>, Array<BigInt>)>;
}
