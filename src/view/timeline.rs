//! The timeline: one column per stretch of versions, marks, ends, rollback arcs, axis.
//!
//! Index axis: every column stands for the same number of versions, height is changed keys on a log scale.
//! A frame costs O(columns).

use super::Ends;
use crate::history::History;
use crate::record::Version;
use std::ops::Range;

/// How far the strip is zoomed in: 0 shows everything, each level halves what is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zoom(pub u32);

/// What is asked of a timeline.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The version being looked at.
    pub cursor: Version,
    /// The ends of the diff.
    pub ends: Ends,
    /// How far it is zoomed in.
    pub zoom: Zoom,
    /// Columns on the screen.
    pub width: usize,
    /// Rows of the density lane: 1 or 2.
    pub rows: u8,
}

/// A mark in the marks lane, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Invalid, deleted or failed: `!`.
    Broken,
    /// A named snapshot: `◆`.
    Named,
    /// A checkpoint: `■`.
    Checkpoint,
    /// A rollback or undo: `⟲`.
    Rollback,
    /// An auto snapshot: `◇`.
    Auto,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Height of the bar: 0 blank, 1 to 8 for each density row.
    pub level: u8,
    /// The most important mark in it.
    pub mark: Option<Mark>,
}

/// A text at a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its first column.
    pub column: usize,
    /// What it says.
    pub text: String,
}

/// A rollback, drawn from its own column back to its target: `◂─╯ rollback #48,525 → #48,212 · main~1 kept (312)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arc {
    /// Column of the target (the edge when it is outside).
    pub to: usize,
    /// Column of the rollback.
    pub from: usize,
    /// What it says.
    pub text: String,
}

/// How much a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// This many versions in one column.
    VersionsPerColumn(u64),
    /// This many columns for one version.
    ColumnsPerVersion(usize),
}

/// The whole history in one row, with the window shown below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Height of each column, 0 to 8.
    pub levels: Vec<u8>,
    /// The columns the window covers.
    pub window: Range<usize>,
}

/// Everything the timeline pane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// Columns from the left; fewer than the width when there are few versions.
    pub columns: Vec<Column>,
    /// The versions in the window.
    pub span: Range<u64>,
    /// How much a column stands for.
    pub scale: Scale,
    /// Zoom level and the deepest there is: `zoom 6/14`.
    pub zoom: (u32, u32),
    /// The whole history, when the window shows less.
    pub overview: Option<Overview>,
    /// Names of single versions, where each has several columns.
    pub names: Vec<Label>,
    /// The cursor's column.
    pub cursor: Option<usize>,
    /// A's column, when it is in the window.
    pub a: Option<usize>,
    /// B's column, when it is in the window.
    pub b: Option<usize>,
    /// The columns from A to B that are in the window.
    pub between: Range<usize>,
    /// The rollback nearest to the cursor.
    pub arc: Option<Arc>,
    /// Axis labels that do not collide.
    pub axis: Vec<Label>,
    /// The cursor's number and time: `#48,213 09:41:07`.
    pub readout: String,
    /// The border's words: `zoom 6/14 · index axis · 1 col = 130 · height = changed keys (log)`.
    pub caption: String,
}

impl Zoom {
    /// One level closer, at most as close as shows single versions.
    #[must_use]
    pub fn closer(self, history: &History, width: usize) -> Self {
        todo!()
    }
    /// One level further.
    #[must_use]
    pub fn further(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
    /// The closest level whose window holds both ends.
    #[must_use]
    pub fn holding(history: &History, ends: Ends, width: usize) -> Self {
        todo!()
    }
}

/// The timeline of a history.
pub fn timeline(history: &History, ask: &Ask) -> Timeline {
    todo!()
}

impl Timeline {
    /// The column a version is in.
    pub fn column_of(&self, version: Version) -> Option<usize> {
        todo!()
    }
    /// The newest version of a column (mouse).
    pub fn version_at(&self, column: usize) -> Option<Version> {
        todo!()
    }
}
