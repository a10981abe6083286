//! What a frame shows where. Painting writes it, and the next event reads it: what is under the pointer, how far a page goes,
//! which rows are on the screen. Nobody else works out where anything is.
//!
//! Must not name: `pane`, `dialog`, `app`.

use super::action::{Spec, View};
use super::owner::SessionId;
use crate::record::Version;
use crate::view::text::{SafeText, joined, thousands};
use crate::view::timeline::TimelineModel;
use ratatui::layout::{Position, Rect};

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

/// How the diff is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffLayout {
    /// Two columns.
    SideBySide,
    /// One.
    OneColumn,
}

/// What is at a place of the screen.
#[derive(Debug, Clone, Copy)]
pub enum HitArea {
    /// A view's name in the header, with what leads to it.
    View(View),
    /// The name of a pane that shares its place with others.
    Tab(Pane),
    /// A key in the hint line.
    Hint(&'static Spec),
    /// A row of the strip.
    Strip(StripRow),
    /// A row of the list of transitions.
    Transition(Version),
    /// The sign of a row of a tree that opens or closes it.
    Fold(Pane, usize),
    /// A row of a pane, from its first one.
    Row(Pane, usize),
    /// A row of the diff.
    DiffRow(usize),
    /// A row of the list of a view.
    ListRow(usize),
    /// A row of a box to choose from.
    Item(usize),
    /// A pane, where it has no row.
    Pane(Pane),
}

/// What the mouse can take hold of in the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StripRow {
    /// The density: scrubs.
    Density,
    /// Marks and ends: puts A and B.
    Marks,
    /// The whole history in one row.
    Overview,
}

/// What a frame shows where.
#[derive(Debug, Default)]
pub struct FrameMap {
    /// The screen.
    pub area: Rect,
    /// Whether it says only that it is too small.
    pub is_too_small: bool,
    /// Where the terminal's cursor is: in the line being typed, else on the focused row.
    pub cursor: Option<Position>,
    /// The focused row, to the end of its pane.
    pub row: Rect,
    /// Rows that lists have room for.
    pub heights: Heights,
    /// The timeline.
    pub strip: Option<TimelineStrip>,
    /// Columns of the list of transitions; 0 where none is shown.
    pub transition_columns: usize,
    /// How the diff is laid out; `None` where none is shown.
    pub diff: Option<DiffLayout>,
    /// How much of the open box is in view; `None` of a list to choose from.
    pub extent: Option<BoxExtent>,
    hits: Vec<(Rect, HitArea)>,
}

impl FrameMap {
    /// Of a frame in which nothing has been painted.
    pub fn new(area: Rect) -> Self {
        let row = Rect { height: area.height.min(1), ..area };
        Self { area, row, cursor: Some(area.as_position()), ..Self::default() }
    }

    /// Something that answers; it lies over what was put there before.
    pub fn put(&mut self, area: Rect, hit: HitArea) {
        self.hits.push((area, hit));
    }

    /// Rows that answer, from the first one.
    pub fn put_rows(&mut self, rows: Rect, hit: impl Fn(usize) -> HitArea) {
        let line = |at: u16| Rect { y: rows.y + at, height: 1, ..rows };
        self.hits.extend((0..rows.height).map(|at| (line(at), hit(usize::from(at)))));
    }

    /// The row that has the keys.
    pub fn focus(&mut self, row: Rect) {
        (self.row, self.cursor) = (row, Some(row.as_position()));
    }

    /// A box on top of everything.
    pub fn cover(&mut self, boxed: BoxMap) {
        (self.cursor, self.extent) = (boxed.cursor, boxed.extent);
        self.hits.extend(boxed.items.into_iter().map(|(area, item)| (area, HitArea::Item(item))));
    }

    /// What is at a place; `None` for nothing that answers.
    pub fn hit(&self, at: Position) -> Option<HitArea> {
        self.hits.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, hit)| *hit)
    }
}

/// Rows that lists had room for when they were painted last; 0 of one that was not painted yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heights {
    pub transitions: usize,
    /// Snapshots, beside other panes.
    pub snapshots: usize,
    /// The state tree.
    pub state: usize,
    pub changes: usize,
    pub diff: usize,
    /// The list of a view.
    pub list: usize,
    /// What stands beside it: steps of a transaction, metrics of variants.
    pub detail: usize,
}

impl Heights {
    /// These, and of what was not painted those of before.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        let or = |now: usize, before: usize| if now == 0 { before } else { now };
        Self {
            transitions: or(self.transitions, before.transitions),
            snapshots: or(self.snapshots, before.snapshots),
            state: or(self.state, before.state),
            changes: or(self.changes, before.changes),
            diff: or(self.diff, before.diff),
            list: or(self.list, before.list),
            detail: or(self.detail, before.detail),
        }
    }
}

/// Where a list was painted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListMap {
    /// Its rows, and the room for more of them.
    pub rows: Rect,
    /// The row of its cursor; the first line where there is none.
    pub focus: Rect,
    /// The line among its rows that is a rule, if there is one.
    pub rule: Option<usize>,
}

impl ListMap {
    /// A list inside a border, below so many lines of heading.
    pub fn new(inner: Rect, heading: usize, cursor: Option<usize>) -> Self {
        let heading = u16::try_from(heading).unwrap_or(u16::MAX).min(inner.height);
        let rows = Rect { y: inner.y + heading, height: inner.height - heading, ..inner };
        let line = |(area, at): (Rect, u16)| Rect { y: area.y + at, height: area.height.min(1), ..area };
        let cursor = cursor.and_then(|at| u16::try_from(at).ok()).filter(|at| *at < rows.height);
        Self { rows, focus: line(cursor.map_or((inner, 0), |at| (rows, at))), rule: None }
    }

    /// Which of its rows a line is: those below a rule stand one lower.
    pub fn row_of(&self, line: usize) -> usize {
        line.saturating_sub(usize::from(self.rule.is_some_and(|rule| line >= rule)))
    }

    /// The first so many rows.
    pub fn first(&self, rows: usize) -> Rect {
        Rect { height: self.rows.height.min(u16::try_from(rows).unwrap_or(u16::MAX)), ..self.rows }
    }

    /// How many rows there is room for.
    pub fn height(&self) -> usize {
        usize::from(self.rows.height)
    }
}

/// Where the timeline was painted, and what it says.
#[derive(Debug)]
pub struct TimelineStrip {
    /// Whose it is.
    pub session: SessionId,
    /// What its columns hold.
    pub timeline: TimelineModel,
    /// Where they are.
    pub columns: Rect,
    /// Rows of bars it was asked for.
    #[cfg_attr(not(feature = "bench"), allow(dead_code))]
    pub rows: u8,
}

impl TimelineStrip {
    /// Which column is at or nearest to a place, wherever its row.
    pub fn column(&self, at: Position) -> usize {
        let last = self.timeline.columns.len().saturating_sub(1);
        usize::from(at.x.saturating_sub(self.columns.x)).min(last)
    }
}

/// What a box shows where.
#[derive(Debug, Default)]
pub struct BoxMap {
    /// Where the text cursor is.
    pub cursor: Option<Position>,
    /// How much of it is in view; `None` of a line at the bottom.
    pub extent: Option<BoxExtent>,
    /// Rows to choose from, and which they are.
    pub items: Vec<(Rect, usize)>,
}

/// How much of a box is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxExtent {
    /// Lines that can be scrolled.
    pub lines: usize,
    /// Lines of them that are in view.
    pub height: usize,
    /// The first one.
    pub top: usize,
}

impl BoxExtent {
    /// Whether there is more than is in view.
    pub fn is_cut(self) -> bool {
        self.lines > self.height
    }

    /// The furthest it can be scrolled.
    pub fn last(self) -> usize {
        self.lines.saturating_sub(self.height)
    }

    /// `↓ 1 to 20 of 400`; empty where all is in view.
    pub fn place(self) -> SafeText {
        if !self.is_cut() {
            return SafeText::default();
        }
        let above = if self.top > 0 { "↑" } else { "" };
        let below = if self.top < self.last() { "↓" } else { "" };
        let [first, last, all] = [self.top + 1, self.top + self.height, self.lines].map(|line| thousands(line as u64));
        joined![above, below, " ", first, " to ", last, " of ", all]
    }
}
