//! One test binary, a file per subject.
#![allow(clippy::unwrap_used, missing_docs)]

mod commands;
mod histories;
mod imports;
mod layers;
mod logs;
mod patches;
mod real_data;
mod recordings;
mod terminals;
mod values;
