//! What a stretch of versions holds, for one column of a timeline.

use super::versions::any_in;
use super::{History, Snapshot};
use crate::record::SnapshotKind;
use std::ops::Range;

/// What a stretch of versions holds, for one column of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks that may stand in one column together")]
pub struct Activity {
    /// Versions in the stretch (`#0` is not counted: nothing happened there).
    pub versions: u64,
    /// Keys changed in all of them together.
    pub changed_keys: u64,
    /// A named snapshot is in it.
    pub named: bool,
    /// An auto snapshot.
    pub auto: bool,
    /// A checkpoint.
    pub checkpoint: bool,
    /// A rollback or undo is in it.
    pub rollback: bool,
    /// An invalid or deleted version is in it, or one after a gap.
    pub broken: bool,
}

impl History {
    /// What the versions `range` (log order) hold; the part of `range` that is outside of the history holds nothing.
    /// O(log n), and the number of snapshots in it.
    pub fn activity(&self, range: Range<u64>) -> Activity {
        let end = range.end.min(self.newest().0 + 1);
        let start = range.start.clamp(1, end.max(1));
        let marked = |kind| {
            let marks: &[Snapshot] = self.snapshots.within(&(range.start..end));
            marks.iter().any(|snapshot| snapshot.kind == kind)
        };
        let inside = start..end;
        Activity {
            versions: end.saturating_sub(start),
            changed_keys: self.versions.changed_in(&inside),
            named: marked(SnapshotKind::Named),
            auto: marked(SnapshotKind::Auto),
            checkpoint: marked(SnapshotKind::Checkpoint),
            rollback: any_in(self.versions.returns(), &inside, |(version, _)| *version),
            broken: any_in(self.versions.broken(), &inside, |version| *version),
        }
    }
}
