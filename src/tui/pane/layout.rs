//! Where the panes are, for each size of the terminal. An area that is not shown is empty.

use super::timeline::Dress;
use ratatui::layout::Rect;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Under 60x16: a line that says so.
    TooSmall,
    /// 60 to 79 columns, or under 24 rows: one pane.
    One,
    /// 80 to 119 columns: two panes, one of them with tabs.
    Two,
    /// 120 columns and more: all panes.
    All,
}

/// The panes of the Debug view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The strip on top.
    Timeline,
    /// The list of transitions.
    Transitions,
    /// The list of snapshots.
    Snapshots,
    /// The state tree.
    State,
    /// The list of changes.
    Changes,
}

/// The areas of the Debug view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DebugAreas {
    /// The header line.
    pub header: Rect,
    /// The strip.
    pub timeline: Rect,
    /// Transitions.
    pub transitions: Rect,
    /// Snapshots.
    pub snapshots: Rect,
    /// The state tree.
    pub state: Rect,
    /// Changes.
    pub changes: Rect,
    /// The message line.
    pub message: Rect,
    /// The hint line.
    pub hints: Rect,
}

/// The areas of the Diff view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiffAreas {
    /// The header line.
    pub header: Rect,
    /// The strip: density and marks.
    pub timeline: Rect,
    /// The summary line.
    pub summary: Rect,
    /// The diff.
    pub diff: Rect,
    /// The message line.
    pub message: Rect,
    /// The hint line.
    pub hints: Rect,
}

impl Room {
    /// What fits.
    pub fn of(area: Rect) -> Self {
        todo!()
    }
    /// How the Debug view's timeline is dressed.
    pub fn dress(self) -> Dress {
        if self == Self::All { Dress::Boxed } else { Dress::Titled }
    }
}

/// Areas of the Debug view; where not all panes fit, the focused one is among those that are shown.
pub fn debug(area: Rect, focused: Pane) -> DebugAreas {
    todo!()
}

/// Areas of the Diff view.
pub fn diff(area: Rect) -> DiffAreas {
    todo!()
}
