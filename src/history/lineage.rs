//! How versions descend from each other: the tree of all of them, the branches that name its lines, and the versions that
//! no branch holds any more.
//!
//! Must not name: values, `timeline`, `marks`, `ledger`.

mod abandoned;
pub(super) mod branches;
pub(super) mod owners;
pub(super) mod tree;

use crate::record::{BaseHead, Version};
use crate::value::Text;
use branches::{Branch, Branches, KeptNumber};
use std::ops::Range;
use std::sync::Arc;
use tree::{BranchId, VersionTree};

pub use abandoned::AbandonedVersions;

/// How versions descend from each other: parents, lines, and the branches that made them.
#[derive(Clone)]
pub struct Lineage {
    pub(super) tree: VersionTree,
    pub(super) branches: Branches,
    abandoned: abandoned::AbandonedCache,
}

impl Lineage {
    /// The version before on its own line: `v-1`, or a rollback's target. `None` for `#0` and what does not exist.
    /// O(log runs).
    pub fn parent(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.tree.parent(version))
    }

    /// What the application saw before a version: the newest version its branch had made until then, or the one it was
    /// forked from. For a rollback that is the head it left. `None` for `#0` and what does not exist. O(log runs).
    pub fn seen_before(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.tree.made_before(version))
    }

    /// What the application saw after a version: the next one that its branch made, a rollback where it was left behind.
    /// `None` for the newest of a branch. O(log runs), and the runs of other branches until then.
    pub fn seen_after(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.tree.made_after(version))
    }

    /// The version after `version` on the line that ends at `head`; `None` for `head` itself and what is not on its line.
    /// O(log runs).
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> {
        self.known(head).and_then(|head| self.tree.child_towards(version, head))
    }

    /// Whether `version` is on the line that ends at `head`. `#0` is on every line. O(log runs).
    pub fn on_line(&self, version: Version, head: Version) -> bool {
        self.known(head).is_some_and(|head| self.tree.on_line(version, head))
    }

    /// The stretches of versions on the line that ends at `head`, oldest first; the first begins with `#0`.
    /// O(stretches · log runs).
    pub fn line(&self, head: Version) -> Vec<Range<u64>> {
        let mut stretches: Vec<_> = self.known(head).into_iter().flat_map(|head| self.tree.back(head)).collect();
        stretches.reverse();
        stretches
    }

    /// Steps from `from` to `to` along the line of `to`; 0 when `from` is not before it. O(log runs).
    pub fn steps_between(&self, from: Version, to: Version) -> u64 {
        match (self.known(from), self.known(to)) {
            (Some(from), Some(to)) => self.tree.depth(to).saturating_sub(self.tree.depth(from)),
            _ => 0,
        }
    }

    /// The newest version that the lines of both go through; `#0` where they share none. O(log runs).
    pub fn lowest_common_ancestor(&self, a: Version, b: Version) -> Version {
        match (self.known(a), self.known(b)) {
            (Some(a), Some(b)) => self.tree.lowest_common_ancestor(a, b),
            _ => Version(0),
        }
    }

    /// The first version on a line, the child of `#0`; `#0` on an empty one. O(log runs).
    pub fn first_of(&self, head: Version) -> Version {
        self.child_towards(Version(0), head).unwrap_or_default()
    }

    fn known(&self, version: Version) -> Option<Version> {
        (version <= self.tree.newest()).then_some(version)
    }

    /// The name of the branch a version belongs to: the one that made it, while it is on its line, else the first that
    /// kept it. O(log runs).
    pub fn branch_of(&self, version: Version) -> Text {
        self.branches.name_of(&self.tree, version)
    }

    /// The name of the growing branch that a version was made on. O(log runs).
    pub fn made_by(&self, version: Version) -> &str {
        self.branches.name(self.tree.owner(version))
    }

    /// The branch that a rollback, promotion or undo left behind; `None` where it left nothing. O(log n).
    pub fn kept_by(&self, version: Version) -> Option<&Branch> {
        self.branches.kept_by(version)
    }
}

impl Default for Lineage {
    fn default() -> Self {
        Self::of(VersionTree::new(), Branches::default())
    }
}

impl Lineage {
    /// The lineage of a tree and the branches of its versions.
    pub(super) fn of(tree: VersionTree, branches: Branches) -> Self {
        Self { tree, branches, abandoned: abandoned::AbandonedCache::default() }
    }

    /// What is left where versions up to `through` are cut off.
    pub(super) fn cut(through: Version, heads: &[BaseHead]) -> Self {
        Self::of(VersionTree::cut(through), Branches::cut(heads))
    }

    /// Makes so many versions of a branch, the first a child of `parent`; answers the last. O(log runs).
    pub(super) fn grow(&mut self, owner: BranchId, parent: Version, count: u64) -> Version {
        let last = self.tree.grow(parent, owner, count);
        self.branches.advance(&self.tree, owner, last, parent);
        last
    }

    /// What moving a branch's head to `to` would keep, and its number, or `None` when nothing it made leaves its line.
    /// `made` is the version that does it.
    pub(super) fn would_keep(
        &self,
        owner: BranchId,
        (to, made): (Version, Version),
        numbered: KeptNumber,
    ) -> Option<(Branch, u64)> {
        self.branches.would_keep(&self.tree, owner, (to, made), numbered)
    }

    /// Keeps what [`would_keep`](Self::would_keep) says, before that version is made.
    pub(super) fn keep(&mut self, owner: BranchId, to_and_made: (Version, Version), numbered: KeptNumber) {
        if let Some(kept) = self.would_keep(owner, to_and_made, numbered) {
            self.branches.keep(&self.tree, owner, kept);
        }
    }

    /// The versions from `first` on that are on the line of no branch that grows. Worked out again when a branch was kept:
    /// O(runs · log runs); else O(1).
    pub(super) fn left_behind(&self, first: Version) -> Arc<AbandonedVersions> {
        self.abandoned.after(self.branches.count_kept(), || self.find_left(first))
    }

    /// What is on no growing line: all versions but those that each branch made and still has.
    fn find_left(&self, first: Version) -> AbandonedVersions {
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
        AbandonedVersions::new(left)
    }

    /// What a branch made and is on its line, newest first.
    fn own(&self, (owner, base, head): (BranchId, Version, Version)) -> impl Iterator<Item = Range<u64>> + '_ {
        let line = self.tree.back(head).take_while(move |stretch| stretch.end - 1 > base.0 || base.0 == 0);
        line.filter(move |stretch| self.tree.owner(Version(stretch.start)) == owner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
