//! The versions that a branch went through.

use crate::Result;
use crate::index::PathIndex;
use crate::query::Reads;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::Value;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Every version within a range that was the head of one branch, in order. Of missing versions that follow each other the
/// first stands for all.
pub struct Course<'t> {
    tenant: &'t Tenant,
    stretches: Vec<Stretch>,
    stop: Arc<AtomicBool>,
}

/// Versions of it that follow each other.
struct Stretch {
    first: u64,
    last: u64,
    /// Versions of the course before them.
    before: u64,
}

impl<'t> Course<'t> {
    /// Of the branch that the handle goes on with. What compaction cut off is left out of the range. O(runs of the branch).
    pub fn new(tenant: &'t Tenant, range: RangeInclusive<Version>) -> Self {
        let mut before = 0;
        let stretch = |stretch: RangeInclusive<u64>| {
            let new = Stretch { first: *stretch.start(), last: *stretch.end(), before };
            before += new.last - new.first + 1;
            new
        };
        let stretches = tenant.history().course(tenant.branch(), range).into_iter().map(stretch).collect();
        Self { tenant, stretches, stop: Arc::default() }
    }

    /// Ends at the version come to once the flag is set.
    #[must_use]
    pub fn stopped_by(self, flag: &Arc<AtomicBool>) -> Self {
        Self { stop: Arc::clone(flag), ..self }
    }

    /// Whether it was told to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The handle.
    pub fn tenant(&self) -> &'t Tenant {
        self.tenant
    }

    /// Which versions touched which path. Where that is not known yet it is found out first; `stop` ends that, as what ends
    /// the course does.
    ///
    /// # Errors
    /// `Interrupted` when it was stopped; when the log cannot be read.
    pub fn paths(&self, stop: &dyn Fn() -> bool) -> Result<Arc<PathIndex>> {
        let is_stopped = || stop() || self.is_stopped();
        self.tenant.paths(&mut |_| if is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// The versions, oldest first.
    pub fn forward(&self) -> impl Iterator<Item = Version> + '_ {
        let all = self.stretches.iter().flat_map(|stretch| stretch.first..=stretch.last);
        all.take_while(|_| !self.is_stopped()).map(Version)
    }

    /// The versions, newest first.
    pub fn backward(&self) -> impl Iterator<Item = Version> + '_ {
        let all = self.stretches.iter().rev().flat_map(|stretch| (stretch.first..=stretch.last).rev());
        all.take_while(|_| !self.is_stopped()).map(Version)
    }

    /// Its versions that touched what a filter reads, oldest first; some may have changed none of that.
    pub fn touching<'c>(&'c self, paths: &'c PathIndex, reads: &Reads) -> Box<dyn Iterator<Item = Version> + 'c> {
        let touches = paths.reads(reads);
        let each = self.stretches.iter().flat_map(move |stretch| touches.forward(&stretch.range()).collect::<Vec<_>>());
        Box::new(each.take_while(|_| !self.is_stopped()))
    }

    /// Those of some versions that are its own, oldest first: `touched` gives them for each stretch of it.
    pub(super) fn forward_of<'c, I: Iterator<Item = Version> + 'c>(
        &'c self,
        touched: impl Fn(&RangeInclusive<Version>) -> I + 'c,
    ) -> impl Iterator<Item = Version> + 'c {
        let all = self.stretches.iter().flat_map(move |stretch| touched(&stretch.range()));
        all.take_while(|_| !self.is_stopped())
    }

    /// The same, newest first.
    pub(super) fn backward_of<'c, I: Iterator<Item = Version> + 'c>(
        &'c self,
        touched: impl Fn(&RangeInclusive<Version>) -> I + 'c,
    ) -> impl Iterator<Item = Version> + 'c {
        let all = self.stretches.iter().rev().flat_map(move |stretch| touched(&stretch.range()));
        all.take_while(|_| !self.is_stopped())
    }

    /// The first one.
    pub fn first(&self) -> Option<Version> {
        self.stretches.first().map(|stretch| Version(stretch.first))
    }

    /// The last one.
    pub fn last(&self) -> Option<Version> {
        self.stretches.last().map(|stretch| Version(stretch.last))
    }

    /// The one before a version, which need not be of the course itself. O(log runs).
    pub fn before(&self, version: Version) -> Option<Version> {
        let begun = self.stretches.partition_point(|stretch| stretch.first < version.0);
        let stretch = &self.stretches[begun.checked_sub(1)?];
        Some(Version(stretch.last.min(version.0 - 1)))
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.stretches.last().map_or(0, |last| last.before + (last.last - last.first + 1))
    }

    /// How many there are from one to another. O(log runs).
    pub fn count_within(&self, range: &RangeInclusive<Version>) -> u64 {
        let before = |version: u64| {
            let begun = self.stretches.partition_point(|stretch| stretch.first < version);
            let stretch = begun.checked_sub(1).map(|last| &self.stretches[last]);
            stretch
                .map_or(0, |stretch| stretch.before + (version - stretch.first).min(stretch.last - stretch.first + 1))
        };
        before(range.end().0.saturating_add(1)).saturating_sub(before(range.start().0))
    }

    /// The value that the application had before a version; `None` before the first one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn value_before(&self, version: Version) -> Result<Option<Value>> {
        let before = {
            let history = self.tenant.history();
            let before = history.lineage().seen_before(version).filter(|before| before.0 > 0);
            before.filter(|before| history.existing(*before).is_ok())
        };
        before.map(|before| self.tenant.value_at(before)).transpose()
    }
}

impl Stretch {
    fn range(&self) -> RangeInclusive<Version> {
        Version(self.first)..=Version(self.last)
    }
}
