//! Undo and redo: a write of this side is turned round.

use super::Moved;
use crate::error::{Error, Result};
use crate::export::json::{JsonOutput, optional};
use crate::history::TurnedWrite;
use crate::record::{Position, TenantId};
use crate::recording::Tenant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The last write is taken back.
    Undo,
    /// What was taken back last is done again.
    Redo,
}

/// A write that was turned round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnOutcome {
    pub tenant: TenantId,
    pub turn: Turn,
    /// The write.
    pub what: TurnedWrite,
    /// What became of the head; `None` where it did not move.
    pub moved: Option<Moved>,
}

/// What turning a write round would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnPlan {
    /// The record that would be turned round.
    pub of: Position,
    /// In the form of the outcome.
    pub would: TurnOutcome,
    /// Whether the tenant would not be guarded any more.
    pub lifts_guard: bool,
    /// Whether a snapshot would leave the list.
    pub takes_away: bool,
}

/// What it would do.
///
/// # Errors
/// When there is nothing to turn round.
pub(super) fn plan(tenant: &Tenant, turn: Turn) -> Result<TurnPlan> {
    let id = || tenant.id().to_string();
    let found = match turn {
        Turn::Undo => tenant.undoable().ok_or_else(|| Error::NothingToUndo { tenant: id() }),
        Turn::Redo => tenant.redoable().ok_or_else(|| Error::NothingToRedo { tenant: id() }),
    }?;
    let history = tenant.history();
    let moved = found.plan.as_ref().map(|plan| Moved::planned(tenant, plan, history.others_since(&found)));
    let would = TurnOutcome { tenant: tenant.id().clone(), turn, what: found.what, moved };
    Ok(TurnPlan { of: found.of, would, lifts_guard: found.lifts_guard, takes_away: found.takes_away })
}

pub(super) fn act(tenant: &Tenant, turn: Turn) -> Result<TurnOutcome> {
    let done = match turn {
        Turn::Undo => tenant.undo(),
        Turn::Redo => tenant.redo(),
    }?;
    let moved = done.back.as_ref().map(|back| Moved::done(tenant, back, done.others));
    Ok(TurnOutcome { tenant: tenant.id().clone(), turn, what: done.what, moved })
}

impl TurnOutcome {
    /// Versions of other writers that are left behind.
    pub fn others(&self) -> u64 {
        self.moved.as_ref().and_then(|moved| moved.left.as_ref()).map_or(0, |left| left.others)
    }

    /// For machines.
    pub(super) fn json(&self) -> JsonOutput {
        let what = self.what.to_string();
        let what = what.as_str();
        let first = match self.turn {
            Turn::Undo => vec![("undid", what.into())],
            Turn::Redo => vec![("redid", what.into()), ("undid", format!("undo of {what}").as_str().into())],
        };
        let moved = self.moved.as_ref();
        let left = moved.and_then(|moved| moved.left.as_ref());
        let rest = [
            ("back_to", optional(moved.map(|moved| moved.to.0))),
            ("version", optional(moved.map(|moved| moved.version.0))),
            ("kept", optional(left.map(|left| left.branch.clone()))),
            ("others", self.others().into()),
            ("tenant", self.tenant.0.clone().into()),
        ];
        let doubt = moved.and_then(|moved| moved.doubt.clone()).map(|why| ("doubtful", why.into()));
        JsonOutput::Fields(first.into_iter().chain(rest).chain(doubt).collect())
    }
}

impl TurnPlan {
    /// For machines, in the form of the outcome.
    pub(super) fn json(&self) -> JsonOutput {
        self.would.json()
    }
}
