//! What is asked of snapshots.
//!
//! Must not name: values.

use crate::Result;
use crate::history::marks::Snapshot;
use crate::history::nearest::nearest;
use crate::history::parts::History;
use crate::record::{SnapshotId, SnapshotKind, Time, Version};
use im::OrdSet;
use std::ops::Range;

impl History {
    /// Snapshots in the list, oldest version first (ties: order of making). `index:N` counts in this order.
    pub fn snapshots(&self) -> &[Snapshot] {
        self.marks.listed()
    }

    /// The snapshot of a name in the list; of several the one made last.
    ///
    /// # Errors
    /// `NotFound` with the nearest names.
    pub fn named_snapshot(&self, name: &str) -> Result<&Snapshot> {
        let near = || nearest(name, self.marks.names());
        self.marks.named(name).ok_or_else(|| self.not_found(format!("snapshot \"{name}\""), &near()))
    }

    /// Those in the list that have a name: one, unless a log from elsewhere says otherwise. O(1) for each.
    pub fn snapshots_named(&self, name: &str) -> impl Iterator<Item = &Snapshot> {
        self.marks.of_name(name)
    }

    /// Those of a kind in the list, in the order they were made; their number is known at once. O(log n) for each.
    pub(crate) fn made_of(&self, kind: SnapshotKind) -> &OrdSet<SnapshotId> {
        self.marks.of_kind(kind)
    }

    /// Those of a kind in the list whose time is at or before `at`, oldest first. O(log n) for each.
    pub(crate) fn aged(&self, kind: SnapshotKind, at: Time) -> impl Iterator<Item = SnapshotId> {
        self.marks.aged(kind, at)
    }

    /// The newest version marked on the line that ends at `head`. O(stretches of the line after it · log n).
    pub(crate) fn last_marked(&self, head: Version) -> Option<Version> {
        let last = |stretch: Range<u64>| self.marks.last_marked(&stretch);
        self.lineage.tree.back(head).find_map(last)
    }

    /// Those in the list that mark versions of `range`, in order. O(log n).
    pub fn snapshots_within(&self, range: Range<u64>) -> &[Snapshot] {
        self.marks.within(&range)
    }

    /// A snapshot in the list, by id.
    pub fn snapshot(&self, id: SnapshotId) -> Option<&Snapshot> {
        self.marks.get(id)
    }
}
