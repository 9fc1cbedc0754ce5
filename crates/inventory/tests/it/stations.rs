//! `/stations/`.
