//! What is known of each version without its value.
use crate::diff::Counts;
use crate::record::{Position, Time, Version};
use crate::value::Text;

/// What made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The application changed its state.
    Transition,
    /// Someone rolled back.
    Rollback,
    /// Someone took a rollback back.
    Undo,
    /// The source had something broken here.
    Invalid,
    /// The source was deleted here.
    Deleted,
}

impl Kind {
    /// The word in `--json`: `transition`, `rollback`, `undo`, `invalid`, `deleted`.
    pub fn word(self) -> &'static str {
        match self { Self::Transition => "transition", Self::Rollback => "rollback", Self::Undo => "undo", Self::Invalid => "invalid", Self::Deleted => "deleted" }
    }
}

/// One version, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    /// `#n`.
    pub version: Version,
    /// The record that made it.
    pub position: Position,
    /// When.
    pub at: Option<Time>,
    /// The label; for a rollback `rollback to #k`, for an undo `undo of #k`.
    pub label: Text,
    /// Author.
    pub by: Option<Text>,
    /// What made it.
    pub kind: Kind,
    /// The version whose value it started from: the one before on its branch; for a rollback its target.
    pub parent: Version,
    /// Keys changed against the version before it in the log (what the application saw change).
    pub counts: Counts,
    /// Bytes of its value as compact JSON.
    pub size: u64,
    /// What is wrong: an invalid version's reason, or that damage before it may have swallowed a change.
    pub problem: Option<Text>,
}
