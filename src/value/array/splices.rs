//! Where one array differs from another that it was made of.

use super::{Array, ArrayNode};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::slice::from_ref;

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
struct ArrayLeaf {
    address: usize,
    start: usize,
}

impl Array {
    /// What makes `newer` of this array, where leaves that both hold keep their order. O(leaves from the first place that differs to
    /// the last, and elements of those that only one of them holds).
    pub(crate) fn splices(&self, newer: &Self) -> ArraySplices {
        let [old, new] = unshared_leaves(from_ref(&self.0), from_ref(&newer.0), [0, 0]);
        let by_address: FxHashMap<usize, usize> =
            old.all.iter().zip(0..).map(|(leaf, at)| (leaf.address, at)).collect();
        let passed = old.all.len() + new.all.len();
        let mut found = ArraySplices { passed, ..ArraySplices::default() };
        // The leaves behind the last one that both hold.
        let (mut left, mut right) = (0, 0);
        for at in 0..=new.all.len() {
            let both = new.all.get(at).and_then(|leaf| by_address.get(&leaf.address));
            let old_at = match both.filter(|old| **old >= left) {
                Some(old) => *old,
                None if at == new.all.len() => old.all.len(),
                None => {
                    found.leaves += 1;
                    continue;
                }
            };
            let older = old.start_of(left)..old.start_of(old_at);
            let newer_range = new.start_of(right)..new.start_of(at);
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
}

/// Leaves that follow each other.
struct ArrayLeaves {
    all: Vec<ArrayLeaf>,
    /// The index behind their last element.
    end: usize,
}

impl ArrayLeaves {
    /// Of nodes whose first element has an index.
    fn of(nodes: &[ArrayNode], start: usize) -> Self {
        let (mut all, mut end) = (Vec::new(), start);
        nodes.iter().for_each(|node| collect_leaves(node, &mut end, &mut all));
        Self { all, end }
    }

    /// The index of the first element of a leaf, or behind the last.
    fn start_of(&self, at: usize) -> usize {
        self.all.get(at).map_or(self.end, |leaf| leaf.start)
    }
}

/// The leaves of siblings of two trees, without those at both ends that both hold: these are not gone through. Recursion is bounded
/// by their height.
fn unshared_leaves(old: &[ArrayNode], new: &[ArrayNode], starts: [usize; 2]) -> [ArrayLeaves; 2] {
    let same = |(one, other): &(&ArrayNode, &ArrayNode)| one.same(other);
    let front = old.iter().zip(new).take_while(same).count();
    let shared: usize = old[..front].iter().map(ArrayNode::len).sum();
    let (old, new, [old_start, new_start]) = (&old[front..], &new[front..], starts.map(|start| start + shared));
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    if let ([ArrayNode::Branch(old)], [ArrayNode::Branch(new)]) = (old, new) {
        return unshared_leaves(&old.slice, &new.slice, [old_start, new_start]);
    }
    [ArrayLeaves::of(old, old_start), ArrayLeaves::of(new, new_start)]
}

fn collect_leaves(node: &ArrayNode, start: &mut usize, leaves: &mut Vec<ArrayLeaf>) {
    match node {
        ArrayNode::Leaf(leaf) => {
            leaves.push(ArrayLeaf { address: leaf.as_ptr().addr(), start: *start });
            *start += leaf.slice.len();
        }
        ArrayNode::Branch(branch) => branch.slice.iter().for_each(|child| collect_leaves(child, start, leaves)),
    }
}
