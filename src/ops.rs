//! The verbs: what can be done to a tenant, by the command line, the screen and `--plain` alike.
//!
//! Each verb is planned (`Plan`: what it would do, and whether it asks for the tenant's name), done, and answers a typed
//! `Outcome`: what happened, to whom, what was left behind, what was dropped. What is refused is decided in `recording`,
//! at the moment of the write, so no surface can pass it by. The sentences are made in `words`, and only there.

mod compact;
mod configure;
mod fork;
mod moved;
mod promote;
mod prune;
#[cfg(feature = "nats")]
mod put_back;
mod restore;
mod rollback;
mod score;
mod snapshot;
mod tenant_row;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod transaction;
mod turn;
pub mod words;

pub use configure::{Configured, MatchedBy};
pub use fork::{BranchRow, Forked, Start};
pub use moved::{AbandonedLine, Moved};
pub use promote::Promoted;
pub use prune::Pruned;
#[cfg(feature = "nats")]
pub use put_back::{KeyPut, PutBack, PutBackTold};
pub use restore::{Displaced, Restore, Restored};
pub use rollback::plan as plan_rollback;
pub use score::Scored;
pub use snapshot::{Deleted, Edited, KINDS, SnapshotOutcome, kind, shape as snapshot_shape};
pub use tenant_row::TenantRow;
pub use transaction::{
    StepResult, StepStatus, TransactionStatus, WayBack, happened, is_all_undone, state as transaction_state, ways_back,
};
pub use turn::{Turn, TurnOutcome, TurnPlan};

use crate::Result;
use crate::diff::ArrayKey;
use crate::export::json::JsonOutput;
use crate::record::{Metric, SnapshotId, SnapshotNote, Version};
use crate::recording::{CompactPlan, Compacted, Prune, SnapshotRequest, Tenant};
use crate::value::{Path, Text};
use words::Style;

/// Something to be done to a tenant.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Makes the value of a version the new head.
    Rollback { to: Version, reason: Text },
    /// Makes a variant permanent.
    Promote { variant: Text, reason: Text },
    /// Takes back this side's last write.
    Undo,
    /// Does again what undo took back last.
    Redo,
    /// Marks a version.
    Snapshot(SnapshotRequest),
    /// Gives a snapshot another name, description and tags.
    Edit {
        id: SnapshotId,
        /// What it says from then on.
        note: SnapshotNote,
    },
    /// Takes a snapshot out of the list.
    Delete(SnapshotId),
    /// Takes snapshots out of the list, by age and number.
    Prune(Prune),
    /// Starts a branch.
    Fork { name: Text, start: Start },
    /// Records what was measured.
    Score {
        /// Of which branch or baseline.
        of: Text,
        /// The figures.
        metrics: Vec<Metric>,
        /// Whether they may have another goal or unit than their metrics had.
        redefine: bool,
    },
    /// Cuts off old history.
    Compact {
        /// The first version that stays.
        before: Version,
    },
    /// Matches the elements of an array by something else.
    MatchBy {
        /// Which array; an index in its path stands for every element.
        array: Path,
        /// By what; `None`: as the history settles it.
        key: Option<ArrayKey>,
    },
}

/// What a verb would do.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    Rollback(Moved),
    /// A promotion.
    Promote(Promoted),
    /// An undo or redo.
    Turn(TurnPlan),
    /// A cut.
    Compact(CompactPlan),
    /// A clean-up of snapshots.
    Prune(Pruned),
    /// A verb that takes nothing away and moves nothing: there is nothing to foretell.
    Simple,
}

/// What a verb did.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A rollback.
    RolledBack(Moved),
    /// A promotion.
    Promoted(Promoted),
    /// An undo or redo.
    Turned(TurnOutcome),
    /// A snapshot was made.
    Made(SnapshotOutcome),
    /// A snapshot was edited.
    Edited(Edited),
    /// A snapshot was taken out of the list.
    Deleted(Deleted),
    /// Snapshots were taken out of the list.
    Pruned(Pruned),
    /// A branch was started.
    Forked(Forked),
    /// Figures were recorded.
    Scored(Scored),
    /// Old history was cut off.
    Compacted(Compacted),
    /// The elements of an array are matched by something else.
    MatchedBy(MatchedBy),
}

impl Verb {
    /// What it would do to the tenant as it is now.
    ///
    /// # Errors
    /// Why it cannot be done at all; what it asks for first ([`asks_for_name`](Self::asks_for_name), and what
    /// [`Allow`](crate::Allow) says) is not among that.
    pub fn plan(&self, tenant: &Tenant) -> Result<Plan> {
        Ok(match self {
            Self::Rollback { to, .. } => Plan::Rollback(rollback::plan(tenant, *to)?),
            Self::Promote { variant, .. } => Plan::Promote(promote::plan(tenant, variant)?),
            Self::Undo => Plan::Turn(turn::plan(tenant, Turn::Undo)?),
            Self::Redo => Plan::Turn(turn::plan(tenant, Turn::Redo)?),
            Self::Compact { before } => Plan::Compact(tenant.compact_plan(*before)?),
            Self::Prune(which) => Plan::Prune(prune::plan(tenant, which)),
            Self::Snapshot(_)
            | Self::Edit { .. }
            | Self::Delete(_)
            | Self::Fork { .. }
            | Self::Score { .. }
            | Self::MatchBy { .. } => Plan::Simple,
        })
    }

    /// Does it. `tell` is told now and then which share of a long one is done.
    ///
    /// # Errors
    /// What the tenant refuses unless it is [allowed](Tenant::allowing), and what its methods fail with. Then nothing was
    /// written.
    pub fn act(&self, tenant: &Tenant, tell: &mut dyn FnMut(f64)) -> Result<Outcome> {
        Ok(match self {
            Self::Rollback { to, reason } => Outcome::RolledBack(rollback::act(tenant, *to, reason)?),
            Self::Promote { variant, reason } => Outcome::Promoted(promote::act(tenant, variant, reason)?),
            Self::Undo => Outcome::Turned(turn::act(tenant, Turn::Undo)?),
            Self::Redo => Outcome::Turned(turn::act(tenant, Turn::Redo)?),
            Self::Snapshot(request) => Outcome::Made(snapshot::make(tenant, request)?),
            Self::Edit { id, note } => Outcome::Edited(snapshot::edit(tenant, *id, note)?),
            Self::Delete(id) => Outcome::Deleted(snapshot::delete(tenant, *id)?),
            Self::Prune(which) => Outcome::Pruned(prune::act(tenant, which)?),
            Self::Fork { name, start } => Outcome::Forked(fork::act(tenant, name, start)?),
            Self::Score { of, metrics, redefine } => Outcome::Scored(score::act(tenant, of, metrics, *redefine)?),
            Self::Compact { before } => Outcome::Compacted(tenant.compact_telling(*before, tell)?),
            Self::MatchBy { array, key } => Outcome::MatchedBy(MatchedBy::keep(tenant, array, key.as_ref())?),
        })
    }

    /// Whether a guarded tenant asks for its name before this: what moves a head, or takes something away.
    pub fn asks_for_name(&self, tenant: &Tenant) -> bool {
        tenant.asks_for_name()
            && match self {
                Self::Rollback { .. }
                | Self::Promote { .. }
                | Self::Compact { .. }
                | Self::Prune(_)
                | Self::Delete(_) => true,
                Self::Undo => tenant.undoable().is_some_and(|turned| turned.is_guarded()),
                Self::Redo => tenant.redoable().is_some_and(|turned| turned.is_guarded()),
                Self::Snapshot(_)
                | Self::Edit { .. }
                | Self::Fork { .. }
                | Self::Score { .. }
                | Self::MatchBy { .. } => false,
            }
    }
}

impl Outcome {
    /// What happened, in a sentence without a full stop.
    pub fn words(&self, style: &Style) -> String {
        words::done(self, style)
    }

    /// The same for machines. Of a fork and of figures it is what the lists of branches and variants say.
    pub fn json(&self) -> JsonOutput {
        match self {
            Self::RolledBack(moved) => moved.json(),
            Self::Promoted(promoted) => promoted.moved.json(),
            Self::Turned(turned) => turned.json(),
            Self::Made(made) => made.json(),
            Self::Edited(edited) => edited.json(),
            Self::Deleted(deleted) => deleted.json(),
            Self::Pruned(pruned) => pruned.json(),
            Self::Forked(forked) => forked.json(),
            Self::Scored(scored) => scored.json(),
            Self::Compacted(done) => compact::json(&done.plan, Some(done.freed)),
            Self::MatchedBy(matched) => matched.configured.json(),
        }
    }
}

impl Plan {
    /// The head that would move, if one would.
    pub fn moved(&self) -> Option<&Moved> {
        match self {
            Self::Rollback(moved) => Some(moved),
            Self::Promote(promoted) => Some(&promoted.moved),
            Self::Turn(plan) => plan.would.moved.as_ref(),
            Self::Compact(_) | Self::Prune(_) | Self::Simple => None,
        }
    }

    /// What would happen, in a sentence without a full stop.
    pub fn words(&self, style: &Style) -> String {
        words::planned(self, style)
    }

    /// The same for machines, in the form of the outcome.
    pub fn json(&self) -> JsonOutput {
        match self {
            Self::Rollback(moved) => moved.json(),
            Self::Promote(promoted) => promoted.moved.json(),
            Self::Turn(plan) => plan.json(),
            Self::Compact(plan) => compact::json(plan, None),
            Self::Prune(pruned) => pruned.json(),
            Self::Simple => JsonOutput::Fields(Vec::new()),
        }
    }
}
