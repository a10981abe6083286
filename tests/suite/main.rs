//! One test binary, a file per subject.
#![allow(clippy::unwrap_used, missing_docs)]

mod commands;
mod damage;
#[cfg(feature = "sqlite")]
mod databases;
mod dice;
mod following;
mod fuzzing;
mod gaps;
mod git;
mod guide;
mod heads;
mod histories;
mod imports;
mod isolation;
mod layers;
mod logs;
mod mcp;
mod model;
mod notations;
mod patches;
mod processes;
mod readme;
mod real_data;
mod recipes;
mod recordings;
mod siblings;
mod terminals;
mod values;
mod words;
