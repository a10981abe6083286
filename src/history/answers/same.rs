//! Whether two histories answer the same: one that was folded, and one that goes on from a segment.

use crate::history::{History, Strategy};
use crate::record::{Origin, SnapshotKind, Version};
use std::fmt::Debug;

/// Stretches of versions whose sums are compared.
const STRETCHES: u64 = 64;

impl History {
    /// The first answer in which another history differs from this one, without values. O(versions).
    pub(crate) fn first_difference(&self, other: &Self) -> Option<String> {
        self.difference_in_general(other).or_else(|| {
            let mut listed = std::iter::successors(Some(Version(0)), |version| self.timeline.listed_after(*version));
            listed.find_map(|version| self.difference_at(other, version))
        })
    }

    fn difference_in_general(&self, other: &Self) -> Option<String> {
        let both = [self, other];
        differs("last record", both.map(History::position))
            .or_else(|| differs("records cut off", both.map(History::cut)))
            .or_else(|| differs("newest version", both.map(History::newest)))
            .or_else(|| differs("branches", both.map(History::branches)))
            .or_else(|| differs("snapshots", both.map(|one| one.marks.listed())))
            .or_else(|| differs("transactions", both.map(|one| one.transactions().all())))
            .or_else(|| differs("measurements", both.map(|one| one.ledger.measurements())))
            .or_else(|| differs("baselines", both.map(|one| one.variants().baselines())))
            .or_else(|| differs("what names elements", both.map(|one| one.array_names().settled())))
            .or_else(|| {
                differs(
                    "who settled that",
                    both.map(|one| one.array_names().before(Version(u64::MAX)).collect::<Vec<_>>()),
                )
            })
            .or_else(|| differs("settings", both.map(|one| one.ledger.settings())))
            .or_else(|| differs("problems", both.map(History::problems)))
            .or_else(|| differs("versions left behind", both.map(History::left_behind)))
            .or_else(|| differs("failed steps", both.map(|one| one.transactions().failures())))
            .or_else(|| differs("held checkpoints", both.map(|one| one.transactions().held_checkpoints())))
            .or_else(|| differs("next transaction", both.map(|one| one.transactions().next_id())))
            .or_else(|| differs("patches since a whole value", both.map(|one| one.patched_since_whole(None))))
            .or_else(|| self.difference_by_side(other))
            .or_else(|| self.difference_in_stretches(other))
    }

    fn difference_by_side(&self, other: &Self) -> Option<String> {
        let sides = [Origin::Application, Origin::Debugger];
        let kinds = [SnapshotKind::Named, SnapshotKind::Auto, SnapshotKind::Checkpoint];
        let both = [self, other];
        let undo = |side: Origin| differs("what can be undone", both.map(|one| one.undoable(side)));
        let redo = |side: Origin| differs("what can be done again", both.map(|one| one.redoable(side)));
        let made = |kind: SnapshotKind| differs("snapshots of a kind", both.map(|one| one.marks().of_kind(kind)));
        sides
            .into_iter()
            .find_map(|side| undo(side).or_else(|| redo(side)))
            .or_else(|| kinds.into_iter().find_map(made))
    }

    fn difference_in_stretches(&self, other: &Self) -> Option<String> {
        let end = self.newest().0 + 1;
        let length = end.div_ceil(STRETCHES).max(1);
        let stretches = (0..STRETCHES).map(|n| n * length..(n * length + length + n % 7).min(end));
        let differs_in = |range: std::ops::Range<u64>| {
            let both = [self, other];
            differs("sums", both.map(|one| one.activity(range.clone())))
                .or_else(|| differs("slowest versions", both.map(|one| one.timeline.slowest(&range, 3))))
        };
        stretches.filter(|range| range.start < range.end).find_map(differs_in)
    }

    fn difference_at(&self, other: &Self, version: Version) -> Option<String> {
        let both = [self, other];
        let found = differs("what is known", both.map(|one| one.info(version)))
            .or_else(|| differs("its branch", both.map(|one| one.lineage().branch_of(version))))
            .or_else(|| differs("who made it", both.map(|one| one.lineage().made_by(version))))
            .or_else(|| differs("what was seen before it", both.map(|one| one.lineage().seen_before(version))))
            .or_else(|| {
                differs("its way to the head", both.map(|one| one.lineage().child_towards(version, one.head())))
            })
            .or_else(|| differs("its transaction", both.map(|one| one.transactions().of(version).map(|tx| tx.id))))
            .or_else(|| {
                let at = self.info(version)?.at?;
                differs("the snapshot at its time", both.map(|one| one.choose(&Strategy::Time(at)).ok()))
                    .or_else(|| differs("the version at its time", both.map(|one| one.timeline().at_time(at))))
            });
        found.map(|what| format!("{version}: {what}"))
    }
}

/// Says how two answers differ, if they do.
fn differs<T: Debug + PartialEq>(what: &str, [one, other]: [T; 2]) -> Option<String> {
    (one != other).then(|| format!("{what}: {one:?} when folded, {other:?} from the index"))
}
