//! What a path held at a version, from the column of what was left there: no record is read.

use super::PathIndex;
use super::column::LeftValue;
use super::find::IndexedPath;
use super::paths::PathId;
use crate::record::Version;

/// Reads what versions left at one path. The block of versions that was read last is kept, so that those that follow each
/// other cost little.
pub struct LeftAt<'i> {
    index: &'i PathIndex,
    path: IndexedPath,
    last: Option<LeftBlock>,
}

/// Versions of a list, and what they left, as far as that is told.
struct LeftBlock {
    id: PathId,
    versions: Vec<Version>,
    left: Vec<LeftValue>,
    /// Its versions are the last up to those before this one.
    next: Version,
}

impl LeftBlock {
    fn holds(&self, id: PathId, version: Version) -> bool {
        self.id == id && self.versions.first().is_some_and(|first| *first <= version) && version < self.next
    }

    fn at(&self, version: Version) -> Option<(Version, LeftValue)> {
        let last = self.versions.partition_point(|known| *known <= version).checked_sub(1)?;
        Some((*self.versions.get(last)?, self.left.get(last).cloned().unwrap_or(LeftValue::Untold)))
    }
}

impl<'i> LeftAt<'i> {
    /// Nothing is read yet.
    pub fn new(index: &'i PathIndex, path: IndexedPath) -> Self {
        Self { index, path, last: None }
    }

    /// Where the index keeps what touched it.
    pub fn path(&self) -> &IndexedPath {
        &self.path
    }

    /// The last version up to this one that touched the path, or the array that answers for it, or may have, and what it
    /// left there. O(log n), and reading a block.
    pub fn at(&mut self, version: Version) -> Option<(Version, LeftValue)> {
        let Some((id, from)) = self.path.only_exact_at(version) else {
            return self.index.last_up_to(&self.path, version).map(|last| (last, LeftValue::Untold));
        };
        let others = self.index.but_whole(id).filter_map(|list| list.last_up_to(version)).max();
        let whole = self.whole(id, version);
        let last = match (whole, others) {
            (Some(whole), others) if others.is_none_or(|other| other < whole.0) => Some(whole),
            (_, others) => others.map(|other| (other, LeftValue::Untold)),
        };
        last.filter(|(version, _)| *version >= from)
    }

    /// What a version left there, where it touched the path as a whole.
    pub(super) fn whole_at(&mut self, version: Version) -> Option<LeftValue> {
        let (id, _) = self.path.only_exact_at(version)?;
        self.whole(id, version).filter(|(last, _)| *last == version).map(|(_, left)| left)
    }

    fn whole(&mut self, id: PathId, version: Version) -> Option<(Version, LeftValue)> {
        if !self.last.as_ref().is_some_and(|block| block.holds(id, version)) {
            self.last = self.index.block_up_to(id, version).map(|(versions, left, next)| LeftBlock {
                id,
                versions,
                left,
                next,
            });
        }
        self.last.as_ref()?.at(version)
    }
}

impl PathIndex {
    /// The block of versions that touched a path as a whole that holds the last up to this one, what they left, and the
    /// first version behind it.
    fn block_up_to(&self, id: PathId, version: Version) -> Option<(Vec<Version>, Vec<LeftValue>, Version)> {
        let touches = self.paths.touches(id)?;
        let block = touches.whole.block_up_to(version)?;
        let left = touches.left().map(|column| column.decoded(block)).unwrap_or_default();
        let next = touches.whole.block_start(block + 1).unwrap_or(Version(u64::MAX));
        Some((touches.whole.decoded(block), left, next))
    }
}
