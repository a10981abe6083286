//! The time axis: columns that stand for the same time; idle times that stand out are folded to one column each.
//!
//! The versions of the window are those of the axis by version at the same zoom, so zooming and scrolling are the same on
//! both. What is idle is found in the pyramid of waits, so a frame does not look at every version.

use super::layout::{ColumnScale, IdleFold, WindowCell, WindowLayout};
use super::window::{AxisTrack, Window};
use crate::history::History;
use crate::record::{Time, Version};
use chrono::{DateTime, Duration};
use std::ops::Range;

/// An idle time is folded when it would take more columns than this ...
const COLUMNS: i64 = 10;
/// ... and is this many times as long as what comes between other versions.
const TIMES: i64 = 8;
/// One fold for this many columns, at most.
const SPARSE: usize = 8;

/// Versions without a long idle time between them.
struct Burst {
    versions: Range<u64>,
    /// Microseconds since 1970 of the first version.
    start: i64,
    /// Microseconds to the last.
    length: i64,
    /// The idle time before it, where that is folded.
    idle: Option<Duration>,
}

/// Cells of equal time; `None` where no version in the window has a time.
pub(super) fn layout(history: &History, track: &AxisTrack, window: Window, width: usize) -> Option<WindowLayout> {
    let versions = track.version(window.start)..track.version(window.start + window.count);
    let last = versions.end.checked_sub(1).filter(|last| *last >= versions.start)?;
    history.timeline().there_by(Version(last))?;
    let (gaps, others) = folded(history, &versions, width);
    let shortest = gaps.iter().map(|(_, idle)| *idle).min();
    let bursts = bursts(history, &versions, gaps);
    let step = step(&bursts, width);
    let limit = shortest.map(|shortest| others.max(Duration::microseconds(step.saturating_mul(COLUMNS))).min(shortest));
    let scale = ColumnScale::TimePerColumn(Duration::microseconds(step));
    let mut layout = WindowLayout { cells: Vec::new(), scale, folds: Vec::new(), limit };
    for burst in &bursts {
        if let Some(idle) = burst.idle {
            layout.folds.push(IdleFold { cell: layout.cells.len(), idle, before: burst.versions.start });
            layout.cells.push(empty(track, burst.versions.start));
        }
        layout.cells.extend(cells(history, track, burst, step));
    }
    Some(layout)
}

fn micros(history: &History, version: u64) -> i64 {
    history.timeline().there_by(Version(version)).map_or(0, |at| at.timestamp_micros())
}

/// The idle times that are folded, in order, and how long the longest of the others is. The longest are folded as long
/// as they stand out from what is left.
fn folded(history: &History, versions: &Range<u64>, width: usize) -> (Vec<(Version, Duration)>, Duration) {
    let most = width / SPARSE;
    let mut pauses = history.timeline().pauses(versions.clone(), most + 1);
    let mut rest = Rest {
        active: micros(history, versions.end - 1).saturating_sub(micros(history, versions.start)),
        waits: i64::try_from(versions.end - versions.start - 1).unwrap_or(i64::MAX),
        columns: i64::try_from(width).unwrap_or(i64::MAX),
    };
    let count = pauses.iter().take(most).take_while(|(_, idle)| rest.fold(*idle)).count();
    let longest_other = pauses.get(count).map_or(Duration::zero(), |(_, idle)| *idle);
    pauses.truncate(count);
    pauses.sort_unstable_by_key(|(version, _)| *version);
    (pauses, longest_other)
}

/// What is left to be drawn: microseconds, waits between versions, columns.
struct Rest {
    active: i64,
    waits: i64,
    columns: i64,
}

impl Rest {
    /// Takes away an idle time; answers whether it stood out.
    fn fold(&mut self, idle: Duration) -> bool {
        let idle = idle.num_microseconds().unwrap_or(i64::MAX);
        let column = self.active / self.columns.max(1);
        (self.active, self.waits, self.columns) = (self.active.saturating_sub(idle), self.waits - 1, self.columns - 1);
        let others = self.active / self.waits.max(1);
        self.waits > 0 && idle > column.saturating_mul(COLUMNS) && idle > others.saturating_mul(TIMES)
    }
}

fn bursts(history: &History, versions: &Range<u64>, gaps: Vec<(Version, Duration)>) -> Vec<Burst> {
    let ends = gaps.iter().map(|(version, _)| version.0).chain([versions.end]);
    let starts =
        [(versions.start, None)].into_iter().chain(gaps.iter().map(|(version, idle)| (version.0, Some(*idle))));
    let burst = |((first, idle), end): ((u64, Option<Duration>), u64)| {
        let start = micros(history, first);
        Burst { versions: first..end, start, length: micros(history, end - 1).saturating_sub(start), idle }
    };
    starts.zip(ends).map(burst).collect()
}

/// The shortest time a column can stand for, so that everything has room.
fn step(bursts: &[Burst], width: usize) -> i64 {
    let room = i64::try_from(width.saturating_sub(bursts.len() - 1)).unwrap_or(i64::MAX);
    let columns = |step: i64| bursts.iter().map(|burst| burst.length / step + 1).sum::<i64>();
    let (mut low, mut high) = (1, bursts.iter().map(|burst| burst.length).max().unwrap_or(0).saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        if columns(middle) > room { low = middle + 1 } else { high = middle }
    }
    low
}

fn cells<'a>(
    history: &'a History,
    track: &'a AxisTrack,
    burst: &'a Burst,
    step: i64,
) -> impl Iterator<Item = WindowCell> + 'a {
    let count = burst.length / step + 1;
    let end = burst.versions.end;
    // The first version at or after a time.
    let bound = move |time: i64| match before(time).and_then(|at| history.timeline().at_time(at)) {
        Some(version) => (version.0 + 1).clamp(burst.versions.start, end),
        None => burst.versions.start,
    };
    (0..count).map(move |at| {
        let start = burst.start.saturating_add(at.saturating_mul(step));
        let first = if at == 0 { burst.versions.start } else { bound(start) };
        let last = if at + 1 == count { end } else { bound(start.saturating_add(step)) };
        let middle = (step > 1).then(|| bound(start.saturating_add(step / 2)));
        WindowCell { versions: first..last, middle, chosen: chosen(track, first..last), time: moment(start) }
    })
}

fn empty(track: &AxisTrack, at: u64) -> WindowCell {
    WindowCell { versions: at..at, middle: None, chosen: chosen(track, at..at), time: None }
}

/// The newest version of a cell, or the one before it: what was the case at that time.
fn chosen(track: &AxisTrack, versions: Range<u64>) -> u64 {
    track.version(track.place(versions.end.saturating_sub(1)))
}

fn moment(micros: i64) -> Option<Time> {
    DateTime::from_timestamp_micros(micros)
}

/// The last moment before a time.
fn before(micros: i64) -> Option<Time> {
    moment(micros)?.checked_sub_signed(Duration::nanoseconds(1))
}
