//! How versions descend from each other: the tree of all of them, the branches that name its lines, and the versions that
//! no branch holds any more.
//!
//! Must not name: values, `timeline`, `marks`, `ledger`.

mod abandoned;
pub(super) mod branches;
pub(super) mod owners;
pub(super) mod tree;

use crate::record::{BaseHead, Version};
use branches::{Branch, Branches, Numbered};
use std::ops::Range;
use std::sync::Arc;
use tree::{Owner, Tree};

pub use abandoned::LeftBehind;

/// All versions by descent, and the branches.
#[derive(Clone)]
pub(super) struct Lineage {
    pub tree: Tree,
    pub branches: Branches,
    abandoned: abandoned::Known,
}

impl Default for Lineage {
    fn default() -> Self {
        Self::of(Tree::new(), Branches::default())
    }
}

impl Lineage {
    /// The lineage of a tree and the branches of its versions.
    pub fn of(tree: Tree, branches: Branches) -> Self {
        Self { tree, branches, abandoned: abandoned::Known::default() }
    }

    /// What is left where versions up to `through` are cut off.
    pub fn cut(through: Version, heads: &[BaseHead]) -> Self {
        Self::of(Tree::cut(through), Branches::cut(heads))
    }

    /// Makes so many versions of a branch, the first a child of `parent`; answers the last. O(log runs).
    pub fn grow(&mut self, owner: Owner, parent: Version, count: u64) -> Version {
        let last = self.tree.grow(parent, owner, count);
        self.branches.advance(&self.tree, owner, last, parent);
        last
    }

    /// What moving a branch's head to `to` would keep, and its number, or `None` when nothing it made leaves its line.
    /// `made` is the version that does it.
    pub fn would_keep(
        &self,
        owner: Owner,
        (to, made): (Version, Version),
        numbered: Numbered,
    ) -> Option<(Branch, u64)> {
        self.branches.would_keep(&self.tree, owner, (to, made), numbered)
    }

    /// Keeps what [`would_keep`](Self::would_keep) says, before that version is made.
    pub fn keep(&mut self, owner: Owner, to_and_made: (Version, Version), numbered: Numbered) {
        if let Some(kept) = self.would_keep(owner, to_and_made, numbered) {
            self.branches.keep(&self.tree, owner, kept);
        }
    }

    /// The versions from `first` on that are on the line of no branch that grows. Worked out again when a branch was kept:
    /// O(runs · log runs); else O(1).
    pub fn left_behind(&self, first: Version) -> Arc<LeftBehind> {
        self.abandoned.after(self.branches.count_kept(), || self.find_left(first))
    }

    /// What is on no growing line: all versions but those that each branch made and still has.
    fn find_left(&self, first: Version) -> LeftBehind {
        let mut on_lines: Vec<Range<u64>> = self.branches.growing().flat_map(|live| self.own(live)).collect();
        on_lines.sort_unstable_by_key(|stretch| stretch.start);
        let mut left = Vec::new();
        let mut at = first.0;
        for stretch in on_lines {
            if at < stretch.start {
                left.push(at..stretch.start);
            }
            at = at.max(stretch.end);
        }
        let newest = self.tree.newest();
        if at <= newest.0 {
            left.push(at..newest.0 + 1);
        }
        LeftBehind::new(left)
    }

    /// What a branch made and is on its line, newest first.
    fn own(&self, (owner, base, head): (Owner, Version, Version)) -> impl Iterator<Item = Range<u64>> + '_ {
        let line = self.tree.back(head).take_while(move |stretch| stretch.end - 1 > base.0 || base.0 == 0);
        line.filter(move |stretch| self.tree.owner(Version(stretch.start)) == owner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
