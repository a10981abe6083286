//! One lane as it is drawn over the columns of a timeline.

use super::{LaneRuns, SampleSummary};
use crate::view::curve::number_words;
use crate::view::text::{SafeText, joined};
use crate::view::timeline::{LaneCell, LaneRow, TimelineModel};
use std::cell::RefCell;
use std::ops::Range;

/// What a lane draws.
#[derive(Debug, Clone, Copy, PartialEq)]
enum LaneScale {
    /// Numbers from the least to the most, as bars.
    Numbers(f64, f64),
    /// When it was true.
    Truth,
    /// Equal values beside each other.
    States,
    /// Nothing in the window.
    Nothing,
}

/// A lane as it was drawn last, with all that its cells are made of.
#[derive(Debug, Default)]
pub struct Drawn(RefCell<Option<(DrawnKey, LaneCells)>>);

#[derive(Debug, PartialEq)]
struct DrawnKey {
    runs: u64,
    /// What the columns stand for.
    columns: Vec<(usize, Range<u64>)>,
    width: usize,
}

/// What is drawn, and the range of its numbers.
type LaneCells = (Vec<LaneCell>, SafeText);

/// The row of a lane over the columns of a timeline. O(columns · log runs), O(columns) where both are as they were last.
pub fn row(name: SafeText, value: SafeText, (runs, drawn): (&LaneRuns, &Drawn), timeline: &TimelineModel) -> LaneRow {
    let key = DrawnKey { runs: runs.revision(), columns: timeline.cells().collect(), width: timeline.columns.len() };
    let known = drawn.0.borrow().as_ref().filter(|(of, _)| *of == key).map(|(_, cells)| cells.clone());
    let (cells, range) = known.unwrap_or_else(|| {
        let made = cells(runs, timeline);
        *drawn.0.borrow_mut() = Some((key, made.clone()));
        made
    });
    LaneRow { cells, name, value, range, note: SafeText::default() }
}

fn cells(runs: &LaneRuns, timeline: &TimelineModel) -> LaneCells {
    let columns = columns(runs, timeline);
    let scale = scale(columns.iter().flatten().map(|(_, summary)| summary));
    let range = match scale {
        LaneScale::Numbers(least, most) if least < most => {
            joined![number_words(least), " to ", number_words(most)]
        }
        _ => SafeText::default(),
    };
    let mut before = None;
    let cells = columns.iter().map(|column| {
        let Some((begins, summary)) = column else {
            before = None;
            return LaneCell::Blank;
        };
        cell(scale, *begins, summary, &mut before)
    });
    (cells.collect(), range)
}

/// For each column, whether a run begins in it, and what it gave; `None` where nothing is known of it.
fn columns(runs: &LaneRuns, timeline: &TimelineModel) -> Vec<Option<(bool, SampleSummary)>> {
    let mut columns = vec![None; timeline.columns.len()];
    let mut wide = None;
    for (at, versions) in timeline.wide_cells() {
        let Some(column) = columns.get_mut(at) else { break };
        // Of the columns of one version only the first begins anything.
        let again = wide.replace(versions.start) == Some(versions.start);
        *column = runs.over(&versions).map(|(begins, known)| (begins && !again, known));
    }
    columns
}

fn scale<'s>(all: impl Iterator<Item = &'s SampleSummary>) -> LaneScale {
    let mut whole = SampleSummary::default();
    all.for_each(|summary| whole.add(summary));
    let truth = whole.has_true || whole.has_false;
    match (whole.numbers, truth, whole.state.is_some()) {
        (Some((least, most)), false, false) => LaneScale::Numbers(least, most),
        (None, true, false) => LaneScale::Truth,
        (None, false, false) => LaneScale::Nothing,
        _ => LaneScale::States,
    }
}

fn cell(scale: LaneScale, begins: bool, summary: &SampleSummary, before: &mut Option<SafeText>) -> LaneCell {
    let failed = if summary.has_error { LaneCell::Error } else { LaneCell::Blank };
    match scale {
        LaneScale::Numbers(least, most) => {
            summary.numbers.map_or(failed, |range| LaneCell::Bar(level(furthest(range, (least, most)), (least, most))))
        }
        LaneScale::Truth => match (summary.has_true, summary.has_false) {
            (true, true) => LaneCell::Partly,
            (true, false) => LaneCell::True,
            (false, true) => LaneCell::False,
            (false, false) => failed,
        },
        LaneScale::States | LaneScale::Nothing => state(begins, summary, before, failed),
    }
}

fn state(begins: bool, summary: &SampleSummary, before: &mut Option<SafeText>, failed: LaneCell) -> LaneCell {
    let Some(text) = words(summary) else {
        *before = None;
        return failed;
    };
    let goes_on = before.as_ref() == Some(&text) && !begins;
    *before = Some(text.clone());
    match summary.count {
        _ if goes_on => LaneCell::Goes,
        0..=2 => LaneCell::Begins(text),
        _ => LaneCell::Several,
    }
}

/// The last value in words.
fn words(summary: &SampleSummary) -> Option<SafeText> {
    let number = || summary.numbers.map(|(_, most)| joined![number_words(most)]);
    let truth =
        || (summary.has_true || summary.has_false).then(|| if summary.has_true { "true" } else { "false" }.into());
    summary.state.clone().or_else(number).or_else(truth)
}

/// Of the least and the most in a column the one that is further from the middle of the lane, so that no peak is lost.
fn furthest((low, high): (f64, f64), (least, most): (f64, f64)) -> f64 {
    let middle = least / 2.0 + most / 2.0;
    if (low - middle).abs() > (high - middle).abs() { low } else { high }
}

/// A value that never changes is a flat line at the bottom.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7")]
fn level(number: f64, (least, most): (f64, f64)) -> u8 {
    let share = (number / 2.0 - least / 2.0) / (most / 2.0 - least / 2.0);
    if share.is_finite() { 1 + (share * 7.0).round().clamp(0.0, 7.0) as u8 } else { 1 }
}
