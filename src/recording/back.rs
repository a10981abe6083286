//! Rolling back, and taking back what was written.

use super::Tenant;
use super::write::Decision;
use crate::error::{Error, Result};
use crate::history::{History, RollbackPlan, Strategy, TurnedWrite, Undoable};
use crate::record::{Body, Origin, Time, Version};
use crate::value::Text;

/// A rollback that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledBack {
    /// The version made.
    pub version: Version,
    /// The version it equals.
    pub to: Version,
    /// The head before.
    pub head: Version,
    /// The branch that keeps the line left behind; `None` when nothing was left behind.
    pub kept: Option<Text>,
    /// Versions on that branch.
    pub left: u64,
    /// Why the value of the version it equals may be wrong.
    pub doubt: Option<Text>,
}

impl RolledBack {
    pub(super) fn new(made: Version, plan: RollbackPlan) -> Self {
        let (kept, left) = plan.kept.map_or((None, 0), |(name, versions)| (Some(name), versions));
        Self { version: made, to: plan.to, head: plan.head, kept, left, doubt: plan.doubt }
    }
}

/// A write that was taken back, or done again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TurnedBack {
    /// What was turned round.
    pub what: TurnedWrite,
    /// The version the head equals now; `None` when no head moved.
    pub back_to: Option<Version>,
    /// What became of the head; `None` when it did not move.
    pub back: Option<RolledBack>,
    /// Versions of other writers among those left behind that are newer than what was turned round.
    pub others: u64,
}

impl Tenant {
    /// Rolls the handle's branch back. Nothing is lost: the line left behind becomes a kept branch. One record, whatever
    /// the size of the state: O(log n). What others record meanwhile is left behind with the rest.
    ///
    /// # Errors
    /// `NotFound`; `AlreadyHead` when it would change nothing; `Doubtful` and `Guarded` unless
    /// [allowed](Self::allowing); `Conflict` when someone else went back meanwhile, or `strategy` chooses something else
    /// than it did; `Io`.
    pub fn rollback(&self, strategy: &Strategy, reason: &str) -> Result<RolledBack> {
        let mut decision = Decision::open();
        let (written, plan) = self.write_decided(|history| {
            let plan = history.plan_rollback(self.branch(), history.choose(strategy)?)?;
            decision.holds(plan.to, history)?;
            self.check_move(history, &plan)?;
            Ok((Body::Rollback { to: plan.to, reason: reason.into() }, plan))
        })?;
        Ok(RolledBack::new(written.version, plan))
    }

    /// Rolls back to the snapshot of a name.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_named_snapshot(&self, name: &str) -> Result<RolledBack> {
        self.rollback(&Strategy::Named(name.into()), "")
    }

    /// Rolls back to the newest snapshot.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_latest_snapshot(&self) -> Result<RolledBack> {
        self.rollback(&Strategy::Latest, "")
    }

    /// Rolls back to the snapshot at an index, 0 = oldest.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_snapshot_index(&self, index: usize) -> Result<RolledBack> {
        self.rollback(&Strategy::Index(index), "")
    }

    /// Rolls back to the closest snapshot at or before a time.
    ///
    /// # Errors
    /// As [`rollback`](Self::rollback).
    pub fn rollback_to_time(&self, at: Time) -> Result<RolledBack> {
        self.rollback(&Strategy::Time(at), "")
    }

    /// What [`undo`](Self::undo) would take back.
    pub fn undoable(&self) -> Option<Undoable> {
        let history = self.folded();
        history.undoable(self.origin).map(|last| self.with_retention(&history, last))
    }

    /// What [`redo`](Self::redo) would do again.
    pub fn redoable(&self) -> Option<Undoable> {
        let history = self.folded();
        history.redoable(self.origin).map(|last| self.with_retention(&history, last))
    }

    /// Takes back the last rollback, promotion, snapshot, edit, deletion or change of settings by this side: the
    /// application's by an application's handle, the debugger's by a [debugger's](Self::as_debugger). By a new record,
    /// so that it can itself be taken back.
    ///
    /// # Errors
    /// `NothingToUndo`; `LeavesOthers` when newer versions of the other side would be left
    /// behind, `Doubtful` and `Guarded`, each unless [allowed](Self::allowing); `Conflict` as for
    /// [`rollback`](Self::rollback); `Io`.
    pub fn undo(&self) -> Result<TurnedBack> {
        let nothing = || Error::NothingToUndo { tenant: self.id().to_string() };
        self.turn(History::undoable, "undo", nothing)
    }

    /// Does again what [`undo`](Self::undo) took back last, unless this side has written something else since.
    ///
    /// # Errors
    /// `NothingToRedo`; else as [`undo`](Self::undo).
    pub fn redo(&self) -> Result<TurnedBack> {
        let nothing = || Error::NothingToRedo { tenant: self.id().to_string() };
        self.turn(History::redoable, "redo", nothing)
    }

    /// A change of settings takes snapshots away when the retention that holds then does.
    fn with_retention(&self, history: &History, turned: Undoable) -> Undoable {
        let lets_go = turned.settings.as_ref().is_some_and(|settings| self.lets_go(history, settings));
        Undoable { takes_away: turned.takes_away || lets_go, ..turned }
    }

    fn turn(
        &self,
        last: impl Fn(&History, Origin) -> Option<Undoable>,
        word: &str,
        nothing: impl Fn() -> Error,
    ) -> Result<TurnedBack> {
        let mut decision = Decision::open();
        let (written, (last, others)) = self.write_decided(|history| {
            let last = last(history, self.origin).ok_or_else(&nothing)?;
            let last = self.with_retention(history, last);
            decision.holds(last.of, history)?;
            last.back_to.map(|version| history.existing(version)).transpose()?;
            let others = self.check_turn(history, &last, word)?;
            Ok((Body::Undo { of: last.of }, (last, others)))
        })?;
        let back = last.plan.map(|plan| RolledBack::new(written.version, plan));
        Ok(TurnedBack { what: last.what, back_to: last.back_to, back, others })
    }
}
