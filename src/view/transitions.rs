//! The transitions list: a window of rows round the cursor, on the line the cursor is on.

use super::timeline::Mark;
use crate::diff::Counts;
use crate::history::History;
use crate::record::Version;

/// Where a row stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the cursor.
    Past,
    /// The cursor's version.
    Cursor,
    /// After the cursor: `┊`.
    Future,
}

/// What came of a transition, at the right of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Keys changed: `+51 ~4`.
    Counts(Counts),
    /// `INVALID`.
    Invalid,
    /// `DELETED`.
    Deleted,
    /// The application's state went back.
    Rollback,
    /// A rollback was taken back.
    Undo,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    /// Which version.
    pub version: Version,
    /// Before, at or after the cursor.
    pub when: When,
    /// The mark on it.
    pub mark: Option<Mark>,
    /// `48,213`.
    pub number: String,
    /// Time since the version before it in the log: `+4.1ms`; empty when unknown.
    pub since: String,
    /// The label.
    pub label: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Its right-hand words: `+51 ~4`, `INVALID`, `DELETED`, `rollback`, `undo`.
    pub result: String,
}

/// The rows on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transitions {
    /// Oldest first.
    pub rows: Vec<TransitionRow>,
    /// `48,213 of 1,204,377`.
    pub position: String,
}

/// The head of the line a version is on: the current branch's when it is on it, else its own branch's.
pub fn line_of(history: &History, version: Version) -> Version {
    todo!()
}

/// Rows round the cursor. O(height).
pub fn transitions(history: &History, cursor: Version, height: usize) -> Transitions {
    todo!()
}
