//! The snapshots list, newest first.

use super::list::ListCursor;
use super::timeline::Mark;
use crate::history::History;
use crate::record::{SnapshotId, Version};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// Which.
    pub id: SnapshotId,
    /// Its index: 0 = oldest, as in `index:N`.
    pub index: usize,
    /// The glyph of its kind.
    pub mark: Mark,
    /// `named`, `auto` or `checkpoint`.
    pub kind: &'static str,
    /// Its name, or `auto`.
    pub name: String,
    /// The version it marks.
    pub version: Version,
    /// `48,211`.
    pub number: String,
    /// When: `2026-03-14 09:41:05Z`; empty when unknown.
    pub time: String,
    /// How long before the head: `1h21`; empty when unknown.
    pub age: String,
    /// Author.
    pub author: String,
    /// Tags, with a space between.
    pub tags: String,
    /// Free text.
    pub description: String,
    /// Whether the list's cursor is on it.
    pub selected: bool,
    /// Whether it marks the version being looked at.
    pub current: bool,
}

/// The rows on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// Newest version first.
    pub rows: Vec<SnapshotRow>,
    /// `4 of 214`.
    pub position: String,
}

/// Rows of the window. O(height).
pub fn snapshots(history: &History, list: &ListCursor, cursor: Version, height: usize) -> Snapshots {
    todo!()
}

/// Every snapshot as a row, oldest first.
pub fn all(history: &History) -> Vec<SnapshotRow> {
    todo!()
}

/// The snapshot under the list's cursor.
pub fn selected(history: &History, list: &ListCursor) -> Option<SnapshotId> {
    todo!()
}
