//! The versions that a branch went through.

use crate::Result;
use crate::history::History;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Text, Value};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Every version within a range that was the head of one branch, in order.
pub struct Course<'t> {
    tenant: &'t Tenant,
    branch: Text,
    range: RangeInclusive<Version>,
    stop: Arc<AtomicBool>,
}

impl<'t> Course<'t> {
    /// Of the branch that the handle goes on with. What compaction cut off is left out of the range.
    pub fn new(tenant: &'t Tenant, range: RangeInclusive<Version>) -> Self {
        let history = tenant.history();
        let first = (*range.start()).max(history.first());
        let last = (*range.end()).min(history.newest());
        let branch = tenant.branch().unwrap_or(crate::history::MAIN).into();
        Self { tenant, branch, range: first..=last, stop: Arc::default() }
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

    /// The versions, oldest first. O(log runs) each.
    pub fn forward(&self) -> impl Iterator<Item = Version> + '_ {
        let mut next = self.first();
        std::iter::from_fn(move || {
            let version = next.filter(|_| !self.is_stopped())?;
            next = self.from(&self.tenant.history(), self.tenant.history().listed_after(version));
            Some(version)
        })
    }

    /// The versions, newest first. O(log runs) each.
    pub fn backward(&self) -> impl Iterator<Item = Version> + '_ {
        let mut next = self.last();
        std::iter::from_fn(move || {
            let version = next.filter(|_| !self.is_stopped())?;
            next = self.before(version);
            Some(version)
        })
    }

    /// The first one.
    pub fn first(&self) -> Option<Version> {
        let history = self.tenant.history();
        let start = self
            .range
            .start()
            .0
            .checked_sub(1)
            .map_or_else(|| history.listed_after(Version(0)), |before| history.listed_after(Version(before)));
        self.from(&history, start)
    }

    /// The last one.
    pub fn last(&self) -> Option<Version> {
        let history = self.tenant.history();
        let end = *self.range.end();
        let own = |version: &Version| version.0 > 0 && history.made_by(*version) == self.branch;
        let head = history.growing(self.tenant.branch()).map(|(head, _)| head)?;
        let last = if own(&end) {
            Some(end)
        } else {
            std::iter::successors(Some(head), |v| history.seen_before(*v)).find(|v| *v <= end)
        };
        self.within(last.filter(own).and_then(|last| self.listed(&history, last)))
    }

    /// The one before a version of the course, within the range.
    pub fn before(&self, version: Version) -> Option<Version> {
        let history = self.tenant.history();
        let before = history.seen_before(version)?;
        self.within(self.listed(&history, before).filter(|before| history.made_by(*before) == self.branch))
    }

    /// The value that the application had before a version; `None` before the first one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn value_before(&self, version: Version) -> Result<Option<Value>> {
        let before = self.tenant.history().seen_before(version);
        match before.filter(|before| before.0 > 0 && self.tenant.history().existing(*before).is_ok()) {
            Some(before) => self.tenant.value_at(before).map(Some),
            None => Ok(None),
        }
    }

    fn from(&self, history: &History, start: Option<Version>) -> Option<Version> {
        std::iter::successors(start, |version| history.listed_after(*version))
            .take_while(|version| self.range.contains(version))
            .find(|version| history.made_by(*version) == self.branch)
    }

    /// Itself, or the version that stands for the missing ones it is among.
    fn listed(&self, history: &History, version: Version) -> Option<Version> {
        if version.0 == 0 {
            None
        } else {
            history.listed_after(Version(version.0 - 1)).filter(|listed| *listed <= version).or(Some(version))
        }
    }

    fn within(&self, version: Option<Version>) -> Option<Version> {
        version.filter(|version| self.range.contains(version))
    }
}
