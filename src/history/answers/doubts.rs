//! What records that are missing make doubtful: versions, heads, and the end of the log.
//!
//! Must not name: values.

use crate::history::parts::History;
use crate::record::Version;
use crate::value::Text;

/// What may be other than it was recorded, since records are [missing](History::doubts) or could not be read.
#[derive(Clone, Copy)]
pub struct Doubts<'a>(&'a History);

impl History {
    /// What may be other than it was recorded.
    pub fn doubts(&self) -> Doubts<'_> {
        Doubts(self)
    }
}

impl Doubts<'_> {
    /// Why the value of a version may be another than was recorded, or its number: records are missing. O(log n).
    pub fn of(self, version: Version) -> Option<Text> {
        self.0.timeline.doubt(version).or_else(|| self.0.gaps.number_doubt(version)).cloned()
    }

    /// Why the head of a growing branch may be another version, or have another value: records are missing. `None` names
    /// `main`. O(log n).
    pub fn of_head(self, branch: Option<&str>) -> Option<Text> {
        let owner = self.0.lineage.branches.owner(branch)?;
        let suspect = self.0.values.heads[owner].suspect.as_ref().or(self.0.gaps.reason());
        suspect.cloned().or_else(|| self.of(self.0.lineage.branches.head_of(owner)))
    }

    /// Why a version that was asked for may be another than was recorded: [`of`](Self::of), and, for the head of a branch,
    /// that later records may be missing. O(branches).
    pub fn of_answer(self, version: Version) -> Option<Text> {
        let head =
            || self.0.branches().into_iter().filter(|branch| branch.head == version).find_map(|branch| branch.doubt);
        self.of(version).or_else(head)
    }

    /// Whether records may be missing behind the last one folded.
    pub fn is_at_end(self) -> bool {
        self.0.gaps.reason().is_some()
    }

    /// Whether every record up to the newest is there and could be followed.
    pub(crate) fn is_none(self) -> bool {
        self.0.gaps.is_empty() && !self.is_at_end()
    }
}
