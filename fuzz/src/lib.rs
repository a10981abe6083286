//! What is fuzzed: functions of bytes that panic when something that must hold does not.
//!
//! `cargo +nightly fuzz run NAME` calls them with new inputs; `cargo test` calls them with the kept ones in
//! `fuzz/corpus/NAME` (`tests/suite/fuzzing.rs` includes this file). They use nothing but what the crate promises.

pub mod database;
pub mod importers;
pub mod log;
pub mod notations;
pub mod patch;
pub mod path;
pub mod readings;
pub mod recipe_files;
pub mod recipes;
pub mod target;
pub mod texts;

/// One function of bytes.
pub type Target = fn(&[u8]);

/// Every target by the name of its folder in the corpus.
pub const TARGETS: [(&str, Target); 9] = [
    ("database", database::run),
    ("importers", importers::run),
    ("log", log::run),
    ("notations", notations::run),
    ("patch", patch::run),
    ("path", path::run),
    ("recipe_files", recipe_files::run),
    ("recipes", recipes::run),
    ("target", target::run),
];
