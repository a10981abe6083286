//! The timeline: one column per stretch of versions, marks, ends, rollback arcs, axis.
//!
//! By version every column stands for the same number of versions, by time for the same time, long idle
//! times folded. A frame costs O(columns · log n). Must not name: `tui`.

mod axis;
mod backdrop;
mod density;
mod describe;
mod hues;
mod labels;
mod lanes;
mod layout;
mod legend;
mod marks;
mod names;
mod suited;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod ticks;
mod time;
mod window;

pub use axis::AxisLabel;
pub use backdrop::Remembered;
pub use density::{Density, MOST_COUNTED, WORDS};
pub use hues::{Cast, HUES, Hue};
pub use lanes::{LaneCell, LaneRow};
pub use layout::ColumnScale;
pub use legend::LegendSign;
pub use marks::TimelineMark;
pub(super) use marks::mark;
pub use suited::{AxisReason, Suited, suited};
pub use window::{AbandonedOnAxis, Zoom, versions_from};

use super::Ends;
use super::counts::KeyCounts;
use super::text::SafeText;
use crate::history::History;
use crate::record::Version;
use backdrop::Scene;
use layout::WindowLayout;
use std::ops::Range;
use window::{AxisTrack, Window};

/// What columns are equal in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Axis {
    /// Versions.
    #[default]
    Version,
    Time,
}

impl Axis {
    /// Its word, as in `by version`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Time => "time",
        }
    }
}

/// What the newest version is to whoever looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Edge {
    /// Nobody is writing.
    #[default]
    Still,
    /// Someone is writing.
    Live,
    /// Someone is writing, and the cursor goes with it.
    Followed,
}

/// How a strip is drawn, wherever it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// What columns are equal in; where no version has a time, versions.
    pub axis: Axis,
    /// Whether that is what suits the history, and nobody chose it.
    pub is_suited: bool,
    /// What their height says; `None` for what suits the axis.
    pub density: Option<Density>,
    /// Whether what rollbacks left behind has columns.
    pub kept: AbandonedOnAxis,
    /// Whether someone is writing.
    pub edge: Edge,
    /// What a cell can show.
    pub grain: Grain,
}

/// How many samples a cell has side by side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grain {
    /// One.
    #[default]
    Whole,
    /// Two.
    Halves,
}

/// What is asked of a timeline.
#[derive(Debug, Clone, Copy)]
pub struct TimelineQuery {
    /// The version being looked at.
    pub cursor: Version,
    /// The ends of the diff.
    pub ends: Ends,
    /// How far it is zoomed in.
    pub zoom: Zoom,
    /// The first version of the window, where it does not lie round the cursor.
    pub start: Option<u64>,
    /// Columns on the screen.
    pub width: usize,
    /// Rows of the density lane, at least 1.
    pub rows: u8,
    /// How it is drawn.
    pub manner: Manner,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimelineColumn {
    /// Height of its left and right half: 0 blank, 1 to 8 for each density row. Equal where a cell has one sample.
    pub levels: [u8; 2],
    /// The marks in it, the most important first.
    pub marks: [Option<TimelineMark>; marks::KINDS],
    /// What its colour stands for.
    pub hue: Option<Hue>,
    /// Whether most of its versions were left behind by rollbacks.
    pub left_behind: bool,
    /// Whether it would be higher than there is room for on the scale that suits the others.
    pub is_cut: bool,
}

/// A text at a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its first column.
    pub column: usize,
    /// What it says.
    pub text: SafeText,
}

/// A rollback, drawn from its own column back to its target: `◂─╯ rollback #48,525 → #48,212 · main~1 kept (312)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arc {
    /// Column of the target (the edge when it is outside).
    pub to: usize,
    /// Column of the rollback.
    pub from: usize,
    /// What it says.
    pub text: SafeText,
}

/// The whole history in one row, with the window shown below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its columns, of one row.
    pub columns: Vec<TimelineColumn>,
    /// The columns the window covers.
    pub window: Range<usize>,
    /// Idle times that take one column.
    pub folds: Vec<Label>,
    layout: WindowLayout,
}

/// Everything the timeline pane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineModel {
    /// Columns from the left; fewer than the width when there are few versions.
    pub columns: Vec<TimelineColumn>,
    /// The versions in the window.
    pub span: Range<u64>,
    /// How much a column stands for.
    pub scale: ColumnScale,
    /// Zoom level and the deepest there is: `zoom 6/14`.
    pub zoom: (u32, u32),
    /// The whole history, when the window shows less.
    pub overview: Option<Overview>,
    /// Idle times that take one column: `3h12 idle`.
    pub folds: Vec<Label>,
    /// Names of single versions, where each has columns of its own.
    pub names: Vec<Label>,
    /// The same in two rows, where one row would cut some or leave some out; else empty.
    pub names_in_two: [Vec<Label>; 2],
    /// Whether all versions have their names there.
    pub are_all_named: bool,
    /// Names of snapshots, where they fit, from left to right.
    pub snapshots: Vec<(Label, TimelineMark)>,
    /// What the hues of the columns stand for.
    pub cast: Cast,
    /// Letters of marks, for the marks lane; whoever knows them fills them in.
    pub letters: Vec<Label>,
    /// One sign a column where something was found; whoever has looked fills them in.
    pub hits: Vec<Label>,
    /// What those are called, and how to be rid of them.
    pub found: SafeText,
    /// What is pinned below it; whoever has looked fills them in.
    pub lanes: Vec<LaneRow>,
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
    /// What the axis may say, from left to right.
    pub axis: Vec<AxisLabel>,
    /// The cursor's number and time, and the marks in its column: `#48,213 09:41:07  ◆ pre-checkout`.
    pub readout: SafeText,
    /// The border's words: `zoom 6/14 · by version · 130 versions/col · bar height: keys changed`.
    pub caption: SafeText,
    /// The column behind the newest version, where someone is writing and it is in the window.
    pub live: Option<usize>,
    layout: WindowLayout,
}

/// The versions that the window of a timeline shows. O(log n).
pub fn span(history: &History, counts: &KeyCounts, ask: &TimelineQuery) -> Range<u64> {
    Scene::new(history, counts, ask).span()
}

/// Columns for versions: where someone is writing, the last one belongs to what comes.
fn usable(ask: &TimelineQuery) -> usize {
    if ask.manner.edge == Edge::Still { ask.width } else { ask.width.saturating_sub(1) }
}

fn lay_out(history: &History, (track, window): (&AxisTrack, Window), ask: &TimelineQuery) -> WindowLayout {
    match ask.manner.axis {
        Axis::Time => time::layout(history, track, window, ask.width),
        Axis::Version => None,
    }
    .unwrap_or_else(|| layout::by_index(track, window, ask.width))
}

fn between(layout: &WindowLayout, ends: Ends) -> Range<usize> {
    let (first, last) = (ends.a.0.min(ends.b.0), ends.a.0.max(ends.b.0));
    let span = layout.span();
    if span.is_empty() || last < span.start || first >= span.end {
        return 0..0;
    }
    let column = |version: u64| layout.column_of(version.clamp(span.start, span.end - 1)).unwrap_or(0);
    column(first)..column(last) + 1
}

/// The first version of the window that keeps `version` in a column, as near as may be: for zooming at the pointer.
pub fn start_keeping(history: &History, ask: &TimelineQuery, version: Version, column: usize) -> u64 {
    let track = AxisTrack::new(history, ask.manner.kept);
    let ask = TimelineQuery { width: usable(ask), ..*ask };
    let window = Window::new(&track, &ask);
    let place = track.place(version.0);
    let (mut low, mut high) = ((place + 1).saturating_sub(window.count), place.min(window.last_start(&track)));
    while low < high {
        let middle = low + (high - low) / 2;
        let layout = lay_out(history, (&track, Window { start: middle, ..window }), &ask);
        if layout.column_of(version.0).is_some_and(|at| at > column) { low = middle + 1 } else { high = middle }
    }
    track.version(low.min(window.last_start(&track)))
}

/// The level and first version of the window that shows all from `first` to `last`, with them in its middle.
pub fn zoom_to(history: &History, ask: &TimelineQuery, first: Version, last: Version) -> (Zoom, u64) {
    let track = AxisTrack::new(history, ask.manner.kept);
    let (from, to) = (track.place(first.0), track.place(last.0));
    let wanted = to - from + 1;
    let zoom = window::closest(track.len(), usable(ask), wanted);
    let window = Window::new(&track, &TimelineQuery { zoom, ..*ask });
    let start = from.saturating_sub((window.count - wanted.min(window.count)) / 2).min(window.last_start(&track));
    (zoom, track.version(start))
}

/// The versions that came after the idle times that the time axis folds, in order.
pub fn gaps(history: &History, ask: &TimelineQuery) -> Vec<Version> {
    let track = AxisTrack::new(history, ask.manner.kept);
    let layout = time::layout(history, &track, Window::new(&track, ask), usable(ask));
    layout.map(|layout| layout.folds.iter().map(|fold| Version(fold.before)).collect()).unwrap_or_default()
}

impl TimelineModel {
    /// The labels of the axis that have room in so many columns beside what is taken there. O(labels).
    pub fn axis_labels(&self, taken: &Range<usize>, room: usize) -> Vec<Label> {
        axis::placed(&self.axis, taken, room)
    }

    /// The newest version of a column (mouse); where the column has none, of the nearest that has.
    pub fn version_at(&self, column: usize) -> Option<Version> {
        self.layout.version_at(column)
    }

    /// The version that a column's mark stands for; `None` where it has none. O(log n).
    pub fn marked_at(&self, history: &History, column: usize) -> Option<Version> {
        marks::marked(history, self.layout.cell(column)?.versions.clone())
    }

    /// What a column holds, in a line of words; `None` where it is empty. Keys that are not counted yet are left out.
    pub fn describe_column(&self, history: &History, counts: &KeyCounts, column: usize) -> Option<SafeText> {
        describe::describe(history, counts, &self.layout, column)
    }

    /// What stands for the same versions, by its first column, with those.
    pub fn cells(&self) -> impl Iterator<Item = (usize, Range<u64>)> {
        let wide = self.layout.wide();
        self.layout.cells.iter().enumerate().map(move |(at, cell)| (at * wide, cell.versions.clone()))
    }

    /// Every column with its versions.
    pub fn wide_cells(&self) -> impl Iterator<Item = (usize, Range<u64>)> {
        let wide = self.layout.wide();
        self.cells().flat_map(move |(first, versions)| (first..first + wide).map(move |at| (at, versions.clone())))
    }

    /// The column of a version; `None` outside the window.
    pub fn column_of(&self, version: Version) -> Option<usize> {
        self.layout.column_of(version.0)
    }
}

impl Overview {
    /// What a column holds, in a line of words; `None` where it is empty.
    pub fn describe_column(&self, history: &History, counts: &KeyCounts, column: usize) -> Option<SafeText> {
        describe::describe(history, counts, &self.layout, column)
    }

    /// The newest version of a column (mouse); where the column has none, of the nearest that has.
    pub fn version_at(&self, column: usize) -> Option<Version> {
        self.layout.version_at(column)
    }
}
