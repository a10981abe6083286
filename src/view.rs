//! Plain rows made from a history, for the screen, `--json` and whatever comes later.
//!
//! Rows have public fields and hold text that is safe to print; models hold a cursor and take moves. Must not name:
//! `ratatui`, `crossterm`, `tokio`, files.

pub mod blame;
pub mod branches;
pub mod change_labels;
pub mod change_row;
pub mod changes;
pub mod clock;
pub mod compared;
pub mod counts;
pub mod curve;
pub mod delta;
pub mod difftree;
pub mod elements;
pub mod find;
pub mod found;
pub mod lanes;
pub mod list;
pub mod marks;
pub mod moment;
pub mod needle;
pub mod outline;
pub mod path;
pub mod path_filter;
pub mod path_history;
pub mod quoting;
pub mod search;
pub mod sharing;
pub mod snapshots;
mod steps;
pub mod summary;
pub mod table;
pub mod tenants;
pub mod text;
pub mod timeline;
pub mod transactions;
pub mod transitions;
pub mod tree;
mod value_words;
pub mod variants;
pub mod verbs;
pub mod words;

pub use crate::diff::Sign;
use crate::record::Version;

/// The two ends of every diff: always A → B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Ends {
    /// The left end.
    pub a: Version,
    /// The right end.
    pub b: Version,
}
