//! Screens driven by keys, without a terminal: the same update and draw path, jobs done at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

mod arrays;
mod boxes;
mod bytes;
mod compacted;
mod compacting;
mod comparing;
mod decoration;
mod demos;
mod elements;
mod following;
mod guide;
pub mod harness;
mod input_line;
mod interleaved;
mod keys;
mod lists;
mod loading;
mod looks;
mod mouse;
mod owners;
mod pictures;
mod plain;
mod random;
mod readme;
mod restarts;
mod sizes;
mod start;
mod storm;
mod streams;
mod tasks;
mod terminal;
mod timeline;
mod verbs;
mod views;
mod watching;
mod writing;
