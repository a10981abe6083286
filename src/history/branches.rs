//! Named lines of versions: `main`, and what rollbacks left behind.
//!
//! Must not know: values, records, snapshots.

use super::History;
use super::tree::Tree;
use crate::record::Version;
use crate::value::Text;
use std::collections::BTreeMap;
use std::ops::Range;

/// A named line of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// `main`, `main~1`, ...
    pub name: Text,
    /// Its newest version.
    pub head: Version,
    /// The version it forks from (`#0` for `main`); for a kept branch the last one it shared with `main` when it was left.
    pub base: Version,
    /// Versions after `base` up to `head` on its line.
    pub versions: u64,
    /// Whether new transitions go here.
    pub current: bool,
    /// The rollback or undo that left it behind.
    pub kept_by: Option<Version>,
}

impl History {
    /// The version before on its own line: `v-1`, or a rollback's target. `None` for `#0` and what does not exist.
    pub fn parent(&self, version: Version) -> Option<Version> {
        self.known(version).and_then(|version| self.tree.parent(version))
    }

    /// The version after `version` on the line that ends at `head`; `None` for `head` itself and what is not on its line.
    pub fn child_towards(&self, version: Version, head: Version) -> Option<Version> {
        self.known(head).and_then(|head| self.tree.child_towards(version, head))
    }

    /// Whether `version` is on the line that ends at `head`. `#0` is on every line.
    pub fn on_line(&self, version: Version, head: Version) -> bool {
        self.known(head).is_some_and(|head| self.tree.on_line(version, head))
    }

    /// The stretches of versions on the line that ends at `head`, oldest first; the first begins with `#0`.
    pub fn line(&self, head: Version) -> Vec<Range<u64>> {
        let mut stretches: Vec<_> = self.known(head).into_iter().flat_map(|head| self.tree.back(head)).collect();
        stretches.reverse();
        stretches
    }

    fn known(&self, version: Version) -> Option<Version> {
        (version <= self.newest()).then_some(version)
    }

    /// The name of the branch a version belongs to: `main` while it is on the current line, else the first that kept it.
    pub fn branch_of(&self, version: Version) -> Text {
        self.branches.name_of(&self.tree, version)
    }

    /// All branches; `main` first, then kept ones in order. Each version is on at least one of their lines.
    pub fn branches(&self) -> Vec<Branch> {
        self.branches.list(&self.tree)
    }
}

/// The first branch, and the only one that grows.
pub(super) const MAIN: &str = "main";

/// The kept branches, in the order they were left. Together with the current line they hold every version.
#[derive(Debug, Default)]
pub(super) struct Branches {
    kept: Vec<Branch>,
    /// By the first version of a run: which branches kept it first, from which version on. What is left of a run is
    /// always its end, so each entry starts before the one pushed earlier and reaches up to it.
    keepers: BTreeMap<u64, Vec<(u64, usize)>>,
}

impl Branches {
    /// What leaving `head` for `to` would keep: the branch, or `None` when `to`'s line holds all of `head`'s.
    pub fn would_keep(&self, tree: &Tree, head: Version, to: Version) -> Option<Branch> {
        let base = tree.meeting(head, to);
        let versions = tree.depth(head) - tree.depth(base);
        let name = format!("{MAIN}~{}", self.kept.len() + 1).into();
        let kept_by = Some(Version(tree.newest().0 + 1));
        (versions > 0).then_some(Branch { name, head, base, versions, current: false, kept_by })
    }

    /// Keeps a branch made by [`would_keep`](Self::would_keep), before the tree grows.
    pub fn keep(&mut self, tree: &Tree, branch: Branch) {
        let index = self.kept.len();
        for stretch in tree.back(branch.head).take_while(|stretch| stretch.end - 1 > branch.base.0) {
            let from = stretch.start.max(branch.base.0 + 1);
            let keepers = self.keepers.entry(stretch.start).or_default();
            if keepers.last().is_none_or(|(earlier, _)| from < *earlier) {
                keepers.push((from, index));
            }
        }
        self.kept.push(branch);
    }

    /// All branches; `main` first.
    pub fn list(&self, tree: &Tree) -> Vec<Branch> {
        let head = tree.newest();
        let main = Branch {
            name: MAIN.into(),
            head,
            base: Version(0),
            versions: tree.depth(head),
            current: true,
            kept_by: None,
        };
        std::iter::once(main).chain(self.kept.iter().cloned()).collect()
    }

    /// The head of a branch.
    pub fn head(&self, tree: &Tree, name: &str) -> Option<Version> {
        if name == MAIN {
            return Some(tree.newest());
        }
        self.kept.iter().find(|branch| branch.name == name).map(|branch| branch.head)
    }

    /// The names of all branches.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(MAIN).chain(self.kept.iter().map(|branch| branch.name.as_str()))
    }

    /// `main` for what is on its line now, else the branch that kept the version first.
    pub fn name_of(&self, tree: &Tree, version: Version) -> Text {
        match self.keeper(tree, version) {
            Some(kept) if !tree.on_line(version, tree.newest()) => kept.name.clone(),
            _ => MAIN.into(),
        }
    }

    fn keeper(&self, tree: &Tree, version: Version) -> Option<&Branch> {
        let run = tree.back(version).next()?;
        let keepers = self.keepers.get(&run.start)?;
        keepers.iter().find(|(from, _)| *from <= version.0).map(|(_, index)| &self.kept[*index])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Grows to each version by going back to the given one (the head: straight on), the way the fold does.
    fn grown(targets: &[u64]) -> (Tree, Branches) {
        let (mut tree, mut branches) = (Tree::new(), Branches::default());
        for target in targets {
            let (head, to) = (tree.newest(), Version(target % (tree.newest().0 + 1)));
            if let Some(branch) = branches.would_keep(&tree, head, to) {
                branches.keep(&tree, branch);
            }
            tree.grow(to);
        }
        (tree, branches)
    }

    /// `name:base..head` of each kept branch.
    fn check(targets: &[u64], expected: &str) {
        let (tree, branches) = grown(targets);
        let shown: Vec<_> = branches.list(&tree)[1..]
            .iter()
            .map(|branch| {
                format!(
                    "{}:{}..{}({}) by {}",
                    branch.name,
                    branch.base,
                    branch.head,
                    branch.versions,
                    branch.kept_by.unwrap()
                )
            })
            .collect();
        assert_eq!(shown.join(", "), expected, "{targets:?}");
    }

    #[test]
    fn going_back_keeps_what_it_leaves() {
        check(&[0, 1, 2], "");
        check(&[0, 1, 2, 1], "main~1:#1..#3(2) by #4");
        check(&[0, 1, 2, 0], "main~1:#0..#3(3) by #4");
        // Back to a kept line: only what is not shared with it is left.
        check(&[0, 1, 2, 1, 3], "main~1:#1..#3(2) by #4, main~2:#1..#4(1) by #5");
        check(&[0, 1, 2, 1, 2, 1], "main~1:#1..#3(2) by #4, main~2:#1..#4(1) by #5, main~3:#1..#5(2) by #6");
    }

    #[test]
    fn a_version_is_named_by_who_keeps_it() {
        let (tree, branches) = grown(&[0, 1, 2, 3, 2, 3, 1]);
        let names: Vec<_> = (0..=7).map(|version| branches.name_of(&tree, Version(version))).collect();
        // #3 was left first with main~1, was on main again under #6, and was left again with main~3.
        assert_eq!(names, ["main", "main", "main~3", "main~1", "main~1", "main~2", "main~3", "main"]);
        assert_eq!(branches.head(&tree, "main"), Some(Version(7)));
        assert_eq!(branches.head(&tree, "main~2"), Some(Version(5)));
        assert_eq!(branches.head(&tree, "main~9"), None);
        assert_eq!(branches.names().count(), 4);
    }

    proptest! {
        #[test]
        fn every_version_is_on_a_branch_and_named_by_the_first(targets in prop::collection::vec(0u64..60, 0..60)) {
            let (tree, branches) = grown(&targets);
            let list = branches.list(&tree);
            for version in (1..=tree.newest().0).map(Version) {
                let holder = list.iter().find(|b| tree.on_line(version, b.head) && !tree.on_line(version, b.base));
                prop_assert_eq!(Some(&branches.name_of(&tree, version)), holder.map(|b| &b.name), "{}", version);
            }
            for branch in &list[1..] {
                prop_assert!(tree.on_line(branch.base, branch.head));
                prop_assert_eq!(branch.versions, tree.depth(branch.head) - tree.depth(branch.base));
            }
        }
    }
}
