//! Which versions a column has, and which column a version is in.

use super::window::{AxisTrack, Window};
use crate::record::{Time, Version};
use chrono::Duration;
use std::ops::Range;

/// How much a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnScale {
    /// This many versions in one column.
    VersionsPerColumn(u64),
    /// This many columns for one version.
    ColumnsPerVersion(usize),
    /// This long.
    TimePerColumn(Duration),
}

/// One or more columns that stand for the same versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WindowCell {
    /// They follow those of the cell before; hidden ones are among them.
    pub versions: Range<u64>,
    /// Where its right half begins; `None` where both halves are the same.
    pub middle: Option<u64>,
    /// The version that a click means.
    pub chosen: u64,
    /// The time it begins at, on a time axis.
    pub time: Option<Time>,
}

/// An idle time that takes one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IdleFold {
    /// Which cell.
    pub cell: usize,
    /// How long it is.
    pub idle: Duration,
    /// The version that ended it.
    pub before: u64,
}

/// The cells of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WindowLayout {
    /// From the left.
    pub cells: Vec<WindowCell>,
    /// How much a column stands for.
    pub scale: ColumnScale,
    /// Idle times, on a time axis.
    pub folds: Vec<IdleFold>,
    /// All idle times longer than this are folded.
    pub limit: Option<Duration>,
}

impl WindowLayout {
    /// Columns of a cell.
    pub fn wide(&self) -> usize {
        if let ColumnScale::ColumnsPerVersion(columns) = self.scale { columns } else { 1 }
    }

    /// Columns it takes.
    pub fn columns(&self) -> usize {
        self.cells.len() * self.wide()
    }

    /// The versions from the first cell to the last.
    pub fn span(&self) -> Range<u64> {
        match (self.cells.first(), self.cells.last()) {
            (Some(first), Some(last)) => first.versions.start..last.versions.end,
            _ => 0..0,
        }
    }

    /// The first column of a version.
    pub fn column_of(&self, version: u64) -> Option<usize> {
        let cell = self.cells.partition_point(|cell| cell.versions.end <= version);
        let found = self.cells.get(cell)?;
        found.versions.contains(&version).then(|| cell * self.wide())
    }

    /// The cell of a column, the last one beyond the end.
    pub fn cell(&self, column: usize) -> Option<&WindowCell> {
        self.cells.get((column / self.wide()).min(self.cells.len().checked_sub(1)?))
    }

    /// The version that a click on a column means: of the nearest cell that has one, the left one of two. O(cells).
    pub fn version_at(&self, column: usize) -> Option<Version> {
        let at = (column / self.wide()).min(self.cells.len().checked_sub(1)?);
        let has = |cell: &WindowCell| cell.versions.contains(&cell.chosen);
        let before = self.cells[..=at].iter().rposition(has);
        let after = self.cells[at..].iter().position(has).map(|steps| at + steps);
        let near = before.into_iter().chain(after).min_by_key(|cell| cell.abs_diff(at)).unwrap_or(at);
        Some(Version(self.cells[near].chosen))
    }

    /// Whether columns are equal in time.
    pub fn is_by_time(&self) -> bool {
        matches!(self.scale, ColumnScale::TimePerColumn(_))
    }
}

/// Columns of one version are at most so many: a few versions do not need the whole width.
const WIDEST: usize = 24;

/// Columns that stand for the same number of versions.
pub(super) fn by_index(track: &AxisTrack, window: Window, width: usize) -> WindowLayout {
    let (count, columns) = (window.count, width.max(1) as u64);
    let scale = match columns / count.max(1) {
        0 => ColumnScale::VersionsPerColumn(count.div_ceil(columns)),
        wide => ColumnScale::ColumnsPerVersion(usize::try_from(wide).unwrap_or(WIDEST).min(WIDEST)),
    };
    let cells = columns.min(count);
    let bound = |part: u64, parts: u64| track.version(window.start + share(part, count, parts));
    let cell = |at: u64| {
        let versions = bound(at, cells)..bound(at + 1, cells);
        let middle = (count >= 2 * columns).then(|| bound(2 * at + 1, 2 * cells));
        let last = track.version(window.start + share(at + 1, count, cells).saturating_sub(1));
        WindowCell { versions, middle, chosen: last, time: None }
    };
    WindowLayout { cells: (0..cells).map(cell).collect(), scale, folds: Vec::new(), limit: None }
}

/// `part * whole / of`, without overflow.
pub(super) fn share(part: u64, whole: u64, of: u64) -> u64 {
    u64::try_from(u128::from(part) * u128::from(whole) / u128::from(of.max(1))).unwrap_or(u64::MAX)
}
