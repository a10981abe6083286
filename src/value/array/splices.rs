//! Where one array differs from another that it was made of.

use super::{Array, ArrayNode};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Elements of an older array, and those of a newer one that stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArraySplice {
    pub older: Range<usize>,
    pub newer: Range<usize>,
}

/// How one array differs from another.
#[derive(Debug, Default)]
pub(crate) struct ArraySplices {
    /// In order; none of them meet.
    pub splices: Vec<ArraySplice>,
    /// Leaves of the newer array that are not the older one's.
    pub leaves: usize,
    /// Leaves that were passed over.
    pub passed: usize,
}

/// A leaf, by its place in memory, and the index of its first element.
struct Leaf {
    address: usize,
    start: usize,
}

impl Array {
    /// What makes `newer` of this array, where leaves that both hold keep their order. O(leaves, and elements of those that only
    /// one of them holds).
    pub(crate) fn splices(&self, newer: &Self) -> ArraySplices {
        let (old, new) = (self.leaves(), newer.leaves());
        let same = |(one, other): &(&Leaf, &Leaf)| one.address == other.address;
        let front = old.iter().zip(&new).take_while(same).count();
        let back = old[front..].iter().rev().zip(new[front..].iter().rev()).take_while(same).count();
        let (old_end, new_end) = (old.len() - back, new.len() - back);
        let between = old[front..old_end].iter().zip(front..);
        let by_address: FxHashMap<usize, usize> = between.map(|(leaf, at)| (leaf.address, at)).collect();
        let start_of = |leaves: &[Leaf], at: usize, end: usize| leaves.get(at).map_or(end, |leaf| leaf.start);
        let mut found = ArraySplices { passed: old.len() + new.len(), ..ArraySplices::default() };
        // The leaves behind the last one that both hold.
        let (mut left, mut right) = (front, front);
        for at in front..=new_end {
            let both = new[..new_end].get(at).and_then(|leaf| by_address.get(&leaf.address));
            let old_at = match both.filter(|old| **old >= left) {
                Some(old) => *old,
                None if at == new_end => old_end,
                None => {
                    found.leaves += 1;
                    continue;
                }
            };
            let older = start_of(&old, left, self.len())..start_of(&old, old_at, self.len());
            let newer_range = start_of(&new, right, newer.len())..start_of(&new, at, newer.len());
            found.splices.extend(self.trimmed(newer, ArraySplice { older, newer: newer_range }));
            (left, right) = (old_at + 1, at + 1);
        }
        found
    }

    /// The same without the elements at both ends that are identical; `None` where nothing is left.
    fn trimmed(&self, newer: &Self, splice: ArraySplice) -> Option<ArraySplice> {
        let ArraySplice { older: mut old, newer: mut new } = splice;
        if old.is_empty() && new.is_empty() {
            return None;
        }
        let front = self.iter_from(old.start).take(old.len()).zip(newer.iter_from(new.start).take(new.len()));
        let same = front.take_while(|(one, other)| one.identical(other)).count();
        (old.start, new.start) = (old.start + same, new.start + same);
        let olds: Vec<&Value> = self.iter_from(old.start).take(old.len()).collect();
        let news: Vec<&Value> = newer.iter_from(new.start).take(new.len()).collect();
        let back = olds.iter().rev().zip(news.iter().rev());
        let same = back.take_while(|(one, other)| one.identical(other)).count();
        (old.end, new.end) = (old.end - same, new.end - same);
        (!old.is_empty() || !new.is_empty()).then_some(ArraySplice { older: old, newer: new })
    }

    fn leaves(&self) -> Vec<Leaf> {
        let (mut leaves, mut start) = (Vec::new(), 0);
        collect_leaves(&self.0, &mut start, &mut leaves);
        leaves
    }
}

fn collect_leaves(node: &ArrayNode, start: &mut usize, leaves: &mut Vec<Leaf>) {
    match node {
        ArrayNode::Leaf(leaf) => {
            leaves.push(Leaf { address: leaf.as_ptr().addr(), start: *start });
            *start += leaf.slice.len();
        }
        ArrayNode::Branch(branch) => branch.slice.iter().for_each(|child| collect_leaves(child, start, leaves)),
    }
}
