//! What is asked of variants and what was measured.
//!
//! Must not name: values.

use crate::history::chunked::Chunked;
use crate::history::ledger::variants::{Comparison, MeasuredBranch, Measurement, Yardstick};
use crate::history::parts::History;
use crate::record::{SnapshotId, Version};
use crate::value::Text;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

impl History {
    /// Everything that was measured, in order.
    pub fn measurements(&self) -> &Chunked<Measurement> {
        self.ledger.measurements.all()
    }

    /// The snapshots that have variants, in the order of their first.
    pub fn baselines(&self) -> Vec<SnapshotId> {
        let mut known = BTreeSet::new();
        let baselines = self.branches().into_iter().filter_map(|branch| branch.baseline);
        baselines.filter(|id| known.insert(*id)).collect()
    }

    /// The baselines of open variants: of those that grow and were not promoted. O(growing branches · promotions).
    pub(crate) fn open_baselines(&self) -> impl Iterator<Item = SnapshotId> {
        self.lineage
            .branches
            .variants()
            .filter(|(name, _)| self.promotion(name).is_none())
            .map(|(_, baseline)| baseline)
    }

    /// The variants of a baseline against it; `None` when there is no such snapshot. O(branches + measurements), and a
    /// test of the means for each metric and variant with samples.
    pub fn comparison(&self, baseline: SnapshotId) -> Option<Comparison> {
        let baseline = self.marks.ever(baseline)?.clone();
        let branches = self.branches().into_iter().filter(|branch| branch.baseline == Some(baseline.id)).collect();
        Some(self.ledger.measurements.comparison(baseline, branches, |name| self.promotion(name)))
    }

    fn promotion(&self, variant: &str) -> Option<Version> {
        self.ledger.measurements.promotion(variant).filter(|made| self.on_line(*made, self.head()))
    }

    /// A metric as it was said so far where a branch or baseline is compared: with its unit and goal; `None` before its first
    /// figure. A score is better when it is higher, unless something else was said. O(branches + measurements).
    pub fn metric(&self, of: &str, name: &str) -> Option<Yardstick> {
        let baseline = match self.branch(of) {
            Some(branch) => branch.baseline,
            None => self.named_snapshot(of).ok().map(|snapshot| snapshot.id),
        };
        let beside = self.branches().into_iter().filter(|branch| baseline.is_some() && branch.baseline == baseline);
        let snapshot = baseline.and_then(|id| self.marks.ever(id)).and_then(|snapshot| snapshot.name.clone());
        let names: FxHashSet<Text> = beside.map(|branch| branch.name).chain(snapshot).chain([of.into()]).collect();
        self.ledger.measurements.metric(&names, name)
    }

    /// What was measured on branches that are no variants, `main` first. O(branches + measurements).
    pub fn measured_branches(&self) -> Vec<MeasuredBranch> {
        self.ledger.measurements.measured_branches(self.branches())
    }
}
