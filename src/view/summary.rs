//! The summary of a diff, in words and in numbers.

use crate::diff::{Counts, Diff};
use crate::value::{Path, Value};

/// Something counted: a container's size, or a whole number, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Its path on the right.
    pub path: Path,
    /// Its name: the last step of the path.
    pub name: String,
    /// On the left.
    pub old: i64,
    /// On the right.
    pub new: i64,
}

/// What a diff comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Whether both values are equal.
    pub equal: bool,
    /// Counted things, most telling first (at most three).
    pub counted: Vec<Counted>,
    /// Keys by what happened to them.
    pub counts: Counts,
    /// Bytes on both sides.
    pub bytes: (u64, u64),
}

impl Summary {
    /// The summary of a diff of these two values.
    pub fn new(diff: &Diff, left: &Value, right: &Value) -> Self {
        todo!()
    }
    /// `sessions: 100 → 150 (+50)`, one for each counted thing.
    pub fn counted_words(&self) -> Vec<String> {
        todo!()
    }
    /// `sessions: 100 → 150 (+50) │ added_keys: 51 │ changed_keys: 4 │ removed_keys: 0 │ moved_keys: 1 │ 2.1 → 3.0 KB`, or
    /// `A and B are equal`.
    pub fn line(&self) -> String {
        todo!()
    }
    /// The same for 80 columns: `sessions: 100 → 150 (+50)  added 51  changed 4  removed 0  moved 1`.
    pub fn short(&self) -> String {
        todo!()
    }
    /// The same for the message line: `sessions: 100 → 150 (+50)  +51 ~4 -0 >1`.
    pub fn signs(&self) -> String {
        todo!()
    }
    /// The same in lines, as in the Changes pane.
    pub fn lines(&self) -> Vec<String> {
        todo!()
    }
}
