//! The debugger's own writes, and taking them back.
//!
//! Must not know: values. Taking back is a record too: what it does to versions is the fold's business.

use super::History;
use crate::record::{Position, SnapshotId, Version};

/// A write of the debugger that `undo` can take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// The record that would be taken back.
    pub of: Position,
    /// In words: `rollback to #42`, `snapshot "v2"`, `deletion of snapshot "v2"`.
    pub what: String,
    /// The version an undo would make equal (the head before the rollback); `None` when no value changes.
    pub back_to: Option<Version>,
}

/// One write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// A rollback: the version it made, and the head before it.
    Rollback { made: Version, left: Version },
    /// A new snapshot.
    Snapshot(SnapshotId),
    /// A snapshot taken out of the list.
    Deletion(SnapshotId),
}

/// The writes that have not been taken back, oldest first.
#[derive(Debug, Default)]
pub(super) struct Writes(Vec<(Position, Write)>);

impl Writes {
    pub fn push(&mut self, position: Position, write: Write) {
        self.0.push((position, write));
    }

    /// The write of the record at `position`, if it is one and has not been taken back.
    pub fn get(&self, position: Position) -> Option<Write> {
        self.index(position).map(|index| self.0[index].1)
    }

    pub fn remove(&mut self, position: Position) {
        if let Some(index) = self.index(position) {
            self.0.remove(index);
        }
    }

    fn last(&self) -> Option<(Position, Write)> {
        self.0.last().copied()
    }

    fn index(&self, position: Position) -> Option<usize> {
        self.0.binary_search_by_key(&position, |(position, _)| *position).ok()
    }
}

impl History {
    /// The debugger's last write that has not been taken back; after an undo, the one before it.
    pub fn undoable(&self) -> Option<Undoable> {
        let (of, write) = self.writes.last()?;
        let back_to = match write {
            Write::Rollback { left, .. } => Some(left),
            Write::Snapshot(_) | Write::Deletion(_) => None,
        };
        Some(Undoable { of, what: self.in_words(write), back_to })
    }

    fn in_words(&self, write: Write) -> String {
        let title = |id| self.snapshots.ever(id).map_or_else(|| "snapshot".to_owned(), super::Snapshot::title);
        match write {
            Write::Rollback { made, .. } => format!("rollback to {}", self.tree.parent(made).unwrap_or_default()),
            Write::Snapshot(id) => title(id),
            Write::Deletion(id) => format!("deletion of {}", title(id)),
        }
    }
}
