//! The whole system from outside. The tests share one instance and some kill its parts: one at a time.

mod attack;
mod city;
mod edge;
mod faults;
mod health;
mod instance;
mod nginx;
mod page;
mod restart;
mod rider;
mod swapctl;
mod traces;
mod triggers;
mod watching;
