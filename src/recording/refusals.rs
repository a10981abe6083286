//! What is refused to who does not [allow](Allow) it: going back to a doubtful version, leaving behind what others wrote
//! since, and moving a head or taking something away where the tenant is guarded.
//!
//! The guard holds for the debugger's handles. An application decides about its own state itself.

use super::{Allow, Tenant};
use crate::error::{Error, Result};
use crate::history::{History, RollbackPlan, Undoable};
use crate::record::Origin;
use std::sync::Arc;

impl Tenant {
    /// The same history, with what its writes may do beyond what is refused otherwise.
    ///
    /// ```
    /// # fn main() -> asof::Result<()> {
    /// use asof::{Allow, Error, SnapshotRequest, Strategy, Version};
    ///
    /// let shop = asof::Recording::memory().tenant_or_new(&"shop".into())?;
    /// shop.record("open", &1)?;
    /// shop.record("rush", &2)?;
    /// shop.snapshot(&SnapshotRequest::named("v1").tagged("prod"))?;
    /// let debugger = shop.as_debugger();
    /// let refused = debugger.rollback(&Strategy::Version(Version(1)), "");
    /// assert!(matches!(refused, Err(Error::Guarded { .. })));
    /// debugger.allowing(Allow::default().confirmed("shop")).rollback(&Strategy::Version(Version(1)), "")?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn allowing(&self, allow: Allow) -> Self {
        let mut tenant = self.clone();
        tenant.allow = Arc::new(allow);
        tenant
    }

    /// Whether this writer has to give the tenant's name before it moves a head or takes something away.
    pub fn asks_for_name(&self) -> bool {
        self.folded().ledger().is_guarded() && self.origin == Origin::Debugger
    }

    /// Refuses what a guarded tenant refuses to whoever has not given its name.
    pub(super) fn check_guard(&self, history: &History) -> Result<()> {
        let free = !history.ledger().is_guarded() || self.origin == Origin::Application;
        if free || self.allow.confirmed.as_ref() == Some(&self.id().0) {
            return Ok(());
        }
        Err(Error::Guarded { tenant: self.id().to_string() })
    }

    /// Refuses a move of a head that would change nothing, that goes to a doubtful version, or that the guard refuses.
    pub(super) fn check_move(&self, history: &History, plan: &RollbackPlan) -> Result<()> {
        if plan.same {
            return Err(Error::AlreadyHead { target: plan.to.0, head: plan.head.0 });
        }
        self.check_doubt(plan)?;
        self.check_guard(history)
    }

    fn check_doubt(&self, plan: &RollbackPlan) -> Result<()> {
        match &plan.doubt {
            Some(why) if !self.allow.doubtful => Err(Error::Doubtful { version: plan.to.0, why: why.to_string() }),
            _ => Ok(()),
        }
    }

    /// Refuses an undo or redo that goes to a doubtful version, leaves others' versions behind, or that the guard
    /// refuses. Answers how many versions of others it leaves behind. `word`: `undo`, `redo`.
    pub(super) fn check_turn(&self, history: &History, turned: &Undoable, word: &str) -> Result<u64> {
        turned.plan.as_ref().map_or(Ok(()), |plan| self.check_doubt(plan))?;
        if turned.is_guarded() {
            self.check_guard(history)?;
        }
        let Some(plan) = &turned.plan else { return Ok(0) };
        let others = history.others_since(turned);
        if others > 0 && !self.allow.leaving_others {
            let kept = plan.kept.as_ref().map(|(name, _)| name.to_string()).unwrap_or_default();
            return Err(Error::LeavesOthers {
                what: format!("{word} of {}", turned.what.noun(|version| version.to_string())),
                others,
                kept,
            });
        }
        Ok(others)
    }
}
