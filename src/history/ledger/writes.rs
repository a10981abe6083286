//! Writes that can be taken back, and those taken back that can be done again.
//!
//! Must not name: values. Taking back is a record too: what it does to versions is the fold's business.

mod stored;

use crate::history::lineage::tree::BranchId;
use crate::history::packed::Packed;
use crate::record::{BaseTurn, BaseWrite, Origin, Position, Record, Settings, SnapshotId, SnapshotNote, Version};
use crate::value::Text;
use std::sync::Arc;

/// One write, with what reversing it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::history) enum ReversibleWrite {
    /// A rollback, a promotion, or their undo: the version it made, the head of that branch before it, and why that may
    /// not be what the branch had.
    Return { owner: BranchId, made: Version, left: Version, suspect: Option<Text> },
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
pub(in crate::history) struct WriteEntry {
    /// The record that made it, or took it back.
    pub at: Position,
    pub origin: Origin,
    pub write: ReversibleWrite,
    /// The record that made it first: for words.
    pub first: Position,
}

/// The writes that stand, and those taken back: of each side, by the position of the record, oldest first.
#[derive(Debug, Default, Clone)]
pub(in crate::history) struct Writes {
    stand: [WritesOfSide; 2],
    undone: [WritesOfSide; 2],
}

type WritesOfSide = Packed<WriteEntry>;

fn side(origin: Origin) -> usize {
    match origin {
        Origin::Application => 0,
        Origin::Debugger => 1,
    }
}

fn find(sides: &[WritesOfSide; 2], at: Position) -> Option<WriteEntry> {
    sides.iter().find_map(|writes| writes.get(at.0))
}

fn take(sides: &mut [WritesOfSide; 2], at: Position) -> Option<WriteEntry> {
    sides.iter_mut().find_map(|writes| writes.remove(at.0))
}

fn all(sides: &[WritesOfSide; 2]) -> impl Iterator<Item = WriteEntry> {
    sides.iter().flat_map(|writes| writes.iter().map(|(_, entry)| entry))
}

impl Writes {
    /// The writes of a side that stand, newest first.
    pub fn effective(&self, origin: Origin) -> impl Iterator<Item = WriteEntry> {
        self.stand[side(origin)].iter().rev().map(|(_, entry)| entry)
    }

    /// Those of a side that were taken back, the last one first.
    pub fn undone(&self, origin: Origin) -> impl Iterator<Item = WriteEntry> {
        self.undone[side(origin)].iter().rev().map(|(_, entry)| entry)
    }

    /// The write of a record, whether it stands or was taken back.
    pub fn find(&self, at: Position) -> Option<WriteEntry> {
        find(&self.stand, at).or_else(|| find(&self.undone, at))
    }

    /// Takes in a new write. What its side has taken back before cannot be done again any more.
    pub fn push(&mut self, record: &Record, write: ReversibleWrite) {
        let (at, origin) = (record.position, record.entry.origin);
        self.undone[side(origin)] = Packed::default();
        self.stand[side(origin)].insert(at.0, &WriteEntry { at, origin, write, first: at });
    }

    /// All of them, each as `turns` says it.
    pub fn all(&self, turns: impl Fn(&ReversibleWrite) -> BaseTurn) -> Vec<BaseWrite> {
        let one = |stands: bool| {
            let turns = &turns;
            move |done: WriteEntry| BaseWrite {
                at: done.at,
                first: done.first,
                origin: done.origin,
                stands,
                turns: turns(&done.write),
            }
        };
        let (mut stand, mut undone): (Vec<_>, Vec<_>) =
            (all(&self.stand).map(one(true)).collect(), all(&self.undone).map(one(false)).collect());
        stand.sort_by_key(|write| write.at);
        undone.sort_by_key(|write| write.at);
        stand.append(&mut undone);
        stand
    }

    /// Those that compaction left.
    pub fn restored(writes: Vec<(&BaseWrite, ReversibleWrite)>) -> Self {
        let mut restored = Self::default();
        for (base, write) in writes {
            let list = if base.stands { &mut restored.stand } else { &mut restored.undone };
            let entry = WriteEntry { at: base.at, origin: base.origin, write, first: base.first };
            list[side(base.origin)].insert(base.at.0, &entry);
        }
        restored
    }

    /// The write made or taken back by the record at `position`, if it can be turned round; and whether that does it
    /// again. O(log n).
    pub fn get(&self, position: Position) -> Option<(ReversibleWrite, bool)> {
        match find(&self.stand, position) {
            Some(done) => Some((done.write, false)),
            None => find(&self.undone, position).map(|done| (done.write, true)),
        }
    }

    /// Says that `record` turned round the write at `of`; `reverse` turns that round in its turn. O(log n).
    pub fn turn(&mut self, of: Position, record: &Record, reverse: ReversibleWrite) {
        let (done, to) = match take(&mut self.stand, of) {
            Some(done) => (Some(done), &mut self.undone),
            None => (take(&mut self.undone, of), &mut self.stand),
        };
        if let Some(WriteEntry { origin, first, .. }) = done {
            let at = record.position;
            to[side(origin)].insert(at.0, &WriteEntry { at, origin, write: reverse, first });
        }
    }
}
