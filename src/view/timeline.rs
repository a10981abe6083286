//! The timeline: one column per stretch of versions, marks, ends, rollback arcs, axis.
//!
//! Index axis: every column stands for the same number of versions, height is changed keys on a log scale.
//! A frame costs O(columns).

use super::{Ends, text};
use crate::history::{Activity, History};
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
    /// The first version of the window, where it does not lie round the cursor.
    pub start: Option<u64>,
    /// Columns on the screen.
    pub width: usize,
    /// Rows of the density lane: 1 or 2.
    pub rows: u8,
}

/// A mark in the marks lane, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Invalid, deleted, or a step that failed: `!`.
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
    /// Letters of marks, for the marks lane; whoever knows them fills them in.
    pub letters: Vec<Label>,
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
        Self((self.0 + 1).min(deepest(total(history), width)))
    }

    /// One level further.
    #[must_use]
    pub fn further(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// How many versions the window shows.
    pub fn shows(self, history: &History) -> u64 {
        shown(total(history), self.0)
    }
}

/// All versions that there are, those cut off by compaction left out.
fn all(history: &History) -> Range<u64> {
    history.first().0..history.newest().0 + 1
}

fn total(history: &History) -> u64 {
    let all = all(history);
    all.end - all.start
}

/// The first level at which no column stands for more than one version.
fn deepest(total: u64, width: usize) -> u32 {
    (0..u64::BITS).find(|zoom| shown(total, *zoom) <= width.max(1) as u64).unwrap_or(0)
}

/// Versions in the window at a level.
fn shown(total: u64, zoom: u32) -> u64 {
    total.checked_shr(zoom).unwrap_or(0).max(1).min(total)
}

/// Columns of one version are at most so many: a few versions do not need the whole width.
const WIDEST: usize = 24;
/// Blank columns between two labels of the axis.
const APART: usize = 4;
/// Labels the axis has at most.
const LABELS: usize = 5;

/// Which versions are shown, and where.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: u64,
    count: u64,
    width: usize,
}

impl Window {
    fn new(all: &Range<u64>, ask: &Ask) -> Self {
        let total = all.end - all.start;
        let zoom = ask.zoom.0.min(deepest(total, ask.width));
        let count = shown(total, zoom);
        let last_start = all.end - count;
        // By quarters of itself: a step moves the cursor and not the picture.
        let quarter = (count / 4).max(1);
        let start = ask.start.unwrap_or(ask.cursor.0.saturating_sub(count / 2) / quarter * quarter);
        let start = start.clamp(all.start, last_start.max(all.start));
        Self { start, count, width: ask.width }
    }

    fn whole(all: &Range<u64>, width: usize) -> Self {
        Self { start: all.start, count: all.end - all.start, width }
    }

    fn scale(self) -> Scale {
        match self.width as u64 / self.count.max(1) {
            0 => Scale::VersionsPerColumn(self.count.div_ceil(self.width.max(1) as u64)),
            columns => Scale::ColumnsPerVersion(usize::try_from(columns).unwrap_or(WIDEST).min(WIDEST)),
        }
    }

    fn columns(self) -> usize {
        match self.scale() {
            Scale::VersionsPerColumn(_) => self.width,
            Scale::ColumnsPerVersion(columns) => usize::try_from(self.count).unwrap_or(0) * columns,
        }
    }

    /// The versions of a column.
    fn versions(self, column: usize) -> Range<u64> {
        let at = |column: usize| match self.scale() {
            Scale::VersionsPerColumn(_) => self.start + share(column as u64, self.count, self.width as u64),
            Scale::ColumnsPerVersion(columns) => self.start + (column / columns) as u64,
        };
        match self.scale() {
            Scale::VersionsPerColumn(_) => at(column)..at(column + 1),
            Scale::ColumnsPerVersion(_) => at(column)..at(column) + 1,
        }
    }

    /// The first column of a version.
    fn column(self, version: u64) -> Option<usize> {
        let offset = version.checked_sub(self.start).filter(|offset| *offset < self.count)?;
        let column = match self.scale() {
            // The last column whose first version is not beyond.
            Scale::VersionsPerColumn(_) => share(offset + 1, self.width as u64, self.count)
                .saturating_sub(u64::from((offset + 1).saturating_mul(self.width as u64).is_multiple_of(self.count))),
            Scale::ColumnsPerVersion(columns) => offset * columns as u64,
        };
        usize::try_from(column).ok()
    }
}

/// `part * whole / of`, without overflow.
fn share(part: u64, whole: u64, of: u64) -> u64 {
    u64::try_from(u128::from(part) * u128::from(whole) / u128::from(of.max(1))).unwrap_or(u64::MAX)
}

/// The timeline of a history. O(columns), times the logarithm of the history.
pub fn timeline(history: &History, ask: &Ask) -> Timeline {
    let total = total(history);
    let window = Window::new(&all(history), ask);
    let overview = (window.count < total).then(|| overview(history, window, ask.width));
    let column = |version: Version| window.column(version.0);
    Timeline {
        columns: columns(history, window, ask.rows),
        span: window.start..window.start + window.count,
        scale: window.scale(),
        zoom: (ask.zoom.0.min(deepest(total, ask.width)), deepest(total, ask.width)),
        overview,
        names: names(history, window),
        letters: Vec::new(),
        cursor: column(ask.cursor),
        a: column(ask.ends.a),
        b: column(ask.ends.b),
        between: between(window, ask.ends),
        arc: arc(history, window, ask.cursor),
        axis: axis(window),
        readout: readout(history, ask.cursor),
        caption: caption(window, total, ask),
    }
}

fn columns(history: &History, window: Window, rows: u8) -> Vec<Column> {
    let activity: Vec<_> = (0..window.columns()).map(|at| history.activity(window.versions(at))).collect();
    let levels = levels(&activity.iter().map(|activity| activity.keys.sum).collect::<Vec<_>>(), rows);
    let column = |(at, (activity, level)): (usize, (&Activity, u8))| match window.scale() {
        Scale::ColumnsPerVersion(columns) if columns > 1 && at % columns + 1 == columns => Column::default(),
        Scale::ColumnsPerVersion(columns) if at % columns > 0 => Column { level, mark: None },
        _ => Column { level, mark: mark(activity) },
    };
    activity.iter().zip(levels).enumerate().map(column).collect()
}

/// The most important mark of a stretch: marks are never averaged away.
pub(super) fn mark(activity: &Activity) -> Option<Mark> {
    let marks = [
        (activity.errors > 0, Mark::Broken),
        (activity.named, Mark::Named),
        (activity.checkpoint, Mark::Checkpoint),
        (activity.rollback, Mark::Rollback),
        (activity.auto, Mark::Auto),
    ];
    marks.into_iter().find(|(there, _)| *there).map(|(_, mark)| mark)
}

/// Heights on a logarithmic scale from the 5th percentile to the maximum of what is shown: 0 is blank, anything at all
/// is at least 1.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a height of 1 to 16"
)]
fn levels(amounts: &[u64], rows: u8) -> Vec<u8> {
    let mut sorted: Vec<u64> = amounts.iter().copied().filter(|amount| *amount > 0).collect();
    sorted.sort_unstable();
    let (Some(&low), Some(&high)) = (sorted.get(sorted.len() / 20), sorted.last()) else {
        return vec![0; amounts.len()];
    };
    let top = f64::from(rows.max(1)) * 8.0;
    let (low, range) = ((low as f64).ln(), (high as f64).ln() - (low as f64).ln());
    let level = |amount: u64| match amount {
        0 => 0,
        _ if range <= 0.0 => (top / 2.0) as u8,
        _ => (1.0 + ((top - 1.0) * ((amount as f64).ln() - low) / range).round()).clamp(1.0, top) as u8,
    };
    amounts.iter().map(|amount| level(*amount)).collect()
}

fn overview(history: &History, window: Window, width: usize) -> Overview {
    let whole = Window::whole(&all(history), width);
    let levels = columns(history, whole, 1).into_iter().map(|column| column.level).collect();
    let first = whole.column(window.start).unwrap_or(0);
    let last = whole.column(window.start + window.count - 1).unwrap_or(first);
    Overview { levels, window: first..last + 1 }
}

/// Labels of single versions, where each has room for one.
fn names(history: &History, window: Window) -> Vec<Label> {
    let Scale::ColumnsPerVersion(columns @ 6..) = window.scale() else { return Vec::new() };
    let name = |version: u64| {
        let info = history.info(Version(version))?;
        let text = text::fit(&text::visible(&info.label), columns - 1).into_owned();
        Some(Label { column: window.column(version)?, text })
    };
    (window.start..window.start + window.count).filter_map(name).collect()
}

fn between(window: Window, ends: Ends) -> Range<usize> {
    let (first, last) = (ends.a.0.min(ends.b.0), ends.a.0.max(ends.b.0));
    let (start, end) = (window.start, window.start + window.count - 1);
    if last < start || first > end || window.count == 0 {
        return 0..0;
    }
    let column = |version: u64| window.column(version.clamp(start, end)).unwrap_or(0);
    column(first)..column(last) + 1
}

/// The rollback in the window that is nearest to the cursor.
fn arc(history: &History, window: Window, cursor: Version) -> Option<Arc> {
    let rollbacks = history.rollbacks();
    let first = rollbacks.partition_point(|(made, _)| made.0 < window.start);
    let last = rollbacks.partition_point(|(made, _)| made.0 < window.start + window.count);
    let nearest = rollbacks[first..last].iter().min_by_key(|(made, _)| made.0.abs_diff(cursor.0))?;
    let (made, to) = *nearest;
    let word = history.info(made).map_or("", |info| info.kind.word());
    let kept = history.branches().into_iter().find(|branch| branch.kept_by == Some(made));
    let kept =
        kept.map(|branch| format!(" · {} kept ({})", text::visible(&branch.name), text::thousands(branch.versions)));
    Some(Arc {
        to: window.column(to.0.clamp(window.start, window.start + window.count - 1))?,
        from: window.column(made.0)?,
        text: format!("{word} {} → {}{}", text::number(made), text::number(to), kept.unwrap_or_default()),
    })
}

/// Numbers at even distances, the first and the last among them.
fn axis(window: Window) -> Vec<Label> {
    let last = window.start + window.count.saturating_sub(1);
    let room = text::number(Version(last)).len() + APART;
    let labels = (window.columns() / room).clamp(1, LABELS) as u64;
    let mut axis: Vec<Label> = Vec::new();
    for step in 0..labels {
        let version = window.start + share(window.count.saturating_sub(1), step, (labels - 1).max(1));
        let text = text::number(Version(version));
        let edge = window.width.saturating_sub(text.len());
        let Some(column) = window.column(version).map(|column| column.min(edge)) else { continue };
        if axis.last().is_none_or(|before| before.column + before.text.len() + APART <= column) {
            axis.push(Label { column, text });
        }
    }
    axis
}

fn readout(history: &History, cursor: Version) -> String {
    let at = history.info(cursor).and_then(|info| info.at);
    let time = at.map(|at| format!(" {}", at.format("%H:%M:%S"))).unwrap_or_default();
    format!("{}{time}", text::number(cursor))
}

/// From so many columns on the border has room for all words.
const WORDY: usize = 90;

fn caption(window: Window, total: u64, ask: &Ask) -> String {
    let deepest = deepest(total, ask.width);
    let zoom = (deepest > 0).then(|| format!("zoom {}/{deepest}", ask.zoom.0.min(deepest)));
    let scale = match window.scale() {
        Scale::VersionsPerColumn(versions) => format!("1 col = {}", text::thousands(versions)),
        Scale::ColumnsPerVersion(1) => "1 col = 1".to_owned(),
        Scale::ColumnsPerVersion(columns) => format!("{columns} cols = 1"),
    };
    let wordy = ask.width >= WORDY;
    let height = if wordy { "height = changed keys (log)" } else { "changed keys (log)" };
    let axis = wordy.then(|| "index axis".to_owned());
    [zoom, axis, Some(scale), Some(height.to_owned())].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl Timeline {
    /// The newest version of a column (mouse).
    pub fn version_at(&self, column: usize) -> Option<Version> {
        let versions = self.window().versions(column.min(self.columns.len().checked_sub(1)?));
        Some(Version(versions.end.saturating_sub(1).max(versions.start)))
    }

    /// The column of a version; `None` outside the window.
    pub fn column_of(&self, version: Version) -> Option<usize> {
        self.window().column(version.0)
    }

    fn window(&self) -> Window {
        let width = match self.scale {
            Scale::VersionsPerColumn(_) => self.columns.len(),
            Scale::ColumnsPerVersion(columns) => {
                columns * usize::try_from(self.span.end - self.span.start).unwrap_or(0)
            }
        };
        Window { start: self.span.start, count: self.span.end - self.span.start, width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_use_the_range_of_what_is_shown() {
        for (amounts, rows, expected) in [
            (vec![], 1, vec![]),
            (vec![0, 0], 1, vec![0, 0]),
            (vec![5, 5, 0], 1, vec![4, 4, 0]),
            (vec![1, 10, 100, 1_000], 1, vec![1, 3, 6, 8]),
            (vec![1, 10, 100, 1_000], 2, vec![1, 6, 11, 16]),
            (vec![0, 1, u64::MAX], 1, vec![0, 1, 8]),
        ] {
            assert_eq!(levels(&amounts, rows), expected, "{amounts:?}");
        }
    }

    fn window(total: u64, cursor: u64, zoom: u32, width: usize) -> Window {
        let ends = Ends { a: Version(0), b: Version(cursor) };
        Window::new(
            &(1..total + 1),
            &Ask { cursor: Version(cursor), ends, zoom: Zoom(zoom), start: None, width, rows: 1 },
        )
    }

    #[test]
    fn what_was_cut_off_has_no_column() {
        let ends = Ends { a: Version(0), b: Version(90) };
        let ask = |cursor| Ask { cursor: Version(cursor), ends, zoom: Zoom(0), start: None, width: 60, rows: 1 };
        for cursor in [0, 81, 100] {
            let window = Window::new(&(81..101), &ask(cursor));
            assert_eq!((window.start, window.count, window.column(80), window.column(81)), (81, 20, None, Some(0)));
        }
    }

    /// Every version is in exactly the column that says so, and every column has versions.
    #[test]
    fn columns_and_versions_agree() {
        for total in [1, 2, 3, 7, 59, 60, 61, 119, 120, 1_000, 4_097] {
            for width in [1, 2, 7, 60, 118] {
                for zoom in 0..=deepest(total, width) {
                    let window = window(total, total / 2, zoom, width);
                    assert!(window.columns() <= width);
                    for column in 0..window.columns() {
                        for version in window.versions(column) {
                            let columns = match window.scale() {
                                Scale::ColumnsPerVersion(columns) => columns,
                                Scale::VersionsPerColumn(_) => 1,
                            };
                            assert_eq!(
                                window.column(version).map(|found| found / columns),
                                Some(column / columns),
                                "{window:?} {version}"
                            );
                        }
                    }
                    assert!((1..=total).contains(&window.start) && window.start + window.count <= total + 1);
                }
            }
        }
    }

    #[test]
    fn the_window_holds_the_cursor_and_doubles() {
        for (total, width, levels) in [(10, 80, 0), (1_000, 80, 4), (100_000, 118, 10), (10_000_000, 118, 17)] {
            assert_eq!(deepest(total, width), levels);
            for zoom in 0..=levels {
                for cursor in [1, 2, total / 3 + 1, total] {
                    assert!(window(total, cursor, zoom, width).column(cursor).is_some(), "{total} {zoom} {cursor}");
                }
            }
        }
    }
}
