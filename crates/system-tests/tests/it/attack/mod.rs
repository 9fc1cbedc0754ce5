//! Attacks on the running instance, one file per part that is attacked. `SECURITY.md` names the control that each one
//! tries; `make attack` runs what it names.

mod database;
mod host;
mod logs;
mod management;
mod ownership;
mod raw;
mod requests;
mod volume;
