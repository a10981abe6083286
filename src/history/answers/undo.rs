//! What can be taken back, and done again.
//!
//! Must not name: values.

use super::rollback::RollbackPlan;
use crate::error::counted;
use crate::escape::named;
use crate::history::ledger::writes::{ReversibleWrite, WriteEntry};
use crate::history::parts::History;
use crate::history::timeline::{PROMOTED, ROLLED_BACK};
use crate::record::{Origin, Position, Settings, SnapshotId, Version};
use std::fmt;

/// A write that `undo` can take back, or `redo` do again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undoable {
    /// The record that would be taken back; for a redo it is the undo.
    pub of: Position,
    /// What the write did.
    pub what: TurnedWrite,
    /// The version that would be made equal (for an undo the head before the rollback); `None` when no value changes.
    pub back_to: Option<Version>,
    /// What moving the head there would do; `None` when no head moves, or cannot go there any more.
    pub plan: Option<RollbackPlan>,
    /// Whether the tenant would not be guarded any more.
    pub lifts_guard: bool,
    /// Whether a snapshot would leave the list, now or by the retention that holds then.
    pub takes_away: bool,
    /// The settings that would hold then; `None` when they stay.
    pub settings: Option<Box<Settings>>,
}

/// A write that is taken back or done again. Displayed as machines get it: `rollback to #42`, `promote B`, `snapshot "v2"`,
/// `deletion of snapshot "v2"`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TurnedWrite {
    /// A rollback to a version; `None` where compaction took its record along.
    Rollback(Option<Version>),
    /// The promotion of a variant.
    Promotion(String),
    /// A new snapshot: `snapshot "v2"`, `auto snapshot of #12`.
    Snapshot(String),
    /// Snapshots deleted: `snapshot "v2"`, `3 snapshots`.
    Deletion(String),
    /// Another name, description or tags of a snapshot.
    Edit(String),
    /// Other settings.
    Settings,
}

impl TurnedWrite {
    /// The noun for a sentence: `the promotion of B`. Versions are written by `version`.
    pub fn noun(&self, version: impl Fn(Version) -> String) -> String {
        match self {
            Self::Rollback(Some(to)) => format!("the rollback to {}", version(*to)),
            Self::Promotion(variant) => format!("the promotion of {}", named(variant)),
            Self::Snapshot(title) => format!("the creation of {title}"),
            _ => format!("the {self}"),
        }
    }
}

impl fmt::Display for TurnedWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rollback(Some(to)) => write!(f, "rollback to {to}"),
            Self::Rollback(None) => f.write_str("rollback"),
            Self::Promotion(variant) => write!(f, "promote {}", named(variant)),
            Self::Snapshot(title) => f.write_str(title),
            Self::Deletion(title) => write!(f, "deletion of {title}"),
            Self::Edit(title) => write!(f, "edit of {title}"),
            Self::Settings => f.write_str("change of settings"),
        }
    }
}

impl Undoable {
    /// Whether it is among what a guarded tenant asks its name for: it moves a head, takes a snapshot out of the list, or
    /// lifts the guard.
    pub fn is_guarded(&self) -> bool {
        self.plan.is_some() || self.takes_away || self.lifts_guard
    }
}

impl History {
    /// The last write of one side that has not been taken back; after an undo, the one before it. What changes nothing any
    /// more is passed over.
    pub fn undoable(&self, origin: Origin) -> Option<Undoable> {
        let last = self.ledger.writes.effective(origin).find(|done| self.changes_something(done))?;
        Some(self.shown(&last))
    }

    /// The last write of one side that was taken back, with no other write of that side since.
    pub fn redoable(&self, origin: Origin) -> Option<Undoable> {
        let last = self.ledger.writes.undone(origin).find(|done| self.changes_something(done))?;
        Some(self.shown(&last))
    }

    /// Whether turning a write round does anything: of snapshots that compaction took along nothing is left to change.
    fn changes_something(&self, done: &WriteEntry) -> bool {
        let any = |ids: &[SnapshotId]| ids.iter().any(|id| self.marks.ever(*id).is_some());
        match &done.write {
            ReversibleWrite::Return { .. } | ReversibleWrite::Settings(_) => true,
            ReversibleWrite::Snapshot { id, drops } | ReversibleWrite::Unmade { id, drops } => {
                any(&[*id]) || any(drops)
            }
            ReversibleWrite::Deletion(ids) | ReversibleWrite::Restoring(ids) => any(ids),
            ReversibleWrite::Edit { id, .. } => any(&[*id]),
        }
    }

    /// Versions that the other side wrote since, which turning a write round would leave behind. O(versions left behind).
    pub(crate) fn others_since(&self, turned: &Undoable) -> u64 {
        match self.ledger.writes.find(turned.of) {
            Some(WriteEntry { write: ReversibleWrite::Return { owner, made, left, .. }, origin, .. }) => {
                self.others_left(Some(self.lineage.branches.name(owner)), left, made, origin)
            }
            _ => 0,
        }
    }

    fn shown(&self, done: &WriteEntry) -> Undoable {
        let mut shown = Undoable {
            of: done.at,
            what: self.turned(done),
            back_to: None,
            plan: None,
            lifts_guard: matches!(&done.write, ReversibleWrite::Settings(before) if self.ledger.lifts_guard(before)),
            takes_away: matches!(&done.write, ReversibleWrite::Snapshot { .. } | ReversibleWrite::Restoring(_)),
            settings: match &done.write {
                ReversibleWrite::Settings(before) => Some(Box::new(Settings::clone(before))),
                _ => None,
            },
        };
        if let ReversibleWrite::Return { owner, left, suspect, .. } = &done.write {
            let branch = Some(self.lineage.branches.name(*owner).as_str());
            shown.back_to = Some(*left);
            let plan = self.plan_rollback(branch, *left).ok();
            shown.plan = plan.map(|plan| RollbackPlan { doubt: suspect.clone().or(plan.doubt), ..plan });
        }
        shown
    }

    fn turned(&self, done: &WriteEntry) -> TurnedWrite {
        let title =
            |id: &SnapshotId| self.marks.ever(*id).map_or_else(|| "snapshot".to_owned(), |snapshot| snapshot.title());
        match &done.write {
            ReversibleWrite::Return { .. } => self.went_back(done.first),
            ReversibleWrite::Snapshot { id, .. } | ReversibleWrite::Unmade { id, .. } => {
                TurnedWrite::Snapshot(title(id))
            }
            ReversibleWrite::Deletion(ids) | ReversibleWrite::Restoring(ids) => TurnedWrite::Deletion(match &**ids {
                [id] => title(id),
                ids => counted(ids.len() as u64, "snapshot"),
            }),
            ReversibleWrite::Edit { id, .. } => TurnedWrite::Edit(title(id)),
            ReversibleWrite::Settings(_) => TurnedWrite::Settings,
        }
    }

    /// The rollback or promotion of a record.
    fn went_back(&self, record: Position) -> TurnedWrite {
        let label = self.timeline.label_at(record).unwrap_or_default();
        match (label.strip_prefix(PROMOTED), label.strip_prefix(ROLLED_BACK)) {
            (Some(variant), _) => TurnedWrite::Promotion(variant.to_owned()),
            (_, to) => TurnedWrite::Rollback(to.and_then(|to| to.parse().ok()).map(Version)),
        }
    }
}
