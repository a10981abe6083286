//! What is fuzzed: functions of bytes that panic when something that must hold does not.
//!
//! `cargo +nightly fuzz run NAME` calls them with new inputs; `cargo test` calls them with the kept ones in
//! `fuzz/corpus/NAME` (`tests/suite/fuzzing.rs` includes this file). They use nothing but what the crate promises.

pub mod importers;
pub mod log;
pub mod patch;
pub mod path;
pub mod target;
pub mod texts;

/// One function of bytes.
pub type Target = fn(&[u8]);

/// Every target by the name of its folder in the corpus.
pub const TARGETS: [(&str, Target); 5] = [
    ("importers", importers::run),
    ("log", log::run),
    ("patch", patch::run),
    ("path", path::run),
    ("target", target::run),
];
