//! A head that moved, or would: what a rollback, a promotion, an undo and a redo have in common.

use crate::export::json::{JsonOutput, moment, optional};
use crate::history::RollbackPlan;
use crate::record::{TenantId, Time, Version};
use crate::recording::{RolledBack, Tenant};
use crate::value::Text;

/// A head that moved, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub tenant: TenantId,
    /// The head before.
    pub head: Version,
    /// The head after: the version that was made for it.
    pub version: Version,
    /// The version it equals.
    pub to: Version,
    /// When that was recorded.
    pub at: Option<Time>,
    /// What was left behind; `None` when nothing was.
    pub left: Option<AbandonedLine>,
    /// Why the value of that version may be wrong.
    pub doubt: Option<Text>,
}

/// A line that was left behind, and is kept as a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbandonedLine {
    /// The branch's name.
    pub branch: Text,
    /// Versions on it.
    pub versions: u64,
    /// Those of other writers that are newer than what was taken back; 0 where nothing was.
    pub others: u64,
}

impl Moved {
    /// What would move.
    pub(super) fn planned(tenant: &Tenant, plan: &RollbackPlan, others: u64) -> Self {
        let left = plan.kept.clone().map(|(branch, versions)| AbandonedLine { branch, versions, others });
        let RollbackPlan { to, head, makes, doubt, .. } = plan.clone();
        Self { tenant: tenant.id().clone(), head, version: makes, to, at: time(tenant, to), left, doubt }
    }

    /// What moved.
    pub(super) fn done(tenant: &Tenant, done: &RolledBack, others: u64) -> Self {
        let left = done.kept.clone().map(|branch| AbandonedLine { branch, versions: done.left, others });
        let RolledBack { version, to, head, doubt, .. } = done.clone();
        Self { tenant: tenant.id().clone(), head, version, to, at: time(tenant, to), left, doubt }
    }

    /// For machines. `doubtful` only where it is.
    pub(super) fn json(&self) -> JsonOutput {
        let members = [
            ("version", self.version.0.into()),
            ("to", self.to.0.into()),
            ("to_at", optional(self.at.map(moment))),
            ("kept", optional(self.left.as_ref().map(|left| left.branch.clone()))),
            ("tenant", self.tenant.0.clone().into()),
        ];
        let doubt = self.doubt.clone().map(|why| ("doubtful", why.into()));
        JsonOutput::Fields(members.into_iter().chain(doubt).collect())
    }
}

fn time(tenant: &Tenant, version: Version) -> Option<Time> {
    tenant.history().info(version).and_then(|info| info.at)
}
