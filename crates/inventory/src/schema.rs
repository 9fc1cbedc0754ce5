//! The tables and views as diesel sees them. A test compares them with the migrated database.

diesel::table! {
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
    }
}

diesel::table! {
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
    }
}

use diesel::sql_types::{Array, BigInt, Double, Nullable};

diesel::define_sql_function! {
    /// Great-circle distance in kilometres.
    #[sql_name = "inventory.distance_km"]
    fn distance_km(latitude1: Double, longitude1: Double, latitude2: Double, longitude2: Double) -> Double;
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
