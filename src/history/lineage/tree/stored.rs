//! The tree as bytes: of each run where it begins, what it follows and whose it is. The rest is worked out again.

use super::{BranchId, VersionTree};
use crate::bytes::{Binary, ByteReader, binary_struct};
use crate::record::Version;

binary_struct!(BranchId(_));

impl Binary for VersionTree {
    fn encode(&self, out: &mut Vec<u8>) {
        self.newest.encode(out);
        (self.runs.len() - 1).encode(out);
        for run in self.runs.iter().skip(1) {
            (run.first, run.parent, run.owner).encode(out);
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let (newest, runs) = <(u64, Vec<(u64, u64, BranchId)>)>::decode(from)?;
        let firsts = runs.iter().map(|(first, ..)| *first);
        let ends = firsts.clone().skip(1).chain([newest.checked_add(1)?]);
        let mut tree = Self::cut(Version(firsts.clone().next().map_or(Some(newest), |first| first.checked_sub(1))?));
        for ((first, parent, owner), end) in runs.iter().zip(ends) {
            let count = end.checked_sub(*first).filter(|count| *count > 0 && *parent < *first)?;
            tree.grow(Version(*parent), *owner, count);
        }
        Some(tree)
    }
}
