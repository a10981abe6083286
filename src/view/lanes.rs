//! Lanes: what an expression gave over the versions of the timeline, drawn over its columns.
//!
//! A lane is a list of runs: versions that follow each other and gave the same. Where there are more runs than a screen
//! can show, short neighbours are merged, so a lane and a frame cost at most a fixed number of runs. Must not name: `tui`.

mod row;
mod sums;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use row::{Drawn, row};

use super::text::SafeText;
use crate::value::Value;
use std::ops::Range;
use sums::Sums;

/// More are not pinned at a time: they would leave no room for the panes.
pub const MOST: usize = 5;

/// Runs of one lane; beyond them short ones are merged.
const MOST_RUNS: usize = 1 << 14;

/// A window is drawn from at least so many buckets of merged runs.
const BUCKETS: u64 = 512;

/// What an expression gave at one version.
#[derive(Debug, Clone, PartialEq)]
pub enum LaneSample {
    /// Nothing, or `null`.
    Nothing,
    Number(f64),
    /// A truth value.
    Truth(bool),
    /// Anything else, in a few letters.
    State(SafeText),
    Error,
}

/// What one or several samples have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleSummary {
    /// The least and the most of the numbers.
    pub numbers: Option<(f64, f64)>,
    /// Whether one was `true`.
    pub has_true: bool,
    /// Whether one was `false`.
    pub has_false: bool,
    /// The last other value.
    pub state: Option<SafeText>,
    /// Whether one was an error.
    pub has_error: bool,
    /// How many different ones followed each other, beside nothing.
    pub count: usize,
}

/// Versions that follow each other.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneRun {
    /// Its first version; the next run's first one ends it.
    pub from: u64,
    /// What it gave.
    pub gave: SampleSummary,
}

/// What is known of a lane.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LaneRuns {
    list: Vec<LaneRun>,
    /// What blocks of them have together.
    sums: Sums,
    /// The versions looked at.
    known: Range<u64>,
    /// Runs within so many versions were merged; 0 while nothing is known, 1 where none were.
    grain: u64,
    /// Another one whenever something else is known.
    revision: u64,
}

impl LaneSample {
    /// What a lane draws of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(truth) => Self::Truth(*truth),
            Value::Number(number) if number.as_f64().is_finite() => Self::Number(number.as_f64()),
            other => Self::State(super::found::brief(other)),
        }
    }
}

impl SampleSummary {
    /// Of one sample.
    pub fn of(sample: &LaneSample) -> Self {
        let one = Self { count: 1, ..Self::default() };
        match sample {
            LaneSample::Nothing => Self::default(),
            LaneSample::Number(number) => Self { numbers: Some((*number, *number)), ..one },
            LaneSample::Truth(truth) => Self { has_true: *truth, has_false: !truth, ..one },
            LaneSample::State(text) => Self { state: Some(text.clone()), ..one },
            LaneSample::Error => Self { has_error: true, ..one },
        }
    }

    /// Takes what came after it.
    pub fn add(&mut self, later: &Self) {
        self.add_all_but_state(later);
        if later.state.is_some() {
            self.state.clone_from(&later.state);
        }
    }

    /// Takes what came after it, but for its text, of which only the last one counts.
    fn add_all_but_state(&mut self, later: &Self) {
        self.numbers = match (self.numbers, later.numbers) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (known, other) => known.or(other),
        };
        self.has_true |= later.has_true;
        self.has_false |= later.has_false;
        self.has_error |= later.has_error;
        self.count += later.count;
    }
}

impl LaneRuns {
    /// The versions looked at.
    pub fn known(&self) -> Range<u64> {
        self.known.clone()
    }

    /// Whether a window of the timeline can be drawn from them: all of it was looked at, and closely enough.
    pub fn suffice(&self, window: &Range<u64>) -> bool {
        self.known.start <= window.start && window.end <= self.known.end && self.is_fine_for(window)
    }

    /// Whether a window can be drawn once the versions behind those known are looked at too.
    pub fn grows(&self, window: &Range<u64>) -> bool {
        let reaches = self.known.start <= window.start && window.start <= self.known.end;
        reaches && !self.known.is_empty() && self.is_fine_for(window)
    }

    fn is_fine_for(&self, window: &Range<u64>) -> bool {
        self.grain == 1 || self.grain.saturating_mul(BUCKETS) <= window.end.saturating_sub(window.start)
    }

    /// Changes with whatever is known.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Forgets all.
    pub fn forget(&mut self) {
        *self = Self { revision: self.revision + 1, ..Self::default() };
    }

    /// Forgets all, to begin with another version.
    pub fn begin(&mut self, first: u64) {
        self.forget();
        (self.known, self.grain) = (first..first, 1);
    }

    /// Takes runs that follow those known, and the version behind those looked at.
    pub fn take(&mut self, runs: Vec<LaneRun>, end: u64) {
        let mut same = self.list.len();
        self.revision += 1;
        self.list.extend(runs);
        self.known.end = self.known.end.max(end);
        while self.list.len() > MOST_RUNS {
            self.grain *= 2;
            self.merge();
            same = 0;
        }
        self.sums.update(&self.list, same);
    }

    /// Merges runs that lie within one bucket. The last one that begins in a bucket goes on behind it and stays.
    fn merge(&mut self) {
        let bucket = |version: u64| version / self.grain;
        let mut merged: Vec<LaneRun> = Vec::with_capacity(self.list.len() / 2);
        let mut runs = std::mem::take(&mut self.list).into_iter().peekable();
        while let Some(run) = runs.next() {
            let last = runs.peek().map_or(self.known.end, |next| next.from).saturating_sub(1);
            let before = merged.last_mut().filter(|before| bucket(before.from) == bucket(run.from));
            match before.filter(|_| bucket(last) == bucket(run.from)) {
                Some(before) => before.gave.add(&run.gave),
                None => merged.push(run),
            }
        }
        self.list = merged;
    }

    /// Whether a run begins in a range of versions, and what its versions gave; `None` where nothing is known of them.
    /// O(log runs).
    pub fn over(&self, range: &Range<u64>) -> Option<(bool, SampleSummary)> {
        let (start, end) = (range.start.max(self.known.start), range.end.min(self.known.end));
        let first = self.list.partition_point(|run| run.from <= start).saturating_sub(1);
        let last = self.list.partition_point(|run| run.from < end);
        let begins = self.list.get(first..last)?.last().filter(|_| start < end)?.from >= start;
        let (mut all, mut state) = (SampleSummary::default(), None);
        self.sums.visit(&self.list, first..last, &mut |part| {
            all.add_all_but_state(part);
            state = part.state.as_ref().or(state);
        });
        all.state = state.cloned();
        Some((begins, all))
    }
}
