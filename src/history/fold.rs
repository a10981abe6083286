//! The fold itself: one record in, the history one record further.
use super::{Branch, Budget, Context, RollbackPlan, Snapshot, Strategy, Target, VersionInfo};
use crate::record::{Position, Record, Records, SnapshotId, TenantId, Time, Version};
use crate::value::{Text, Value};
use crate::Result;
use std::ops::Range;
use std::sync::Arc;

/// One tenant's history, as far as its records have been folded.
pub struct History(());

/// What a stretch of versions holds, for one column of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Activity {
    /// Versions in the stretch.
    pub versions: u64,
    /// Keys changed in all of them together.
    pub changed_keys: u64,
    /// A snapshot of each kind is in it.
    pub named: bool, /// An auto snapshot.
    pub auto: bool, /// A checkpoint.
    pub checkpoint: bool,
    /// A rollback or undo is in it.
    pub rollback: bool,
    /// An invalid or deleted version is in it.
    pub broken: bool,
}

/// A write of the debugger that `undo` can take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// The record that would be taken back.
    pub of: Position,
    /// In words: `rollback to #42`, `snapshot "v2"`, `deletion of snapshot "v2"`.
    pub what: String,
    /// The version an undo would make equal (the head before the rollback); `None` when no value changes.
    pub back_to: Option<Version>,
}

impl History {
    /// An empty history: `#0`, `null`.
    pub fn new(tenant: TenantId, budget: Budget) -> Self { todo!() }
    /// Takes one record, in order. A patch that does not apply makes an `invalid` version, not an error.
    ///
    /// # Errors
    /// Only when `records` cannot read what the fold needs (the target of a rollback).
    pub fn push(&mut self, record: &Arc<Record>, records: &dyn Records) -> Result<Option<Version>> { todo!() }
    /// Says that records are missing after the last one folded. Later versions carry a problem until one has a whole state.
    pub fn note_gap(&mut self, why: Text) { todo!() }
    /// The tenant.
    pub fn tenant(&self) -> &TenantId { todo!() }
    /// The position of the last record folded.
    pub fn position(&self) -> Position { todo!() }
    /// The head of the current branch.
    pub fn head(&self) -> Version { todo!() }
    /// The newest version in log order (the head, always: every version-making record moves the head).
    pub fn newest(&self) -> Version { todo!() }
    /// What is known of a version; `None` for one that does not exist. `#0` exists.
    pub fn info(&self, version: Version) -> Option<VersionInfo> { todo!() }
    /// The head's value. O(1).
    pub fn head_value(&self) -> &Value { todo!() }
    /// The value at a version: O(1) where it is kept, else a replay from the nearest keyframe, remembered in a window.
    ///
    /// # Errors
    /// When there is no such version or `records` cannot be read.
    pub fn value(&self, version: Version, records: &dyn Records) -> Result<Value> { todo!() }
    /// The version before on its own line: `v-1`, or a rollback's target. `None` for `#0`.
    pub fn parent(&self, version: Version) -> Option<Version> { todo!() }
    /// The version after `version` on the line that ends at `head`.
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> { todo!() }
    /// Whether `version` is on the line that ends at `head`.
    pub fn on_line(&self, version: Version, head: Version) -> bool { todo!() }
    /// The stretches of versions on the line that ends at `head`, oldest first.
    pub fn line(&self, head: Version) -> Vec<Range<u64>> { todo!() }
    /// The name of the branch a version belongs to (the one where it was written, or that keeps it now).
    pub fn branch_of(&self, version: Version) -> Text { todo!() }
    /// All branches; `main` first, then kept ones in order.
    pub fn branches(&self) -> Vec<Branch> { todo!() }
    /// Snapshots in the list, oldest version first (ties: order of making). `index:N` counts in this order.
    pub fn snapshots(&self) -> &[Snapshot] { todo!() }
    /// A snapshot by id.
    pub fn snapshot(&self, id: SnapshotId) -> Option<&Snapshot> { todo!() }
    /// The last version in log order whose time is at or before `at`. Versions without a time count as the one before them.
    pub fn at_time(&self, at: Time) -> Option<Version> { todo!() }
    /// The version a target names.
    ///
    /// # Errors
    /// `Target` or `NotFound` with the nearest names.
    pub fn resolve(&self, target: &Target, context: &Context) -> Result<Version> { todo!() }
    /// The version a strategy chooses.
    ///
    /// # Errors
    /// `NotFound` when there is no such snapshot or version.
    pub fn choose(&self, strategy: &Strategy) -> Result<Version> { todo!() }
    /// What a rollback to `to` would do.
    ///
    /// # Errors
    /// When there is no such version.
    pub fn plan_rollback(&self, to: Version) -> Result<RollbackPlan> { todo!() }
    /// The debugger's last write that has not been taken back.
    pub fn undoable(&self) -> Option<Undoable> { todo!() }
    /// What the versions `range` (log order) hold. O(log n).
    pub fn activity(&self, range: Range<u64>) -> Activity { todo!() }
    /// Versions made by a rollback or undo, in order, with their target.
    pub fn rollbacks(&self) -> &[(Version, Version)] { todo!() }
    /// Versions that are invalid or deleted, or after a gap, in order.
    pub fn broken(&self) -> &[Version] { todo!() }
}

impl Target {
    /// Reads `42` `#42` `head` `head~3` `+10` `-10` `50%` `@TIME` `-5m` `NAME` `snap:NAME` `index:2` `latest`
    /// `before:@TIME` `branch:NAME` `A` `B`.
    ///
    /// # Errors
    /// `Target` saying what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self> { todo!() }
}
