//! The snapshots list, newest first.

use super::list::ListCursor;
use super::text;
use super::timeline::Mark;
use crate::history::History;
use crate::record::{SnapshotId, SnapshotKind, Version};

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
    let marks = history.snapshots();
    let selected = list.selected(marks.len());
    let row = |at: usize| SnapshotRow { selected: selected == Some(at), ..row(history, marks.len() - 1 - at, cursor) };
    let place =
        selected.map(|at| format!("{} of {}", text::thousands(at as u64 + 1), text::thousands(marks.len() as u64)));
    Snapshots { rows: list.window(marks.len(), height).map(row).collect(), position: place.unwrap_or_default() }
}

/// The snapshot under the list's cursor.
pub fn selected(history: &History, list: &ListCursor) -> Option<SnapshotId> {
    let marks = history.snapshots();
    list.selected(marks.len()).map(|at| marks[marks.len() - 1 - at].id)
}

fn row(history: &History, index: usize, cursor: Version) -> SnapshotRow {
    let snapshot = &history.snapshots()[index];
    let (mark, kind) = kind(snapshot.kind);
    let shown = |text: &str| text::visible(text).into_owned();
    let now = history.info(history.head()).and_then(|head| head.at);
    SnapshotRow {
        id: snapshot.id,
        index,
        mark,
        kind,
        name: shown(snapshot.name.as_deref().unwrap_or(kind)),
        version: snapshot.version,
        number: text::thousands(snapshot.version.0),
        time: snapshot.at.map(text::date_time).unwrap_or_default(),
        age: now.zip(snapshot.at).map(|(now, at)| text::duration((now - at).abs())).unwrap_or_default(),
        author: shown(snapshot.by.as_deref().unwrap_or_default()),
        tags: shown(&snapshot.tags.join(" ")),
        description: shown(&snapshot.description),
        selected: false,
        current: snapshot.version == cursor,
    }
}

fn kind(kind: SnapshotKind) -> (Mark, &'static str) {
    match kind {
        SnapshotKind::Named => (Mark::Named, "named"),
        SnapshotKind::Auto => (Mark::Auto, "auto"),
        SnapshotKind::Checkpoint => (Mark::Checkpoint, "checkpoint"),
    }
}
