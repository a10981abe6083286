//! Screens driven by keys, without a terminal: the same update and draw path, jobs done at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

mod guide;
pub mod harness;
mod loading;
mod sizes;
mod start;
mod terminal;
mod views;
mod writing;
