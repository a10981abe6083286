//! What is measured of each version, and what stretches of them hold together.

use super::Timeline;
use super::rows::TimelineRow;
use crate::diff::Counts;
use crate::history::timeline::pyramid::{self, Tallies};
use crate::record::{Origin, Time, Version};
use std::ops::Range;

/// Places of the measures in the pyramid: keys changed, bytes of the value, nanoseconds since the version before.
pub(in crate::history) const KEYS: usize = 0;
pub(in crate::history) const BYTES: usize = 1;
pub(in crate::history) const LATENCY: usize = 2;

impl Timeline {
    /// Sums and maxima over the versions of `range`, which must exist.
    pub fn tallies(&self, range: &Range<u64>) -> Tallies {
        self.pyramid.over(self.indexes(range), |index| self.measures(index))
    }

    /// The versions of `range`, which must exist, that came longest after the one before: the slowest first.
    pub fn slowest(&self, range: &Range<u64>, wanted: usize) -> Vec<Version> {
        let longest = self.pyramid.largest(self.indexes(range), LATENCY, wanted, |index| self.measures(index));
        longest.into_iter().map(|(index, _)| self.version_of(index)).collect()
    }

    /// The versions of `range`, which must exist, in which most keys changed, with how many: the largest change first, at
    /// most `wanted`.
    pub fn largest_changes(&self, range: &Range<u64>, wanted: usize) -> Vec<(Version, u64)> {
        let largest = self.pyramid.largest(self.indexes(range), KEYS, wanted, |index| self.measures(index));
        largest.into_iter().map(|(index, keys)| (self.version_of(index), keys)).collect()
    }

    /// How many versions of `range` a side did not write; of those that are missing nobody knows. O(versions in it whose
    /// records are there).
    pub fn not_of(&self, range: &Range<u64>, side: Origin) -> u64 {
        let own = self.rows.within(self.indexes(range)).filter(|row| row.origin == side).count() as u64;
        (range.end - range.start) - own
    }

    /// Of the row at an index.
    pub(super) fn measures(&self, index: usize) -> Tallies {
        if let Some(measured) = self.measured_by_figures(index) {
            return measured;
        }
        let Some(row) = self.rows.get(index) else { return pyramid::entry([0; 3]) };
        measured(&row, index.checked_sub(1).and_then(|before| self.rows.time(before)))
    }

    /// The same without the rows themselves; `None` where the row or the one before is kept aside.
    fn measured_by_figures(&self, index: usize) -> Option<Tallies> {
        let figures = self.rows.figures(index)?;
        let before = match index.checked_sub(1) {
            Some(before) => self.rows.figures(before)?.nanoseconds,
            None => None,
        };
        let latency = before.zip(figures.nanoseconds).map_or(0, |(before, at)| distance(before, at));
        Some(pyramid::entry([figures.keys, figures.bytes, latency]))
    }

    fn indexes(&self, range: &Range<u64>) -> Range<usize> {
        let index = |version: u64| self.index_from(version).min(self.rows.len());
        index(range.start)..index(range.end)
    }
}

/// What is measured of a row, and by the time of the one before it.
pub(super) fn measured(row: &TimelineRow, before: Option<Time>) -> Tallies {
    let latency = before.zip(row.at).map_or(0, |(before, at)| nanoseconds(at - before));
    pyramid::entry([total(row.counts), row.size, latency])
}

/// All keys that changed in whatever way.
fn total(counts: Counts) -> u64 {
    [counts.added, counts.changed, counts.removed, counts.moved].map(u64::from).iter().sum()
}

/// From one time to a later one in nanoseconds, as [`nanoseconds`] has it.
fn distance(before: i64, at: i64) -> u64 {
    match at.checked_sub(before) {
        Some(length) => u64::try_from(length).unwrap_or(0),
        None if at < before => 0,
        None => i64::MAX.unsigned_abs(),
    }
}

/// 0 where time went back; what does not fit (292 years) is the most there is.
fn nanoseconds(length: chrono::Duration) -> u64 {
    match length.num_nanoseconds() {
        Some(nanoseconds) => u64::try_from(nanoseconds).unwrap_or(0),
        None if length < chrono::Duration::zero() => 0,
        None => i64::MAX.unsigned_abs(),
    }
}
