//! What is asked of variants and what was measured.
//!
//! Must not name: values.

use crate::history::ledger::variants::{Comparison, MeasuredBranch, MetricSpec};
use crate::history::lineage::branches::Branch;
use crate::history::parts::History;
use crate::record::{SnapshotId, Version};
use crate::value::Text;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The variants of a history and what was measured on them, [asked](History::variants) across its branches and snapshots.
#[derive(Clone, Copy)]
pub struct Variants<'a>(&'a History);

impl History {
    /// Its variants, and what was measured.
    pub fn variants(&self) -> Variants<'_> {
        Variants(self)
    }
}

impl Variants<'_> {
    /// The snapshots that have variants, in the order of their first.
    pub fn baselines(self) -> Vec<SnapshotId> {
        let mut known = BTreeSet::new();
        let baselines = self.0.branches().into_iter().filter_map(|branch| branch.baseline);
        baselines.filter(|id| known.insert(*id)).collect()
    }

    /// The baselines of open variants: of those that grow and were not promoted. O(growing branches · promotions).
    pub(crate) fn open_baselines(self) -> impl Iterator<Item = SnapshotId> {
        let variants = self.0.lineage.branches.variants();
        variants.filter(move |(name, _)| self.promotion(name).is_none()).map(|(_, baseline)| baseline)
    }

    /// The variants of a baseline against it; `None` when there is no such snapshot. O(branches + measurements), and a
    /// test of the means for each metric and variant with samples.
    pub fn comparison(self, baseline: SnapshotId) -> Option<Comparison> {
        let baseline = self.0.marks.ever(baseline)?;
        let branches = self.0.branches().into_iter().filter(|branch| branch.baseline == Some(baseline.id)).collect();
        Some(self.0.ledger.measurements.comparison(baseline, branches, |name| self.promotion(name)))
    }

    /// What the baseline of a variant is called: its name, or its version where it has none; `None` of other branches.
    pub fn baseline_name(self, branch: &Branch) -> Option<Text> {
        let snapshot = self.0.marks.ever(branch.baseline?)?;
        Some(snapshot.name.unwrap_or_else(|| snapshot.version.to_string().into()))
    }

    fn promotion(self, variant: &str) -> Option<Version> {
        let promotion = self.0.ledger.measurements.promotion(variant);
        promotion.filter(|made| self.0.lineage.on_line(*made, self.0.head()))
    }

    /// A metric as it was said so far where a branch or baseline is compared: with its unit and goal; `None` before its first
    /// figure. A score is better when it is higher, unless something else was said. O(branches + measurements).
    pub fn metric(self, of: &str, name: &str) -> Option<MetricSpec> {
        let marks = &self.0.marks;
        let baseline = match self.0.branch(of) {
            Some(branch) => branch.baseline,
            None => marks.named(of).map(|snapshot| snapshot.id),
        };
        let beside = self.0.branches().into_iter().filter(|branch| baseline.is_some() && branch.baseline == baseline);
        let snapshot = baseline.and_then(|id| marks.ever(id)).and_then(|snapshot| snapshot.name);
        let names: FxHashSet<Text> = beside.map(|branch| branch.name).chain(snapshot).chain([of.into()]).collect();
        self.0.ledger.measurements.metric(&names, name)
    }

    /// What was measured on branches that are no variants, `main` first. O(branches + measurements).
    pub fn measured_branches(self) -> Vec<MeasuredBranch> {
        self.0.ledger.measurements.measured_branches(self.0.branches())
    }
}
