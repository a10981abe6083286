//! One tenant's history: its five parts, and how far its log was folded.

use super::chunked::Chunked;
use super::gaps::RecordGaps;
use super::ledger::Ledger;
use super::ledger::transactions::Transactions;
use super::lineage::Lineage;
use super::lineage::tree::BranchId;
use super::marks::Marks;
use super::timeline::Timeline;
use super::values::Values;
use super::values::budget::Budget;
use super::values::names::ArrayNames;
use crate::record::{Position, TenantId, Version};
use crate::value::{Text, Value};

/// One tenant's history, as far as its records have been folded.
///
/// Versions are numbered in log order, without gaps. Whatever makes a version continues a branch: `main`, or a fork; a
/// rollback after having left part of it to a kept branch. `clone` is O(1), and a clone goes on by itself.
#[derive(Clone)]
pub struct History {
    tenant: TenantId,
    position: Position,
    /// Records up to here were cut off by compaction.
    cut: Position,
    pub(super) lineage: Lineage,
    pub(super) marks: Marks,
    pub(super) ledger: Ledger,
    pub(super) timeline: Timeline,
    pub(super) values: Values,
    pub(super) gaps: RecordGaps,
    /// Records that say something unknown here, and a base record that keeps such.
    pub(super) unknown: Chunked<Position>,
    pub(super) problems: Chunked<Text>,
    /// Versions that went back and are not counted yet: the one who writes them need not wait for that.
    pub(super) uncounted: UncountedReturns,
}

/// How far a history has folded its log: what was looked up in it is stale when this has changed.
#[cfg(feature = "tui")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revision {
    /// The last record.
    pub position: Position,
    /// The last record cut off.
    pub cut: Position,
}

/// Versions whose counts are wanted later.
#[derive(Default, Clone)]
pub(super) struct UncountedReturns {
    pub versions: Chunked<Version>,
    /// Whether what goes back now is counted later, too.
    pub later: bool,
}

impl History {
    /// An empty history: `#0`, `null`.
    pub(crate) fn new(tenant: TenantId, budget: Budget) -> Self {
        Self {
            tenant,
            position: Position(0),
            cut: Position(0),
            lineage: Lineage::default(),
            marks: Marks::default(),
            ledger: Ledger::default(),
            timeline: Timeline::default(),
            values: Values::new(budget),
            gaps: RecordGaps::default(),
            unknown: Chunked::default(),
            problems: Chunked::default(),
            uncounted: UncountedReturns::default(),
        }
    }

    /// An empty history, in place of one that cannot be used any more.
    pub(crate) fn unusable(tenant: TenantId, budget: Budget, why: &str) -> Self {
        let mut history = Self::new(tenant, budget);
        history.values.suspect_all(&why.into());
        history.problems.push(why.into());
        history
    }

    /// How many records there are up to a position: what compaction left counts as one. O(1).
    pub(crate) fn records_through(&self, position: Position) -> u64 {
        position.0.saturating_sub(self.cut.0) + u64::from(self.cut.0 > 0)
    }

    /// Says which the last record folded was, and the last one cut off.
    pub(super) fn set_positions(&mut self, position: Position, cut: Position) {
        (self.position, self.cut) = (position, cut);
    }

    /// How versions descend from each other.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// The fields that name the elements of arrays.
    pub fn array_names(&self) -> &ArrayNames {
        &self.values.names
    }

    /// The snapshots.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Transactions, with their steps and checkpoints.
    pub fn transactions(&self) -> &Transactions {
        &self.ledger.transactions
    }

    /// Measurements and settings.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Times of versions, and which of them are special.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The oldest version that can be opened, apart from `#0`: `#1`, or the first behind those that compaction cut off.
    pub fn first(&self) -> Version {
        Version(self.timeline.through().0 + 1)
    }

    /// The tenant that this history is of.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The position of the last record folded.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Changes with whatever is folded. The position alone does not: a cut up to the newest record leaves it.
    #[cfg(feature = "tui")]
    pub(crate) fn revision(&self) -> Revision {
        Revision { position: self.position, cut: self.cut }
    }

    /// Records up to here were cut off by compaction, as far as this history has taken notice of that.
    pub(crate) fn cut(&self) -> Position {
        self.cut
    }

    /// Records that make no version and could not be followed, and why, in order.
    pub fn problems(&self) -> &Chunked<Text> {
        &self.problems
    }

    /// The head of `main`.
    pub fn head(&self) -> Version {
        self.lineage.branches.head_of(BranchId::default())
    }

    /// The newest version in log order, on whatever branch.
    pub fn newest(&self) -> Version {
        self.lineage.tree.newest()
    }

    /// The value at the head of `main`. As [`growing_value`](Self::growing_value).
    pub fn head_value(&self) -> &Value {
        self.values.of_main()
    }

    /// The head of a branch that grows; `None` names `main`. O(1).
    pub fn growing(&self, branch: Option<&str>) -> Option<Version> {
        self.lineage.branches.owner(branch).map(|owner| self.lineage.branches.head_of(owner))
    }

    /// The value at the head of a branch that grows; `None` names `main`. O(1), but for the first time in a history from an
    /// index segment: O(bytes).
    pub fn growing_value(&self, branch: Option<&str>) -> Option<&Value> {
        self.lineage.branches.owner(branch).map(|owner| self.values.heads[owner].value.get())
    }

    /// Bytes of patches in the log since the head of a branch was last recorded whole; as many as can be where its value
    /// may be wrong, until it is.
    pub(crate) fn patched_since_whole(&self, branch: Option<&str>) -> u64 {
        let head = self.lineage.branches.owner(branch).map(|owner| &self.values.heads[owner]);
        head.map_or(0, |head| if head.suspect.is_some() { u64::MAX } else { head.patched })
    }
}
