//! Sums and maxima over stretches of a growing list: a stretch of a million costs little more than one of a thousand.
//!
//! Leaves of `LEAF` entries, then pairs of pairs: 48 bytes a node, so 1.5 bytes an entry with leaves of 64. What does
//! not fill a leaf is asked for entry by entry, so nothing is kept twice. Must not name: `rows`.

mod stored;

use crate::history::chunked::Chunked;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// What is known of one measure over a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// All of them together.
    pub sum: u64,
    /// The largest.
    pub most: u64,
}

/// The measures of a stretch, or of one entry.
pub(in crate::history) type Tallies = [Tally; 3];

/// An entry's measures.
pub(in crate::history) fn entry(measures: [u64; 3]) -> Tallies {
    measures.map(|measure| Tally { sum: measure, most: measure })
}

fn both(mut a: Tallies, b: Tallies) -> Tallies {
    for (a, b) in a.iter_mut().zip(b) {
        *a = Tally { sum: a.sum.saturating_add(b.sum), most: a.most.max(b.most) };
    }
    a
}

/// A part of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PyramidPart {
    One(usize),
    /// Which node of which level.
    Node(usize, usize),
}

/// The nodes above a list.
#[derive(Debug, Default, Clone)]
pub(in crate::history) struct Pyramid<const LEAF: usize> {
    /// The leaf that is not full yet, and how many entries it has.
    open: (Tallies, usize),
    /// Full leaves, then what pairs of them hold, and so on.
    levels: Vec<Chunked<Tallies>>,
}

impl<const LEAF: usize> Pyramid<LEAF> {
    /// Adds the next entry. O(1) on average.
    pub fn push(&mut self, one: Tallies) {
        self.open = (both(self.open.0, one), self.open.1 + 1);
        if self.open.1 == LEAF {
            let (leaf, _) = std::mem::take(&mut self.open);
            self.add(leaf);
        }
    }

    fn add(&mut self, leaf: Tallies) {
        let mut node = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Chunked::default());
            }
            let nodes = &mut self.levels[level];
            nodes.push(node);
            match nodes.len().checked_sub(2).and_then(|pair| nodes.get(pair)) {
                Some(before) if nodes.len().is_multiple_of(2) => node = both(*before, node),
                _ => return,
            }
        }
    }

    /// Takes in that an entry's measures are others than when it was added. O(`LEAF` + log n).
    pub fn changed(&mut self, at: usize, one: impl Fn(usize) -> Tallies) {
        let all = |range: Range<usize>| range.map(&one).fold(Tallies::default(), both);
        let (full, leaf) = (self.levels.first().map_or(0, Chunked::len), at / LEAF);
        if leaf >= full {
            self.open.0 = all(full * LEAF..full * LEAF + self.open.1);
            return;
        }
        let mut tallies = all(leaf * LEAF..(leaf + 1) * LEAF);
        for level in 0..self.levels.len() {
            let at = leaf >> level;
            let Some(node) = self.levels[level].get_mut(at) else { return };
            *node = tallies;
            let Some(beside) = self.levels[level].get(at ^ 1) else { return };
            tallies = both(tallies, *beside);
        }
    }

    /// What the entries of `range` hold together. O(`LEAF` + log n).
    pub fn over(&self, range: Range<usize>, one: impl Fn(usize) -> Tallies) -> Tallies {
        let mut all = Tallies::default();
        self.walk(range, |part| all = both(all, self.tallies(part, &one)));
        all
    }

    /// Where a measure is largest in `range`: at most `wanted` entries above 0, the largest first, then the earliest.
    /// O(`wanted` · (`LEAF` + log n)).
    pub fn largest(
        &self,
        range: Range<usize>,
        measure: usize,
        wanted: usize,
        one: impl Fn(usize) -> Tallies,
    ) -> Vec<(usize, u64)> {
        let mut open = BinaryHeap::new();
        let offer = |open: &mut BinaryHeap<_>, part: PyramidPart| {
            let most = self.tallies(part, &one)[measure].most;
            if most > 0 {
                open.push((most, Reverse(first_of::<LEAF>(part)), part));
            }
        };
        self.walk(range, |part| offer(&mut open, part));
        let mut found = Vec::new();
        while let Some((most, _, part)) = open.pop().filter(|_| found.len() < wanted) {
            match part {
                PyramidPart::One(at) => found.push((at, most)),
                PyramidPart::Node(0, leaf) => {
                    (leaf * LEAF..(leaf + 1) * LEAF).for_each(|at| offer(&mut open, PyramidPart::One(at)));
                }
                PyramidPart::Node(level, at) => {
                    [2 * at, 2 * at + 1].into_iter().for_each(|at| offer(&mut open, PyramidPart::Node(level - 1, at)));
                }
            }
        }
        found
    }

    fn tallies(&self, part: PyramidPart, one: &impl Fn(usize) -> Tallies) -> Tallies {
        match part {
            PyramidPart::One(at) => one(at),
            PyramidPart::Node(level, at) => self.levels[level][at],
        }
    }

    /// The fewest parts that make up `range`, in no order.
    fn walk(&self, range: Range<usize>, mut visit: impl FnMut(PyramidPart)) {
        let full = self.levels.first().map_or(0, Chunked::len);
        let (mut first, mut end) = (range.start.div_ceil(LEAF), (range.end / LEAF).min(full));
        if first >= end {
            return range.for_each(|at| visit(PyramidPart::One(at)));
        }
        (range.start..first * LEAF).chain(end * LEAF..range.end).for_each(|at| visit(PyramidPart::One(at)));
        for level in 0.. {
            if first >= end {
                return;
            }
            if !first.is_multiple_of(2) {
                visit(PyramidPart::Node(level, first));
                first += 1;
            }
            if !end.is_multiple_of(2) {
                end -= 1;
                visit(PyramidPart::Node(level, end));
            }
            (first, end) = (first / 2, end / 2);
        }
    }
}

fn first_of<const LEAF: usize>(part: PyramidPart) -> usize {
    match part {
        PyramidPart::One(at) => at,
        PyramidPart::Node(level, at) => (at << level) * LEAF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pyramid(all: &[[u64; 3]]) -> Pyramid<4> {
        let mut pyramid = Pyramid::default();
        all.iter().for_each(|one| pyramid.push(entry(*one)));
        pyramid
    }

    proptest! {
        #[test]
        fn any_stretch_is_what_a_scan_says(
            all in prop::collection::vec([0u64..9, 0u64..u64::MAX, 0u64..1000], 0..200),
            start in 0usize..210, length in 0usize..210, wanted in 0usize..20,
        ) {
            let pyramid = pyramid(&all);
            let start = start.min(all.len());
            let range = start..(start + length).min(all.len());
            let one = |at: usize| entry(all[at]);
            let expected = all[range.clone()].iter().fold(Tallies::default(), |sum, one| both(sum, entry(*one)));
            prop_assert_eq!(pyramid.over(range.clone(), one), expected);
            for measure in [0, 1, 2] {
                let mut sorted: Vec<_> = range.clone().map(|at| (at, all[at][measure])).collect();
                sorted.retain(|(_, most)| *most > 0);
                sorted.sort_by_key(|(at, most)| (Reverse(*most), *at));
                sorted.truncate(wanted);
                prop_assert_eq!(pyramid.largest(range.clone(), measure, wanted, one), sorted);
            }
        }
    }

    /// Looking at a long stretch touches few entries.
    #[test]
    fn a_long_stretch_costs_little() {
        let all: Vec<[u64; 3]> = (0..100_000).map(|n| [1, n, n % 7]).collect();
        let pyramid = pyramid(&all);
        let looks = std::cell::Cell::new(0);
        let one = |at: usize| {
            looks.set(looks.get() + 1);
            entry(all[at])
        };
        assert_eq!(pyramid.over(1..99_999, one)[0].sum, 99_998);
        assert_eq!(pyramid.largest(1..99_999, 1, 3, one), [(99_998, 99_998), (99_997, 99_997), (99_996, 99_996)]);
        assert!(looks.get() <= 40, "{}", looks.get());
    }
}
