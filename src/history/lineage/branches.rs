//! Named lines of versions: `main`, what was forked from it, and what rollbacks left behind.
//!
//! Must not name: values.

mod stored;

use super::owners::ByOwner;
use super::tree::{BranchId, VersionTree};
use crate::history::chunked::Chunked;
use crate::record::{BaseHead, SnapshotId, Version};
use crate::value::Text;
use im::OrdMap;

/// A named line of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Branch {
    /// `main`, a fork's name, or `main~1`, `main~2`, ... for what was left behind.
    pub name: Text,
    /// Its newest version.
    pub head: Version,
    /// The version it forks from (`#0` for `main`); for a kept branch the last one it shared when it was left.
    pub base: Version,
    /// Versions after `base` up to `head` on its line.
    pub versions: u64,
    /// Whether it is `main`, where transitions go that name no branch.
    pub current: bool,
    /// The rollback, promotion or undo that left it behind; `None` for one that grows.
    pub kept_by: Option<Version>,
    /// The snapshot it is measured against, for a variant.
    pub baseline: Option<SnapshotId>,
    /// Why its head may be another version, or have another value: records are missing.
    pub doubt: Option<Text>,
}

impl Branch {
    /// Whether it can become `main`: a branch that grows, and is not that.
    pub fn can_be_promoted(&self) -> bool {
        self.kept_by.is_none() && !self.current
    }
}

/// How what is left behind gets its number.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) enum KeptNumber {
    /// The record says so.
    Said(u64),
    /// It is counted.
    Counted,
    /// It is counted, though records are missing.
    Guessed,
}

/// Numbers of what is left behind are not believed from here on, so that counting on from them stays below 2^53.
const SAID_LIMIT: u64 = 1 << 52;

/// The first branch.
pub const MAIN: &str = "main";

/// A branch that grows.
#[derive(Debug, Clone)]
struct GrowingBranch {
    name: Text,
    base: Version,
    head: Version,
    baseline: Option<SnapshotId>,
    /// How often part of it was left behind.
    left: u64,
}

/// What a name stands for: by its index.
#[derive(Debug, Clone, Copy)]
enum BranchSlot {
    Live(BranchId),
    Kept(usize),
}

/// All branches. Each version is on the line of the branch that made it, or was kept when it left that line.
#[derive(Debug, Clone)]
pub(in crate::history) struct Branches {
    live: ByOwner<GrowingBranch>,
    /// In the order they were left.
    kept: Chunked<Branch>,
    /// Where each name is: a recording may have very many forks.
    names: OrdMap<Text, BranchSlot>,
    /// By the first version of a run: which branches kept it first, from which version on. What leaves the line of the
    /// branch that made it is always the end of a run, so each entry starts before the one pushed earlier and reaches up
    /// to it.
    keepers: OrdMap<u64, Chunked<(u64, usize)>>,
}

impl Default for Branches {
    fn default() -> Self {
        let main = GrowingBranch { name: MAIN.into(), base: Version(0), head: Version(0), baseline: None, left: 0 };
        let names = OrdMap::unit(MAIN.into(), BranchSlot::Live(BranchId::default()));
        Self { live: [main].into_iter().collect(), kept: Chunked::default(), names, keepers: OrdMap::new() }
    }
}

impl Branches {
    /// The branches that grew where a history was cut off.
    pub fn cut(heads: &[BaseHead]) -> Self {
        let live = |head: &BaseHead| GrowingBranch {
            name: head.name.clone(),
            base: head.base,
            head: head.head,
            baseline: head.baseline,
            left: head.left,
        };
        let live: ByOwner<GrowingBranch> = heads.iter().map(live).collect();
        let names = live.iter().map(|(owner, live)| (live.name.clone(), BranchSlot::Live(owner))).collect();
        Self { live, names, ..Self::default() }
    }

    /// The growing branch of a name; `None` names `main`.
    pub fn owner(&self, name: Option<&str>) -> Option<BranchId> {
        match self.names.get(name.unwrap_or(MAIN))? {
            BranchSlot::Live(owner) => Some(*owner),
            BranchSlot::Kept(_) => None,
        }
    }

    fn of(&self, owner: BranchId) -> &GrowingBranch {
        &self.live[owner]
    }

    /// The head of a growing branch.
    pub fn head_of(&self, owner: BranchId) -> Version {
        self.of(owner).head
    }

    /// The name of a growing branch.
    pub fn name(&self, owner: BranchId) -> &Text {
        &self.of(owner).name
    }

    /// Starts a branch. Its name must not be [taken](Self::head).
    pub fn fork(&mut self, name: Text, from: Version, baseline: Option<SnapshotId>) -> BranchId {
        let owner = self.live.push(GrowingBranch { name: name.clone(), base: from, head: from, baseline, left: 0 });
        self.names.insert(name, BranchSlot::Live(owner));
        owner
    }

    /// Says that a branch has a new head, made by a child of `parent`.
    pub fn advance(&mut self, tree: &VersionTree, owner: BranchId, head: Version, parent: Version) {
        let live = &mut self.live[owner];
        live.head = head;
        if !tree.on_line(live.base, parent) {
            live.base = tree.lowest_common_ancestor(live.base, parent);
        }
    }

    /// What moving a branch's head to `to` would keep, and its number, or `None` when nothing it made leaves its line.
    /// `made` is the version that does it.
    pub fn would_keep(
        &self,
        tree: &VersionTree,
        owner: BranchId,
        (to, made): (Version, Version),
        numbered: KeptNumber,
    ) -> Option<(Branch, u64)> {
        let head = self.head_of(owner);
        let shared = tree.lowest_common_ancestor(head, to);
        let oldest = oldest_left(tree, owner, head, shared)?;
        let base = tree.parent(Version(oldest)).unwrap_or_default();
        let (versions, kept_by) = (tree.depth(head) - tree.depth(base), Some(made));
        let (name, number) = self.next_left(self.of(owner), numbered);
        Some((Branch { name, head, base, versions, current: false, kept_by, baseline: None, doubt: None }, number))
    }

    /// The highest number of what the growing branch of a name has left behind.
    pub fn left_by(&self, name: &str) -> u64 {
        self.owner(Some(name)).map_or(0, |owner| self.of(owner).left)
    }

    /// The number that what a branch leaves behind next is given by a writer; `missing` records may have left some, too.
    pub fn number_after(&self, owner: BranchId, missing: u64) -> u64 {
        self.next_left(self.of(owner), KeptNumber::Said(self.of(owner).left.saturating_add(missing).saturating_add(1)))
            .1
    }

    /// The name and number of what is left next. A log may hold a fork that took such a name.
    fn next_left(&self, live: &GrowingBranch, numbered: KeptNumber) -> (Text, u64) {
        let (mut number, mark) = match numbered {
            KeptNumber::Said(number) if number > live.left && number < SAID_LIMIT => (number, "~"),
            KeptNumber::Said(_) | KeptNumber::Guessed => (live.left + 1, "~?"),
            KeptNumber::Counted => (live.left + 1, "~"),
        };
        loop {
            let name = ecow::eco_format!("{}{mark}{number}", live.name);
            if !self.names.contains_key(&name) {
                return (name, number);
            }
            number += 1;
        }
    }

    /// Keeps a branch made by [`would_keep`](Self::would_keep), before the tree grows.
    pub fn keep(&mut self, tree: &VersionTree, owner: BranchId, (branch, left): (Branch, u64)) {
        let index = self.kept.len();
        let mut at = Some(branch.head);
        while let Some(version) = at.filter(|at| *at > branch.base) {
            at = self.keep_run(tree, owner, version, (branch.base, index));
        }
        self.names.insert(branch.name.clone(), BranchSlot::Kept(index));
        self.kept.push(branch);
        self.live[owner].left = left;
    }

    /// Says that a branch keeps what it can of the run of a version, from after `base` on; answers where to go on with
    /// that. Who kept all of the run before kept what is below it, too, so that nothing is walked twice.
    fn keep_run(
        &mut self,
        tree: &VersionTree,
        owner: BranchId,
        version: Version,
        (base, index): (Version, usize),
    ) -> Option<Version> {
        let start = tree.back(version).next()?.start;
        let below = tree.parent(Version(start));
        if tree.owner(version) != owner {
            return below;
        }
        let from = start.max(base.0 + 1);
        let keepers = self.keepers.entry(start).or_default();
        match keepers.last() {
            Some((earlier, before)) if *earlier <= from => Some(self.kept[*before].base),
            _ => {
                keepers.push((from, index));
                below
            }
        }
    }

    /// How many were kept when they were left. O(1).
    pub fn count_kept(&self) -> usize {
        self.kept.len()
    }

    /// All branches; `main` first.
    pub fn list(&self, tree: &VersionTree) -> Vec<Branch> {
        self.live.values().map(|live| row(live, tree)).chain(self.kept.iter().cloned()).collect()
    }

    /// One of them.
    pub fn get(&self, tree: &VersionTree, name: &str) -> Option<Branch> {
        Some(match *self.names.get(name)? {
            BranchSlot::Live(owner) => row(&self.live[owner], tree),
            BranchSlot::Kept(index) => self.kept[index].clone(),
        })
    }

    /// The head of a branch.
    pub fn head(&self, name: &str) -> Option<Version> {
        Some(match *self.names.get(name)? {
            BranchSlot::Live(owner) => self.live[owner].head,
            BranchSlot::Kept(index) => self.kept[index].head,
        })
    }

    /// The branches that grow: owner, base and head.
    pub fn growing(&self) -> impl Iterator<Item = (BranchId, Version, Version)> + '_ {
        self.live.iter().map(|(owner, live)| (owner, live.base, live.head))
    }

    /// The branches that grow and have a baseline, with it.
    pub fn variants(&self) -> impl Iterator<Item = (&Text, SnapshotId)> {
        self.live.values().filter_map(|live| Some((&live.name, live.baseline?)))
    }

    /// What a rollback, promotion or undo left behind. O(log n).
    pub fn kept_by(&self, version: Version) -> Option<&Branch> {
        let at = self.kept.binary_search_by_key(&Some(version), |branch| branch.kept_by).ok()?;
        self.kept.get(at)
    }

    /// The names of all branches.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let live = self.live.values().map(|live| live.name.as_str());
        live.chain(self.kept.iter().map(|branch| branch.name.as_str()))
    }

    /// The branch that made a version, while it is on its line; else the one that kept it first.
    pub fn name_of(&self, tree: &VersionTree, version: Version) -> Text {
        let live = self.of(tree.owner(version));
        match self.keeper(tree, version) {
            Some(kept) if !tree.on_line(version, live.head) => kept.name.clone(),
            _ => live.name.clone(),
        }
    }

    fn keeper(&self, tree: &VersionTree, version: Version) -> Option<&Branch> {
        let run = tree.back(version).next()?;
        let keepers = self.keepers.get(&run.start)?;
        keepers.iter().find(|(from, _)| *from <= version.0).map(|(_, index)| &self.kept[*index])
    }
}

/// The oldest version that a branch made on the line from after `shared` to `head`.
fn oldest_left(tree: &VersionTree, owner: BranchId, head: Version, shared: Version) -> Option<u64> {
    let first = tree.child_towards(shared, head)?;
    if tree.owner(first) == owner {
        return Some(first.0);
    }
    let left = tree.back(head).take_while(|stretch| stretch.end - 1 > shared.0);
    let own = left.filter(|stretch| tree.owner(Version(stretch.start)) == owner);
    own.last().map(|stretch| stretch.start.max(shared.0 + 1))
}

fn row(live: &GrowingBranch, tree: &VersionTree) -> Branch {
    Branch {
        name: live.name.clone(),
        head: live.head,
        base: live.base,
        versions: tree.depth(live.head) - tree.depth(live.base),
        current: live.name == MAIN,
        kept_by: None,
        baseline: live.baseline,
        doubt: None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Grows to each version by going back to the given one (the head: straight on), the way the fold does; on the fork
    /// `a` (made at the newest version when it is first used) where the second number is odd.
    fn grown(targets: &[(u64, u8)]) -> (VersionTree, Branches) {
        let (mut tree, mut branches) = (VersionTree::new(), Branches::default());
        for (target, on) in targets {
            let owner = match on % 2 {
                0 => BranchId::default(),
                _ => branches.owner(Some("a")).unwrap_or_else(|| branches.fork("a".into(), tree.newest(), None)),
            };
            let to = Version(target % (tree.newest().0 + 1));
            let made = Version(tree.newest().0 + 1);
            if let Some(kept) = branches.would_keep(&tree, owner, (to, made), KeptNumber::Counted) {
                branches.keep(&tree, owner, kept);
            }
            let head = tree.grow(to, owner, 1);
            branches.advance(&tree, owner, head, to);
        }
        (tree, branches)
    }

    fn on_main(targets: &[u64]) -> (VersionTree, Branches) {
        grown(&targets.iter().map(|target| (*target, 0)).collect::<Vec<_>>())
    }

    /// `name:base..head` of each kept branch.
    fn check(targets: &[u64], expected: &str) {
        let (tree, branches) = on_main(targets);
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
        let (tree, branches) = on_main(&[0, 1, 2, 3, 2, 3, 1]);
        let names: Vec<_> = (0..=7).map(|version| branches.name_of(&tree, Version(version))).collect();
        // #3 was left first with main~1, was on main again under #6, and was left again with main~3.
        assert_eq!(names, ["main", "main", "main~3", "main~1", "main~1", "main~2", "main~3", "main"]);
        assert_eq!(branches.head("main"), Some(Version(7)));
        assert_eq!(branches.head("main~2"), Some(Version(5)));
        assert_eq!(branches.head("main~9"), None);
        assert_eq!(branches.names().count(), 4);
    }

    #[test]
    fn a_fork_keeps_only_what_it_made() {
        // #1 #2 on main; the fork a makes #3 #4 after #2; main goes on with #5; a goes back below its fork, to #1, with #6.
        let (tree, branches) = grown(&[(0, 0), (1, 0), (2, 1), (3, 1), (2, 0), (1, 1)]);
        let names: Vec<_> = (1..=6).map(|version| branches.name_of(&tree, Version(version)).to_string()).collect();
        assert_eq!(names, ["main", "main", "a~1", "a~1", "main", "a"]);
        let a = branches.get(&tree, "a").unwrap();
        assert_eq!((a.base, a.head, a.versions), (Version(1), Version(6), 1));
        let kept = branches.get(&tree, "a~1").unwrap();
        assert_eq!((kept.base, kept.head, kept.versions, kept.kept_by), (Version(2), Version(4), 2, Some(Version(6))));
    }

    proptest! {
        #[test]
        fn every_version_is_on_the_branch_that_made_it_or_one_that_kept_it(
            targets in prop::collection::vec((0u64..60, 0u8..4), 0..60),
        ) {
            let (tree, branches) = grown(&targets);
            let list = branches.list(&tree);
            for version in (1..=tree.newest().0).map(Version) {
                let maker = branches.of(tree.owner(version));
                let own = |branch: &&Branch| branch.name == maker.name || branch.name.starts_with(&format!("{}~", maker.name));
                let holder = list.iter().filter(own).find(|b| {
                    tree.on_line(version, b.head) && (b.kept_by.is_none() || !tree.on_line(version, b.base))
                });
                prop_assert_eq!(Some(&branches.name_of(&tree, version)), holder.map(|b| &b.name), "{}", version);
            }
            for branch in &list {
                prop_assert!(tree.on_line(branch.base, branch.head));
                prop_assert_eq!(branch.versions, tree.depth(branch.head) - tree.depth(branch.base));
            }
        }
    }
}
