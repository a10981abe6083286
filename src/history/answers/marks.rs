//! What is asked of snapshots.
//!
//! Must not name: values.

use crate::Result;
use crate::escape::in_quotes;
use crate::history::marks::Snapshot;
use crate::history::nearest::nearest;
use crate::history::parts::History;
use crate::record::Version;
use std::ops::Range;

impl History {
    /// The snapshot of a name in the list; of several the one made last.
    ///
    /// # Errors
    /// `NotFound` with the nearest names.
    pub fn named_snapshot(&self, name: &str) -> Result<&Snapshot> {
        let near = || nearest(name, self.marks.names());
        self.marks.named(name).ok_or_else(|| self.not_found(format!("snapshot {}", in_quotes(name)), &near()))
    }

    /// The newest version marked on the line that ends at `head`. O(stretches of the line after it · log n).
    pub(crate) fn last_marked(&self, head: Version) -> Option<Version> {
        let last = |stretch: Range<u64>| self.marks.last_marked(&stretch);
        self.lineage.tree.back(head).find_map(last)
    }
}
