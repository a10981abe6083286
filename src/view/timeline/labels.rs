//! The words of a timeline: axis, read-out, border, rollbacks, idle times, names of snapshots.

use super::axis::{APART, AxisLabel, LabelRank};
use super::density::Bars;
use super::layout::{ColumnScale, IdleFold, WindowCell, WindowLayout, share};
use super::ticks;
use super::window::{AbandonedOnAxis, deepest};
use super::{Arc, Edge, Label, TimelineMark, TimelineQuery, marks};
use crate::history::{History, Snapshot};
use crate::record::{SnapshotKind, Time, Version};
use crate::view::clock;
use crate::view::text::{self, SafeText, joined};

/// Labels the axis has at most.
const LABELS: usize = 5;
/// From so many columns on the border has room for all words.
const WORDY: usize = 90;
/// From so many columns on the read-out has room for marks.
const ROOM_FOR_MARKS: usize = 60;
/// Snapshots that the read-out names.
const NAMED: usize = 3;
/// From so many columns on the axis has room for days.
const ROOM_FOR_DAYS: usize = 40;
/// Snapshots that are looked at for names.
const NAMEABLE: usize = 400;
/// Columns of the name of a snapshot: where others stand near, and where there is room. What has less room than the first
/// is left out.
const SHORTEST_NAME: usize = 12;
const LONGEST_NAME: usize = 20;
const MOST_NAME: usize = 60;

/// Names of snapshots below their marks, where they fit: those of people first, then those of checkpoints; auto ones only
/// where each version has several columns. Of those that stand in each other's way the nearest to the cursor is told, and
/// one that has no room whole is cut in its middle.
pub(super) fn snapshots(
    history: &History,
    layout: &WindowLayout,
    (cursor, width): (Version, usize),
) -> Vec<(Label, TimelineMark)> {
    let within = history.marks().within(layout.span());
    let kinds = [
        (SnapshotKind::Named, TimelineMark::Named),
        (SnapshotKind::Checkpoint, TimelineMark::Checkpoint),
        (SnapshotKind::Auto, TimelineMark::Auto),
    ];
    let (mut names, mut named): (Vec<PlacedName>, Vec<usize>) = (Vec::new(), Vec::new());
    for (kind, mark) in kinds.into_iter().filter(|(kind, _)| *kind != SnapshotKind::Auto || layout.wide() > 1) {
        for snapshot in nearest(within, kind, cursor) {
            let Some(column) = layout.column_of(snapshot.version.0) else { continue };
            // The name of a lesser one is not that of the mark.
            if kind != SnapshotKind::Named && named.contains(&column) {
                continue;
            }
            named.push(column);
            let whole = snapshot.name.as_ref().map_or_else(|| "(auto)".into(), SafeText::from);
            let fit = |columns| free(&names, (column, width), whole.fit_middle(columns));
            let label = [LONGEST_NAME, SHORTEST_NAME].into_iter().find_map(fit);
            names.extend(label.map(|label| PlacedName { label, mark, column, whole }));
        }
    }
    // What room is left makes names whole, in the same order.
    for at in 0..names.len() {
        let name = names.remove(at);
        let longer = free(&names, (name.column, width), name.whole.fit_middle(MOST_NAME));
        names.insert(at, PlacedName { label: longer.unwrap_or(name.label), ..name });
    }
    names.sort_by_key(|name| name.label.column);
    names.into_iter().map(|name| (name.label, name.mark)).collect()
}

/// A name that has found its place.
struct PlacedName {
    label: Label,
    mark: TimelineMark,
    /// Of its mark.
    column: usize,
    whole: SafeText,
}

/// The snapshots of a kind, as many as are looked at, the nearest to the cursor first.
fn nearest(within: &[Snapshot], kind: SnapshotKind, cursor: Version) -> Vec<&Snapshot> {
    let at = within.partition_point(|snapshot| snapshot.version < cursor);
    let (before, after) = within.split_at(at);
    let of_kind = |snapshot: &&Snapshot| snapshot.kind == kind;
    let before = before.iter().rev().filter(of_kind).take(NAMEABLE / 2);
    let mut near: Vec<&Snapshot> = after.iter().filter(of_kind).take(NAMEABLE / 2).chain(before).collect();
    near.sort_by_key(|snapshot| snapshot.version.0.abs_diff(cursor.0));
    near
}

/// A text at a column, or so far left of it that it ends at the edge, where nothing else stands in its way.
fn free(names: &[PlacedName], (column, width): (usize, usize), text: SafeText) -> Option<Label> {
    let column = column.min(width.saturating_sub(text.width()));
    let end = column + text.width();
    let is_beside = |other: &Label| other.column > end || other.column + other.text.width() < column;
    let fits = end <= width && names.iter().all(|name| is_beside(&name.label));
    fits.then_some(Label { column, text })
}

/// `3h12 idle` at the columns of idle times.
pub(super) fn folds(layout: &WindowLayout) -> Vec<Label> {
    let label = |fold: &IdleFold| Label { column: fold.cell, text: text::duration(fold.idle).into() };
    layout.folds.iter().map(label).collect()
}

/// The rollback in the window that is nearest to the cursor.
pub(super) fn arc(history: &History, layout: &WindowLayout, cursor: Version) -> Option<Arc> {
    let span = layout.span();
    let rollbacks = history.timeline().rollbacks();
    let first = rollbacks.partition_point(|(made, _)| made.0 < span.start);
    let last = rollbacks.partition_point(|(made, _)| made.0 < span.end);
    let near = rollbacks.partition_point(|(made, _)| *made < cursor).clamp(first, last);
    let around = rollbacks.range(near.saturating_sub(1).max(first)..last).take(2);
    let (made, to) = *around.min_by_key(|(made, _)| made.0.abs_diff(cursor.0))?;
    let word = history.info(made).map_or("", |info| info.act());
    let kept = history.lineage().kept_by(made);
    let kept = kept.map(|branch| joined![" · ", &branch.name, " kept (", text::thousands(branch.versions), ")"]);
    Some(Arc {
        to: layout.column_of(to.0.clamp(span.start, span.end - 1))?,
        from: layout.column_of(made.0)?,
        text: joined![word, " ", text::number(made), " → ", text::number(to), kept.unwrap_or_default()],
    })
}

/// Numbers and times at even distances, the first and the last among them; on a time axis round times.
pub(super) fn axis(history: &History, layout: &WindowLayout, width: usize) -> Vec<AxisLabel> {
    if let ColumnScale::TimePerColumn(per_column) = layout.scale {
        return ticks::ticks(layout, per_column);
    }
    let clock = AxisClock::of(history, layout);
    let (wide, last) = (layout.wide(), layout.cells.len().saturating_sub(1) as u64);
    let dated = width >= ROOM_FOR_DAYS && clock.is_known;
    let number = text::number(Version(layout.span().end)).len() + 1;
    let longest = number + if dated { clock.columns() } else { 0 };
    // Wide versions have room for a label each.
    let room = if wide >= longest + APART { layout.cells.len() } else { LABELS };
    let labels = (layout.columns() / (longest + APART)).clamp(1, room.max(1)) as u64;
    let cells = (0..labels).map(|step| usize::try_from(share(last, step, (labels - 1).max(1))).unwrap_or(0));
    let label = |cell: usize| label(history, (cell, wide), layout.cells.get(cell)?, (clock, dated));
    cells.filter_map(label).collect()
}

/// The first version of a cell with its time.
fn label(
    history: &History,
    (at, wide): (usize, usize),
    cell: &WindowCell,
    (clock, dated): (AxisClock, bool),
) -> Option<AxisLabel> {
    let version = (!cell.versions.is_empty()).then_some(Version(cell.versions.start))?;
    let time = history.info(version).and_then(|info| info.at).filter(|_| dated);
    let words = |words: &dyn Fn(Time) -> String| {
        let time = time.map(|time| format!(" {}", words(time))).unwrap_or_default();
        SafeText::from(format!("{}{time}", text::number(version)))
    };
    Some(AxisLabel {
        column: at * wide,
        text: words(&|time| clock.clock.text(time)),
        dated: words(&|time| clock.clock.dated(time)),
        day: time.map(clock::day),
        rank: LabelRank::AtEdge,
    })
}

/// How times are written below a window.
#[derive(Debug, Clone, Copy)]
struct AxisClock {
    clock: ClockForm,
    /// Whether its versions have times.
    is_known: bool,
}

impl AxisClock {
    fn of(history: &History, layout: &WindowLayout) -> Self {
        let is_known = history.timeline().there_by(Version(layout.span().start)).is_some();
        Self { clock: ClockForm::of(history, layout), is_known }
    }

    fn columns(self) -> usize {
        self.clock.columns()
    }
}

/// How times are written where so much time is shown.
#[derive(Debug, Clone, Copy)]
enum ClockForm {
    Millis,
    Seconds,
    Minutes,
    Days,
}

impl ClockForm {
    fn of(history: &History, layout: &WindowLayout) -> Self {
        let span = layout.span();
        let at = |version: u64| history.timeline().there_by(Version(version));
        let shown = at(span.start).zip(at(span.end.saturating_sub(1))).map(|(first, last)| last - first);
        match shown.map_or(0, |shown| shown.num_seconds()) {
            ..10 if layout.is_by_time() => Self::Millis,
            ..86_400 => Self::Seconds,
            86_400..8_640_000 => Self::Minutes,
            _ => Self::Days,
        }
    }

    fn text(self, time: Time) -> String {
        let format = match self {
            Self::Millis => "%H:%M:%S%.3f",
            Self::Seconds => "%H:%M:%S",
            Self::Minutes => "%Y-%m-%d %H:%M",
            Self::Days => "%Y-%m-%d",
        };
        clock::in_form(time, format)
    }

    /// A time with its day.
    fn dated(self, time: Time) -> String {
        match self {
            Self::Millis | Self::Seconds => format!("{} {}", Self::Days.text(time), self.text(time)),
            Self::Minutes | Self::Days => self.text(time),
        }
    }

    fn columns(self) -> usize {
        self.text(Time::default()).len()
    }
}

/// `#48,213 09:41:07  ◆ pre-checkout`.
pub(super) fn readout(
    history: &History,
    (layout, axis): (&WindowLayout, &[AxisLabel]),
    ask: &TimelineQuery,
) -> SafeText {
    let cursor = ask.cursor;
    let form = match ClockForm::of(history, layout) {
        ClockForm::Days => ClockForm::Minutes,
        form => form,
    };
    let at = history.info(cursor).and_then(|info| info.at);
    let span = layout.span();
    let day = |version: u64| history.timeline().there_by(Version(version)).map(clock::day);
    let ends = [day(span.start), day(span.end.saturating_sub(1))];
    let days = ends.into_iter().chain(axis.iter().map(|label| label.day)).collect::<Vec<_>>();
    // The labels tell the day, where it is one.
    let words = |at: Time| match days.iter().flatten().all(|day| *day == clock::day(at)) {
        true => form.text(at),
        false => form.dated(at),
    };
    let time = at.map(|at| format!(" {}", words(at))).unwrap_or_default();
    let place = format!("{}{time}", text::number(cursor));
    let cell =
        layout.column_of(cursor.0).and_then(|column| layout.cell(column)).filter(|_| ask.width >= ROOM_FOR_MARKS);
    let marks = cell.map(|cell| marks::words(history, cell.versions.clone(), NAMED)).unwrap_or_default();
    SafeText::join(std::iter::once(place.into()).chain(marks), "  ")
}

/// `zoom 6/14 · by version · 130 versions/col · bar height: keys changed`.
pub(super) fn caption(
    layout: &WindowLayout,
    (zoom, total): (u32, u64),
    bars: &Bars<'_>,
    ask: &TimelineQuery,
) -> SafeText {
    let wordy = ask.width >= WORDY;
    let deepest = deepest(total, ask.width);
    let height = if wordy { "bar height: " } else { "" };
    let axis = match layout.is_by_time() {
        true if ask.manner.is_suited => "by time (auto)",
        true => "by time",
        false => "by version",
    };
    let counted = match bars.are_recorded(layout) {
        true if wordy => ", rules not applied",
        true => ", no rules",
        false => "",
    };
    let parts = [
        (zoom > 0).then(|| joined!["zoom ", zoom.to_string(), "/", deepest.to_string()]),
        (wordy || layout.is_by_time()).then(|| axis.into()),
        Some(scale(layout.scale)),
        Some(joined![height, bars.density.caption(), counted]),
        (ask.manner.edge == Edge::Followed).then(|| "following".into()),
        layout.limit.filter(|_| wordy).map(|limit| joined!["gaps over ", text::duration(limit), " folded"]),
        (ask.manner.kept == AbandonedOnAxis::Hidden)
            .then(|| if wordy { "kept branches hidden" } else { "kept hidden" }.into()),
    ];
    SafeText::join(parts.into_iter().flatten(), " · ")
}

fn scale(scale: ColumnScale) -> SafeText {
    match scale {
        ColumnScale::VersionsPerColumn(1) | ColumnScale::ColumnsPerVersion(1) => "1 version/col".into(),
        ColumnScale::VersionsPerColumn(versions) => joined![text::thousands(versions), " versions/col"],
        ColumnScale::ColumnsPerVersion(columns) => joined!["1 version = ", columns.to_string(), " cols"],
        ColumnScale::TimePerColumn(time) => joined![text::duration(time), "/col"],
    }
}
