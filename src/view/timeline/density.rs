//! The density: what the height of a column says, and how high it is.

use super::hues::Cast;
use super::layout::{WindowCell, WindowLayout};
use super::marks::{self, TimelineMark};
use super::window::AxisTrack;
use super::{Grain, TimelineColumn};
use crate::history::{Activity, History};
use crate::view::counts::KeyCounts;
use std::ops::Range;

/// What the height of a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Density {
    /// Keys that changed, together.
    Keys,
    /// The largest value.
    Bytes,
    /// Transitions.
    Count,
    /// The longest wait since the version before.
    Latency,
    /// Errors, together.
    Errors,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct DensityRow {
    pub density: Density,
    /// Its word after `:density`.
    pub word: &'static str,
    /// What the border says.
    pub caption: &'static str,
    amount: Amount,
}

/// What a column of several versions has.
#[derive(Debug, Clone, Copy)]
enum Amount {
    /// What they have together.
    Sum(fn(&Activity) -> u64),
    /// What the largest of them has.
    Most(fn(&Activity) -> u64),
}

const fn row(density: Density, word: &'static str, caption: &'static str, amount: Amount) -> DensityRow {
    DensityRow { density, word, caption, amount }
}

/// The table.
pub const DENSITIES: [DensityRow; 5] = [
    row(Density::Keys, "keys", "keys changed", Amount::Sum(|activity| activity.keys.sum)),
    row(Density::Bytes, "bytes", "state size", Amount::Most(|activity| activity.bytes.most)),
    row(Density::Count, "count", "versions per column", Amount::Sum(|activity| activity.versions)),
    row(Density::Latency, "latency", "longest gap", Amount::Most(|activity| activity.latency.most)),
    row(Density::Errors, "errors", "errors", Amount::Sum(|activity| activity.errors)),
];

/// What the option takes: `auto` is what suits the axis.
pub const WORDS: [&str; 6] =
    ["auto", DENSITIES[0].word, DENSITIES[1].word, DENSITIES[2].word, DENSITIES[3].word, DENSITIES[4].word];

impl Density {
    /// The one of a word; `None` for `auto`.
    pub fn named(word: &str) -> Option<Self> {
        DENSITIES.iter().find(|row| row.word == word).map(|row| row.density)
    }

    /// What the border says.
    pub fn caption(self) -> &'static str {
        self.row().caption
    }

    /// Columns of equal count differ in what changed, columns of equal time in how much happened.
    pub(super) fn suiting(layout: &WindowLayout) -> Self {
        if layout.is_by_time() { Self::Count } else { Self::Keys }
    }

    fn row(self) -> &'static DensityRow {
        const TABLE: &[DensityRow; 5] = &DENSITIES;
        &TABLE[self as usize]
    }
}

/// From more versions on, bars stand for the counts of the history, whatever the rules.
pub const MOST_COUNTED: u64 = 2_000;

/// How bars are made.
pub(super) struct Bars<'a> {
    /// What their height says.
    pub density: Density,
    /// Rows they take, at least 1.
    pub rows: u8,
    /// Samples of a cell.
    pub grain: Grain,
    /// What is known of changed keys.
    pub counts: &'a KeyCounts,
    /// Whose hues they have.
    pub cast: &'a Cast,
}

impl Bars<'_> {
    /// Whether they stand for changed keys as the history has them, though rules may say otherwise: there are too many
    /// versions, or they have not been counted yet.
    pub fn are_recorded(&self, layout: &WindowLayout) -> bool {
        let span = layout.span();
        let many = span.end - span.start > MOST_COUNTED;
        let unknown = || many || self.counts.over(span.start.max(1)..span.end, 0).is_none();
        self.density == Density::Keys && self.counts.is_by_rules() && unknown()
    }
}

/// The columns of a layout.
pub(super) fn columns(
    history: &History,
    (track, layout): (&AxisTrack, &WindowLayout),
    bars: &Bars<'_>,
) -> Vec<TimelineColumn> {
    let by_rules = bars.density == Density::Keys && bars.counts.is_by_rules() && !bars.are_recorded(layout);
    let activity = |versions: Range<u64>| {
        let mut activity = history.activity(versions.clone());
        if by_rules && let Some(sum) = bars.counts.over(versions.start.max(1)..versions.end, activity.keys.sum) {
            activity.keys.sum = sum;
        }
        activity
    };
    let halves: Vec<[Activity; 2]> = layout.cells.iter().map(|cell| halves(&activity, track, cell)).collect();
    let amount = |activity: &Activity| amount(bars.density, layout, activity);
    let samples = |[left, right]: &[Activity; 2]| match bars.grain {
        Grain::Halves => [amount(left), amount(right)],
        Grain::Whole => [amount(&left.and(*right)); 2],
    };
    let amounts: Vec<f64> = halves.iter().flat_map(samples).collect();
    let scale = Scale::suiting(&amounts);
    let column = |((cell, halves), amounts): ((&WindowCell, &[Activity; 2]), &[f64])| {
        let marks = marks::all(&whole(cell, *halves));
        let hue = bars.cast.hue_of(history, &cell.versions);
        let levels = [0, 1].map(|half| scale.level(amounts[half], bars.rows));
        let is_cut = amounts.iter().any(|amount| *amount > scale.high);
        TimelineColumn { levels, marks, left_behind: is_left(track, cell), hue, is_cut }
    };
    let cells = layout.cells.iter().zip(&halves).zip(amounts.chunks_exact(2)).map(column);
    cells.flat_map(|column| widened(column, layout.wide())).collect()
}

/// How much a column shows. Those of the axis by version are meant to have equally many versions, and some have one more than
/// others: a sum counts by the version there.
#[expect(clippy::cast_precision_loss, reason = "heights do not need the last digits")]
fn amount(density: Density, layout: &WindowLayout, activity: &Activity) -> f64 {
    match density.row().amount {
        Amount::Sum(sum) if !layout.is_by_time() => sum(activity) as f64 / activity.versions.max(1) as f64,
        Amount::Sum(amount) | Amount::Most(amount) => amount(activity) as f64,
    }
}

/// What both halves of a cell hold; the same twice, where they are the same.
fn halves(activity: &impl Fn(Range<u64>) -> Activity, track: &AxisTrack, cell: &WindowCell) -> [Activity; 2] {
    let sum = |range| {
        let parts = track.parts(range).take(MOST_PARTS);
        parts.map(activity).fold(Activity::default(), Activity::and)
    };
    match cell.middle {
        Some(middle) => [sum(cell.versions.start..middle), sum(middle..cell.versions.end)],
        None => [sum(cell.versions.clone()); 2],
    }
}

/// Stretches between hidden ones that a column looks at: further ones change its height, and hardly anyone rolls back
/// more often between two columns.
const MOST_PARTS: usize = 64;

fn whole(cell: &WindowCell, [left, right]: [Activity; 2]) -> Activity {
    if cell.middle.is_some() { left.and(right) } else { left }
}

fn is_left(track: &AxisTrack, cell: &WindowCell) -> bool {
    track.left_behind(&cell.versions) * 2 > cell.versions.end - cell.versions.start
}

/// A version of several columns: its marks from the first on, beside each other where they have room; a blank after the
/// last.
fn widened(column: TimelineColumn, wide: usize) -> impl Iterator<Item = TimelineColumn> {
    let beside = wide > column.marks.len();
    (0..wide).map(move |at| match at {
        _ if at > 0 && at + 1 == wide => TimelineColumn::default(),
        _ if beside => TimelineColumn { marks: only(column.marks.get(at).copied().flatten()), ..column },
        0 => column,
        _ => TimelineColumn { marks: only(None), ..column },
    })
}

fn only(mark: Option<TimelineMark>) -> [Option<TimelineMark>; marks::KINDS] {
    let mut marks = [None; marks::KINDS];
    marks[0] = mark;
    marks
}

/// Amounts that differ by less than this factor are about the same, and look so.
const FACTOR: f64 = 2.0;

/// What is more than so many times as high as the 95th percentile would flatten all others.
const FAR: f64 = 8.0;

/// A logarithmic scale from the 5th percentile to the maximum of what is shown, but for the few that would flatten all others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    /// What is more is cut.
    pub high: f64,
}

impl Scale {
    /// The scale of so many amounts.
    pub fn suiting(amounts: &[f64]) -> Self {
        let mut sorted: Vec<f64> = amounts.iter().copied().filter(|amount| *amount > 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let few = sorted.len() / 20;
        let (Some(low), Some(most)) = (sorted.get(few), sorted.len().checked_sub(1 + few).map(|at| sorted[at])) else {
            return Self { low: 1.0, high: 1.0 };
        };
        let high = sorted.iter().rev().find(|amount| **amount <= most * FAR).copied().unwrap_or(most);
        Self { low: *low, high }
    }

    /// A height in so many rows: 0 is blank, anything at all is at least 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a height of 1 to 16")]
    pub fn level(&self, amount: f64, rows: u8) -> u8 {
        let top = f64::from(rows.max(1)) * 8.0;
        let (low, high) = (self.low.ln(), self.high.ln());
        let range = (high - low).max(FACTOR.ln());
        // Where they are all about the same, just half height.
        let floor = low - (range - (high - low)) * 0.45;
        match amount {
            amount if amount <= 0.0 => 0,
            amount if amount > self.high => top as u8,
            amount => (1.0 + ((top - 1.0) * (amount.ln() - floor) / range).round()).clamp(1.0, top) as u8,
        }
    }
}
