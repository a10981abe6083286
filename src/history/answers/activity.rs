//! What a stretch of versions holds, for one column of a timeline.
//!
//! Sums and maxima come from the pyramid over the rows, marks from lists sorted by version: a snapshot that leaves the
//! list leaves its column at once.

use crate::history::chunked::Chunked;
use crate::history::parts::History;
use crate::history::timeline::pyramid::Tally;
use crate::history::timeline::{BYTES, KEYS, LATENCY};
use crate::record::{SnapshotKind, Version};
use std::ops::Range;

/// What a stretch of versions holds, for one column of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks that may stand in one column together")]
#[non_exhaustive]
pub struct Activity {
    /// Versions in the stretch (`#0` is not counted: nothing happened there).
    pub versions: u64,
    /// Keys changed.
    pub keys: Tally,
    /// Bytes of the value, as compact JSON.
    pub bytes: Tally,
    /// Nanoseconds since the version before in log order; 0 where times are missing or go back.
    pub latency: Tally,
    /// Invalid and deleted versions, versions after a gap in the records, and steps of transactions that failed.
    pub errors: u64,
    /// A named snapshot is in it.
    pub named: bool,
    /// An auto snapshot.
    pub auto: bool,
    /// Whether a checkpoint marks one of these versions.
    pub checkpoint: bool,
    /// A rollback or undo is in it.
    pub rollback: bool,
}

impl Activity {
    /// Both stretches as one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let tally = |a: Tally, b: Tally| Tally { sum: a.sum.saturating_add(b.sum), most: a.most.max(b.most) };
        Self {
            versions: self.versions + other.versions,
            keys: tally(self.keys, other.keys),
            bytes: tally(self.bytes, other.bytes),
            latency: tally(self.latency, other.latency),
            errors: self.errors + other.errors,
            named: self.named | other.named,
            auto: self.auto | other.auto,
            checkpoint: self.checkpoint | other.checkpoint,
            rollback: self.rollback | other.rollback,
        }
    }
}

impl History {
    /// What the versions `range` (log order) hold; the part of `range` that is outside of the history holds nothing.
    /// O(log n), whatever the length of the range.
    pub fn activity(&self, range: Range<u64>) -> Activity {
        let inside = self.timeline.inside(range);
        let tallies = self.timeline.tallies(&inside);
        let marked = |kind| self.marks.any_of(kind, &inside);
        let errors = count_in(self.timeline.broken(), &inside) + count_in(self.transactions().failures(), &inside);
        Activity {
            versions: inside.end - inside.start,
            keys: tallies[KEYS],
            bytes: tallies[BYTES],
            latency: tallies[LATENCY],
            errors,
            named: marked(SnapshotKind::Named),
            auto: marked(SnapshotKind::Auto),
            checkpoint: marked(SnapshotKind::Checkpoint),
            rollback: any_in(self.timeline.rollbacks(), &inside, |(version, _)| *version),
        }
    }
}

fn count_in(sorted: &Chunked<Version>, range: &Range<u64>) -> u64 {
    let before = |end: u64| sorted.partition_point(|version| version.0 < end);
    (before(range.end).saturating_sub(before(range.start))) as u64
}

/// Whether a sorted list has an entry in `range`.
fn any_in<T>(sorted: &Chunked<T>, range: &Range<u64>, version: impl Fn(&T) -> Version) -> bool {
    let first = sorted.partition_point(|entry| version(entry).0 < range.start);
    sorted.get(first).is_some_and(|entry| version(entry).0 < range.end)
}
