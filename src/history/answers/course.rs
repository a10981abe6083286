//! The versions that a branch went through, as stretches of numbers.
//!
//! Must not name: values.

use crate::history::VersionKind;
use crate::history::parts::History;
use crate::record::{Position, Version};
use std::ops::RangeInclusive;

impl History {
    /// The record of a version that changed what its branch had before it. O(log runs).
    pub(crate) fn patched(&self, version: Version) -> Option<Position> {
        let is_transition = self.timeline.kind(version) == Some(VersionKind::Transition);
        let goes_on = is_transition && !self.timeline.is_whole(version);
        let position = self.timeline.position(version).filter(|_| goes_on)?;
        (self.lineage.parent(version) == self.lineage.seen_before(version)).then_some(position)
    }

    /// The versions within a range that a growing branch made (`None` is `main`), as stretches in order; what a rollback
    /// left behind is among them. Of missing versions that follow each other the first stands for all. Empty where there
    /// is no such branch. O(runs of the branch + missing runs).
    pub fn course(&self, branch: Option<&str>, range: RangeInclusive<Version>) -> Vec<RangeInclusive<u64>> {
        let Some(owner) = self.lineage.branches.owner(branch) else { return Vec::new() };
        let range = (*range.start()).max(self.first())..=(*range.end()).min(self.newest());
        let mut stretches = Vec::new();
        for run in self.lineage.tree.made_within(owner, &range) {
            let mut next = *run.start();
            for (first, last) in self.timeline.missing_within(&run) {
                // The range may begin among missing versions: those are another stretch's.
                let end = if first < next { None } else { Some(first) };
                stretches.extend(end.map(|end| next..=end));
                next = last + 1;
            }
            if next <= *run.end() {
                stretches.push(next..=*run.end());
            }
        }
        stretches
    }
}
