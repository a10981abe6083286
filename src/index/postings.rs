//! The versions at which something changed, as deltas of variable length: one to three bytes a version.

use crate::record::Version;
use std::ops::{Range, RangeInclusive};

/// Versions of a block: what is decoded to answer for one of them.
const BLOCK: usize = 64;

/// Versions in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Postings {
    /// Of each block its first version, and where its deltas begin.
    blocks: Vec<(u64, usize)>,
    /// The distance of each version but the first of a block from the one before it, seven bits a byte, lowest first.
    deltas: Vec<u8>,
    count: usize,
    last: Version,
}

impl Postings {
    /// Adds a version; one that is not above the last is there already and changes nothing. O(1).
    pub fn push(&mut self, version: Version) {
        if self.count > 0 && version <= self.last {
            return;
        }
        if self.count.is_multiple_of(BLOCK) {
            self.blocks.push((version.0, self.deltas.len()));
        } else {
            self.put(version.0 - self.last.0);
        }
        self.count += 1;
        self.last = version;
    }

    fn put(&mut self, mut delta: u64) {
        loop {
            let low = delta.to_le_bytes()[0] & 0x7F;
            delta >>= 7;
            if delta == 0 {
                self.deltas.push(low);
                return;
            }
            self.deltas.push(low | 0x80);
        }
    }

    /// The versions within a range, from either end; a block is decoded when it is reached. O(log n) and O(1) a version.
    pub fn within(&self, range: RangeInclusive<Version>) -> impl DoubleEndedIterator<Item = Version> + '_ {
        let blocks = self.blocks_within(&range);
        blocks.flat_map(|block| self.decoded(block)).filter(move |version| range.contains(version))
    }

    /// The blocks that may hold versions of a range.
    fn blocks_within(&self, range: &RangeInclusive<Version>) -> Range<usize> {
        let begun_by = |version: Version| self.blocks.partition_point(|(first, _)| *first <= version.0);
        let end = begun_by(*range.end());
        begun_by(*range.start()).saturating_sub(1).min(end)..end
    }

    fn decoded(&self, block: usize) -> Vec<Version> {
        let Some(&(first, start)) = self.blocks.get(block) else { return Vec::new() };
        let end = self.blocks.get(block + 1).map_or(self.deltas.len(), |(_, next)| *next);
        let mut versions = vec![Version(first)];
        let (mut at, mut delta, mut shift) = (first, 0, 0);
        for byte in &self.deltas[start..end] {
            delta |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                at += delta;
                versions.push(Version(at));
                (delta, shift) = (0, 0);
            }
        }
        versions
    }

    /// How many versions there are.
    pub fn len(&self) -> usize {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn postings(versions: &BTreeSet<u64>) -> Postings {
        let mut postings = Postings::default();
        for version in versions {
            postings.push(Version(*version));
            postings.push(Version(*version));
        }
        postings
    }

    fn check(versions: &BTreeSet<u64>, start: u64, end: u64) {
        let postings = postings(versions);
        let found = || postings.within(Version(start)..=Version(end)).map(|version| version.0);
        let expected: Vec<u64> = versions.iter().copied().filter(|version| (start..=end).contains(version)).collect();
        assert_eq!(found().collect::<Vec<_>>(), expected);
        assert_eq!(found().rev().collect::<Vec<_>>(), expected.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(postings.len(), versions.len());
    }

    #[test]
    fn ends_and_lengths_of_deltas() {
        let ends = [0, 1, 127, 128, 129, 16_383, 16_384, 1 << 35, (1 << 53) - 1, u64::MAX];
        let all = BTreeSet::from(ends);
        for start in ends {
            ends.iter().for_each(|end| check(&all, start, *end));
        }
        check(&BTreeSet::new(), 0, u64::MAX);
    }

    #[test]
    fn one_byte_for_a_neighbour() {
        let postings = postings(&(1..=64_000).collect());
        assert!(postings.deltas.len() + postings.blocks.len() * 16 < 64_000 * 5 / 4);
    }

    proptest! {
        #[test]
        fn any_range_from_either_end(steps in prop::collection::vec(1u64..400, 0..400), start in 0u64..40_000, length in 0u64..40_000) {
            let versions = steps.iter().scan(0, |at, step| { *at += step; Some(*at) }).collect();
            check(&versions, start, start + length);
        }
    }
}
