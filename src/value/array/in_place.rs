//! Changes of an array in memory that nobody else holds.

use super::{Array, ArrayNode, LEAF, NodeSummary, Splice, Spliced, leaf_changed, locate, locate_or_end, replaced};
use crate::value::own::{EditInPlace, unshared};
use crate::value::{Value, Weight};

impl Array {
    /// Changes the element at `index`; whether it is there and was changed. O(log n) where nobody else holds the array.
    pub(in crate::value) fn edit_child(&mut self, index: usize, edit: &mut EditInPlace<'_>) -> bool {
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

    fn change(&mut self, index: usize, change: &Splice) {
        if let Some(nodes) = self.0.change(index, change) {
            *self = Self::of_changed(nodes);
        }
    }
}

impl ArrayNode {
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
