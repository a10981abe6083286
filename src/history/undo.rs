//! Writes that can be taken back, and those taken back that can be done again.
//!
//! Must not name: values. Taking back is a record too: what it does to versions is the fold's business.

mod stored;

use super::tree::Owner;
use super::{History, RollbackPlan};
use crate::record::{BaseTurn, BaseWrite, Origin, Position, Record, Settings, SnapshotId, SnapshotNote, Version};
use crate::value::Text;
use im::OrdMap;
use std::sync::Arc;

/// A write that `undo` can take back, or `redo` do again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undoable {
    /// The record that would be taken back; for a redo it is the undo.
    pub of: Position,
    /// In words: `rollback to #42`, `snapshot "v2"`, `deletion of snapshot "v2"`.
    pub what: String,
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

/// One write, with what reversing it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Write {
    /// A rollback, a promotion, or their undo: the version it made, the head of that branch before it, and why that may
    /// not be what the branch had.
    Return { owner: Owner, made: Version, left: Version, suspect: Option<Text> },
    /// A new snapshot, and what left the list for it.
    Snapshot { id: SnapshotId, drops: Arc<[SnapshotId]> },
    /// A new snapshot taken back.
    Unmade { id: SnapshotId, drops: Arc<[SnapshotId]> },
    /// Snapshots taken out of the list.
    Deletion(Arc<[SnapshotId]>),
    /// Snapshots put back into the list.
    Restoring(Arc<[SnapshotId]>),
    /// Another name, description and tags for a snapshot, and what they were before.
    Edit { id: SnapshotId, before: SnapshotNote },
    /// Other settings, and what they were before.
    Settings(Arc<Settings>),
}

/// A write that stands, or one taken back.
#[derive(Debug, Clone)]
struct Done {
    /// The record that made it, or took it back.
    at: Position,
    origin: Origin,
    write: Write,
    /// The record that made it first: for words.
    first: Position,
}

/// The writes that stand, and those taken back: of each side, by the position of the record, oldest first.
#[derive(Debug, Default, Clone)]
pub(super) struct Writes {
    stand: [OrdMap<Position, Done>; 2],
    undone: [OrdMap<Position, Done>; 2],
}

fn side(origin: Origin) -> usize {
    match origin {
        Origin::Application => 0,
        Origin::Debugger => 1,
    }
}

fn find(sides: &[OrdMap<Position, Done>; 2], at: Position) -> Option<&Done> {
    sides.iter().find_map(|writes| writes.get(&at))
}

fn take(sides: &mut [OrdMap<Position, Done>; 2], at: Position) -> Option<Done> {
    sides.iter_mut().find_map(|writes| writes.remove(&at))
}

impl Writes {
    /// Takes in a new write. What its side has taken back before cannot be done again any more.
    pub fn push(&mut self, record: &Record, write: Write) {
        let (at, origin) = (record.position, record.entry.origin);
        self.undone[side(origin)].clear();
        self.stand[side(origin)].insert(at, Done { at, origin, write, first: at });
    }

    /// All of them, each as `turns` says it.
    pub fn all(&self, turns: impl Fn(&Write) -> BaseTurn) -> Vec<BaseWrite> {
        let one = |stands: bool| {
            let turns = &turns;
            move |done: &Done| BaseWrite {
                at: done.at,
                first: done.first,
                origin: done.origin,
                stands,
                turns: turns(&done.write),
            }
        };
        let (mut stand, mut undone): (Vec<_>, Vec<_>) = (
            self.stand.iter().flat_map(OrdMap::values).map(one(true)).collect(),
            self.undone.iter().flat_map(OrdMap::values).map(one(false)).collect(),
        );
        stand.sort_by_key(|write| write.at);
        undone.sort_by_key(|write| write.at);
        stand.append(&mut undone);
        stand
    }

    /// Those that compaction left.
    pub fn restored(writes: Vec<(&BaseWrite, Write)>) -> Self {
        let mut restored = Self::default();
        for (base, write) in writes {
            let list = if base.stands { &mut restored.stand } else { &mut restored.undone };
            list[side(base.origin)]
                .insert(base.at, Done { at: base.at, origin: base.origin, write, first: base.first });
        }
        restored
    }

    /// The write made or taken back by the record at `position`, if it can be turned round; and whether that does it
    /// again. O(log n).
    pub fn get(&self, position: Position) -> Option<(Write, bool)> {
        match find(&self.stand, position) {
            Some(done) => Some((done.write.clone(), false)),
            None => find(&self.undone, position).map(|done| (done.write.clone(), true)),
        }
    }

    /// Says that `record` turned round the write at `of`; `reverse` turns that round in its turn. O(log n).
    pub fn turn(&mut self, of: Position, record: &Record, reverse: Write) {
        let (done, to) = match take(&mut self.stand, of) {
            Some(done) => (Some(done), &mut self.undone),
            None => (take(&mut self.undone, of), &mut self.stand),
        };
        if let Some(Done { origin, first, .. }) = done {
            let at = record.position;
            to[side(origin)].insert(at, Done { at, origin, write: reverse, first });
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
        let last = self.writes.stand[side(origin)].values().rev().find(|done| self.changes_something(done))?;
        Some(self.shown(last))
    }

    /// The last write of one side that was taken back, with no other write of that side since.
    pub fn redoable(&self, origin: Origin) -> Option<Undoable> {
        let last = self.writes.undone[side(origin)].values().rev().find(|done| self.changes_something(done))?;
        Some(self.shown(last))
    }

    /// Whether turning a write round does anything: of snapshots that compaction took along nothing is left to change.
    fn changes_something(&self, done: &Done) -> bool {
        let any = |ids: &[SnapshotId]| ids.iter().any(|id| self.snapshots.ever(*id).is_some());
        match &done.write {
            Write::Return { .. } | Write::Settings(_) => true,
            Write::Snapshot { id, drops } | Write::Unmade { id, drops } => any(&[*id]) || any(drops),
            Write::Deletion(ids) | Write::Restoring(ids) => any(ids),
            Write::Edit { id, .. } => any(&[*id]),
        }
    }

    /// Versions that the other side wrote since, which turning a write round would leave behind. O(versions left behind).
    pub fn others_since(&self, turned: &Undoable) -> u64 {
        let done = find(&self.writes.stand, turned.of).or_else(|| find(&self.writes.undone, turned.of));
        match done {
            Some(Done { write: Write::Return { owner, made, left, .. }, origin, .. }) => {
                self.others_left(Some(self.branches.name(*owner)), *left, *made, *origin)
            }
            _ => 0,
        }
    }

    fn shown(&self, done: &Done) -> Undoable {
        let mut shown = Undoable {
            of: done.at,
            what: self.in_words(done),
            back_to: None,
            plan: None,
            lifts_guard: matches!(&done.write, Write::Settings(before) if self.lifts_guard(before)),
            takes_away: matches!(&done.write, Write::Snapshot { .. } | Write::Restoring(_)),
            settings: match &done.write {
                Write::Settings(before) => Some(Box::new(Settings::clone(before))),
                _ => None,
            },
        };
        if let Write::Return { owner, left, suspect, .. } = &done.write {
            let branch = Some(self.branches.name(*owner).as_str());
            shown.back_to = Some(*left);
            let plan = self.plan_return(branch, *left).ok();
            shown.plan = plan.map(|plan| RollbackPlan { doubt: suspect.clone().or(plan.doubt), ..plan });
        }
        shown
    }

    fn in_words(&self, done: &Done) -> String {
        let title =
            |id: &SnapshotId| self.snapshots.ever(*id).map_or_else(|| "snapshot".to_owned(), super::Snapshot::title);
        match &done.write {
            Write::Return { .. } => self.versions.label_at(done.first).unwrap_or_else(|| "rollback".to_owned()),
            Write::Snapshot { id, .. } | Write::Unmade { id, .. } => title(id),
            Write::Deletion(ids) | Write::Restoring(ids) => match &**ids {
                [id] => format!("deletion of {}", title(id)),
                ids => format!("deletion of {} snapshots", ids.len()),
            },
            Write::Edit { id, .. } => format!("edit of {}", title(id)),
            Write::Settings(_) => "change of settings".to_owned(),
        }
    }
}
