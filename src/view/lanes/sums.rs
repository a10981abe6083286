//! Sums over runs: what any stretch of them has together is in O(log runs) blocks.

use super::{LaneRun, SampleSummary};
use std::ops::Range;

/// Parts of a block: runs, or blocks of the level below.
const PARTS: usize = 16;

/// Blocks of runs, blocks of those, and so on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sums {
    levels: Vec<Vec<SampleSummary>>,
}

impl Sums {
    /// Takes the runs from a place on; those before it are as they were. O(runs from there on).
    pub fn update(&mut self, runs: &[LaneRun], from: usize) {
        let (mut level, mut from, mut length) = (0, from, runs.len());
        while length > PARTS {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            from = (from / PARTS).min(self.levels[level].len());
            self.levels[level].truncate(from);
            let blocks = length.div_ceil(PARTS);
            for block in from..blocks {
                let mut sum = SampleSummary::default();
                let parts = block * PARTS..length.min((block + 1) * PARTS);
                parts.for_each(|at| sum.add(self.part(runs, level, at)));
                self.levels[level].push(sum);
            }
            (level, length) = (level + 1, blocks);
        }
        self.levels.truncate(level);
    }

    /// Shows what the runs of a range are in, in their order. O(log runs).
    pub fn visit<'s>(&'s self, runs: &'s [LaneRun], range: Range<usize>, take: &mut impl FnMut(&'s SampleSummary)) {
        self.visit_level(runs, 0, range, take);
    }

    fn visit_level<'s>(
        &'s self,
        runs: &'s [LaneRun],
        level: usize,
        range: Range<usize>,
        take: &mut impl FnMut(&'s SampleSummary),
    ) {
        let (first, last) = (range.start.div_ceil(PARTS), range.end / PARTS);
        if level == self.levels.len() || first >= last {
            range.for_each(|at| take(self.part(runs, level, at)));
            return;
        }
        (range.start..first * PARTS).for_each(|at| take(self.part(runs, level, at)));
        self.visit_level(runs, level + 1, first..last, take);
        (last * PARTS..range.end).for_each(|at| take(self.part(runs, level, at)));
    }

    /// A run, on level 0; else a block.
    fn part<'s>(&'s self, runs: &'s [LaneRun], level: usize, at: usize) -> &'s SampleSummary {
        match level.checked_sub(1) {
            None => &runs[at].gave,
            Some(below) => &self.levels[below][at],
        }
    }
}
