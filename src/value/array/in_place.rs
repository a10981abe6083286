//! Changes of an array in memory that nobody else holds.

use super::{Array, ArrayNode, LEAF, NodeSummary, Splice, Spliced, leaf_changed, locate, locate_or_end, replaced};
use crate::value::own::{EditInPlace, unshared};
use crate::value::{Value, Weight};
use triomphe::ThinArc;

impl Array {
    /// Changes the element at `index`; whether it is there and was changed. O(log n) where nobody else holds the array.
    pub(crate) fn edit_child(&mut self, index: usize, edit: &mut EditInPlace<'_>) -> bool {
        index < self.len() && self.0.edit_child(index, edit)
    }

    /// Puts `value` before `index`; at the end when `index` is beyond it. O(log n).
    pub(crate) fn insert(&mut self, index: usize, value: Value) {
        self.change(index.min(self.len()), &Splice::Insert(value));
    }

    /// Takes out the element at `index`, if there is one. O(log n).
    pub(crate) fn take(&mut self, index: usize) {
        if index < self.len() {
            self.change(index, &Splice::Remove);
        }
    }

    /// Takes out `gone` elements from `index` on, and puts others there: several at once where a leaf has room for them. O(log n)
    /// for each that is changed.
    ///
    /// # Panics
    /// When there are not so many elements.
    pub(crate) fn splice(&mut self, index: usize, gone: usize, put: &[Value]) {
        assert!(index <= self.len() && gone <= self.len() - index, "elements {index} and {gone} more are not there");
        if self.0.exchange(index, gone, put) {
            return;
        }
        let mut left = gone;
        while left > 0 {
            let done = runs(left).find(|run| self.0.exchange(index, *run, &[]));
            if done.is_none() {
                self.take(index);
            }
            left -= done.unwrap_or(1);
        }
        let mut at = 0;
        while at < put.len() {
            let done = runs(put.len() - at).find(|run| self.0.exchange(index + at, 0, &put[at..at + run]));
            if done.is_none() {
                self.insert(index + at, put[at].clone());
            }
            at += done.unwrap_or(1);
        }
    }

    fn change(&mut self, index: usize, change: &Splice) {
        if let Some(nodes) = self.0.change(index, change) {
            *self = Self::of_changed(nodes);
        }
    }
}

/// Elements that are put into one leaf at once: it has room for so many once it was split.
const RUN: usize = LEAF / 4;

/// How many of so many elements are tried at once, one after the other: fewer each time, two at least.
fn runs(left: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(left.min(RUN)), |run| Some(run / 2)).take_while(|run| *run > 1)
}

impl ArrayNode {
    /// Exchanges elements of one leaf where it is neither too full nor too empty then; whether it did.
    fn exchange(&mut self, index: usize, gone: usize, put: &[Value]) -> bool {
        match self {
            Self::Leaf(leaf) => {
                let old = &leaf.slice;
                let len = (old.len() + put.len()).saturating_sub(gone);
                if index + gone > old.len() || len > LEAF || len <= LEAF / 4 {
                    return false;
                }
                let bytes = |values: &[Value]| values.iter().map(Value::size).sum::<u64>();
                let weight = leaf.header.header.bytes - bytes(&old[index..index + gone]) + bytes(put);
                let element = |at: usize| match at.checked_sub(index) {
                    None => &old[at],
                    Some(behind) => put.get(behind).unwrap_or_else(|| &old[at + gone - put.len()]),
                };
                let weight = Weight { bytes: weight, depth: Weight::deepest((0..len).map(element)) };
                *self = Self::Leaf(ThinArc::from_header_and_iter(weight, (0..len).map(|at| element(at).clone())));
                true
            }
            Self::Branch(branch) => {
                let (at, inner) = locate_or_end(&branch.slice, index);
                let done = unshared(branch, |own| {
                    let child = &mut own.slice_mut()[at];
                    let before = child.summary();
                    let done = child.exchange(inner, gone, put);
                    let after = child.summary();
                    *own.header_mut() = own.header().exchanged(before, after, own.slice());
                    done
                });
                done.unwrap_or(false)
            }
        }
    }

    fn edit_child(&mut self, index: usize, edit: &mut EditInPlace<'_>) -> bool {
        let edited = match self {
            Self::Leaf(leaf) => unshared(leaf, |own| {
                let child = &mut own.slice_mut()[index];
                let before = Weight::of(child);
                let done = edit(child);
                let after = Weight::of(child);
                if before.depth != after.depth {
                    own.header_mut().depth = Weight::deepest(own.slice().iter());
                }
                let weight = own.header_mut();
                weight.bytes = weight.bytes - before.bytes + after.bytes;
                done
            }),
            Self::Branch(branch) => {
                let Some((at, inner)) = locate(&branch.slice, index) else { return false };
                unshared(branch, |own| {
                    let child = &mut own.slice_mut()[at];
                    let before = child.summary();
                    let done = child.edit_child(inner, edit);
                    let after = child.summary();
                    *own.header_mut() = own.header().exchanged(before, after, own.slice());
                    done
                })
            }
        };
        edited.unwrap_or(false)
    }

    /// Does a change within this node where it can; else what takes its place.
    fn change(&mut self, index: usize, change: &Splice) -> Option<Spliced> {
        match self {
            Self::Leaf(leaf) => {
                let width = leaf.slice.len();
                let stays = width < LEAF && width > LEAF / 4 + 1;
                if !stays {
                    return Some(self.changed(index, change));
                }
                *self = leaf_changed(leaf, index, change);
                None
            }
            Self::Branch(branch) => {
                let (at, inner) = locate_or_end(&branch.slice, index);
                let inside = unshared(branch, |own| {
                    let child = &mut own.slice_mut()[at];
                    let before = child.summary();
                    let changed = child.change(inner, change);
                    if changed.is_none() {
                        let after = child.summary();
                        *own.header_mut() = own.header().exchanged(before, after, own.slice());
                    }
                    changed
                });
                match inside {
                    Some(None) => None,
                    Some(Some(nodes)) => Some(replaced(&branch.slice, branch.header.header, at, nodes)),
                    None => Some(self.changed(index, change)),
                }
            }
        }
    }
}

impl NodeSummary {
    /// Of a node among whose children one was exchanged.
    fn exchanged(self, before: Self, after: Self, children: &[ArrayNode]) -> Self {
        let depth = match before.weight.depth == after.weight.depth {
            true => self.weight.depth,
            false => children.iter().map(|child| child.weight().depth).max().unwrap_or(0),
        };
        let bytes = self.weight.bytes - before.weight.bytes + after.weight.bytes;
        Self { len: self.len - before.len + after.len, weight: Weight { bytes, depth } }
    }
}
