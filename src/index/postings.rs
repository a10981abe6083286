//! The versions at which something changed, as deltas of variable length: one to three bytes a version.

use crate::bytes::{Binary, ByteReader};
use crate::record::Version;
use std::ops::{Range, RangeInclusive};

/// Versions of a block: what is decoded to answer for one of them.
pub(super) const BLOCK: usize = 64;

/// Versions in ascending order. One that is touched once, as most paths of a large state are, allocates nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Postings {
    /// The first version.
    first: u64,
    /// Of each block but the first its first version, and where its deltas begin.
    blocks: Vec<(u64, usize)>,
    /// The distance of each version but the first of a block from the one before it, seven bits a byte, lowest first.
    deltas: Vec<u8>,
    count: usize,
    last: u64,
}

impl Postings {
    /// Adds a version; one that is not above the last is there already and changes nothing. O(1).
    pub fn push(&mut self, version: Version) {
        if self.count == 0 {
            self.first = version.0;
        } else if version.0 <= self.last {
            return;
        } else if self.count.is_multiple_of(BLOCK) {
            self.blocks.push((version.0, self.deltas.len()));
        } else {
            (version.0 - self.last).encode(&mut self.deltas);
        }
        self.count += 1;
        self.last = version.0;
    }

    /// The versions within a range, from either end; a block is decoded when it is reached. O(log n) and O(1) a version.
    pub fn within(&self, range: RangeInclusive<Version>) -> impl DoubleEndedIterator<Item = Version> + '_ {
        let blocks = self.blocks_within(&range);
        blocks.flat_map(|block| self.decoded(block)).filter(move |version| range.contains(version))
    }

    /// The last version up to this one. O(log n).
    pub fn last_up_to(&self, version: Version) -> Option<Version> {
        if version.0 >= self.last {
            return (self.count > 0).then_some(Version(self.last));
        }
        self.in_block(self.block_up_to(version)?).take_while(|at| *at <= version).last()
    }

    /// The block of the last version up to this one. O(log n).
    pub fn block_up_to(&self, version: Version) -> Option<usize> {
        (self.count > 0 && self.first <= version.0).then(|| self.begun_by(version) - 1)
    }

    /// How many blocks begin with a version up to this one, the first among them.
    fn begun_by(&self, version: Version) -> usize {
        1 + self.blocks.partition_point(|(first, _)| *first <= version.0)
    }

    /// The first version of a block, if there is one.
    pub fn block_start(&self, block: usize) -> Option<Version> {
        match block.checked_sub(1) {
            None => (self.count > 0).then_some(Version(self.first)),
            Some(before) => self.blocks.get(before).map(|(first, _)| Version(*first)),
        }
    }

    /// The first version from this one on. O(log n).
    pub fn first_from(&self, version: Version) -> Option<Version> {
        if version.0 <= self.first || version.0 > self.last {
            return (self.count > 0 && version.0 <= self.last).then_some(Version(self.first));
        }
        let block = self.block_up_to(version)?;
        self.in_block(block).find(|at| *at >= version).or_else(|| self.block_start(block + 1))
    }

    /// The blocks that may hold versions of a range.
    fn blocks_within(&self, range: &RangeInclusive<Version>) -> Range<usize> {
        if self.count == 0 || range.end().0 < self.first {
            return 0..0;
        }
        let end = self.begun_by(*range.end());
        (self.begun_by(*range.start()) - 1).min(end)..end
    }

    /// The versions of a block.
    pub fn decoded(&self, block: usize) -> Vec<Version> {
        let mut versions = Vec::with_capacity(BLOCK);
        versions.extend(self.in_block(block));
        versions
    }

    /// The same, each decoded when it is asked for.
    fn in_block(&self, block: usize) -> impl Iterator<Item = Version> + '_ {
        let of = |block: usize| self.blocks.get(block).copied();
        let (first, start) = block.checked_sub(1).map_or(Some((self.first, 0)), of).unwrap_or_default();
        let end = of(block).map_or(self.deltas.len(), |(_, next)| next);
        let mut from = ByteReader::new(self.deltas.get(start..end).unwrap_or_default());
        let next = move |at: &u64| u64::decode(&mut from).map(|delta| at.saturating_add(delta));
        std::iter::successors(Some(first), next).map(Version)
    }

    /// How many versions there are.
    pub fn len(&self) -> usize {
        self.count
    }
}

/// Read without trust: whatever the bytes say, the versions rise and are as many as was counted.
impl Binary for Postings {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.count, self.first, self.last).encode(out);
        if self.count > 1 {
            self.deltas.len().encode(out);
            out.extend_from_slice(&self.deltas);
            for (number, (first, start)) in self.blocks.iter().enumerate() {
                let before = number.checked_sub(1).map_or((self.first, 0), |before| self.blocks[before]);
                (first - before.0, start - before.1).encode(out);
            }
        }
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let (count, first, last): (usize, u64, u64) = Binary::decode(from)?;
        let mut postings = Self { first, count, last, ..Self::default() };
        if count > 1 {
            let bytes = from.count()?;
            postings.deltas = from.take(bytes)?.to_vec();
            let mut before = (first, 0_usize);
            for _ in 0..(count - 1) / BLOCK {
                let (step, bytes): (u64, usize) = Binary::decode(from)?;
                before = (before.0.checked_add(step)?, before.1.checked_add(bytes)?);
                postings.blocks.push(before);
            }
        }
        postings.is_sound().then_some(postings)
    }
}

impl Postings {
    /// Whether every block has its versions, each above the one before. O(n).
    fn is_sound(&self) -> bool {
        let mut before = None;
        let mut rises = |version: Version| before.replace(version).is_none_or(|before| before < version);
        let blocks = self.count.div_ceil(BLOCK);
        let in_block = |block: usize| (self.count - block * BLOCK).min(BLOCK);
        let sound = (0..blocks).all(|block| {
            let versions = self.decoded(block);
            versions.len() == in_block(block) && versions.into_iter().all(&mut rises)
        });
        sound && before.is_none_or(|last| last.0 == self.last)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
        let up_to = versions.range(..=end).next_back().copied();
        assert_eq!(postings.last_up_to(Version(end)).map(|version| version.0), up_to);
        let from = versions.range(start..).next().copied();
        assert_eq!(postings.first_from(Version(start)).map(|version| version.0), from);
        assert_eq!(Postings::from_bytes(&postings.to_bytes()), Some(postings));
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

    #[test]
    fn bytes_that_are_no_postings_are_refused() {
        let bytes = postings(&(1..=200).map(|version| version * 3).collect()).to_bytes();
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                if let Some(read) = Postings::from_bytes(&changed) {
                    let versions: Vec<_> = read.within(Version(0)..=Version(u64::MAX)).collect();
                    assert!(versions.len() == read.len() && versions.is_sorted_by(|a, b| a < b), "byte {at}");
                }
            }
        }
        (0..bytes.len()).for_each(|end| assert!(Postings::from_bytes(&bytes[..end]).is_none(), "{end}"));
    }

    proptest! {
        #[test]
        fn any_range_from_either_end(steps in prop::collection::vec(1u64..400, 0..400), start in 0u64..40_000, length in 0u64..40_000) {
            let versions = steps.iter().scan(0, |at, step| { *at += step; Some(*at) }).collect();
            check(&versions, start, start + length);
        }
    }
}
